"""Whether a shop said it: over the raw bytes, in constant time, with every secret that is valid now. Pure.

Specs: integrations, sections 6 and 9-12.
"""

import base64
import binascii
import hashlib
import hmac
import html
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

TOLERANCE = timedelta(minutes=5)
"""How far the time in a signature of the Standard Webhooks may be off, to both sides."""

STANDARD_PREFIX = "whsec_"


def is_base64_hmac(raw: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Shopify: base64 of HMAC-SHA256 over the body."""
    return _is_any(signature, (base64.b64encode(_hmac(secret.encode(), raw)).decode() for secret in secrets))


def is_woocommerce(raw: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """The same, with the secret as WooCommerce uses it: its HTML entities decoded."""
    return is_base64_hmac(raw, signature, (html.unescape(secret) for secret in secrets))


def is_hex_hmac(raw: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Saleor's deprecated form."""
    return _is_any(signature, (_hmac(secret.encode(), raw).hex() for secret in secrets))


def is_standard(
    raw: bytes, *, message_id: str, timestamp: str, signatures: str, secrets: Iterable[str], at: datetime
) -> bool:
    """Standard Webhooks: any of the space-separated `v1,…` fits, and the time is within TOLERANCE."""
    if not (message_id and timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(at.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    valid = [standard_signature(raw, message_id=message_id, timestamp=timestamp, secret=one) for one in secrets]
    found = [_is_any(one, valid) for one in signatures.split(" ")[:10]]
    return any(found)


def standard_signature(raw: bytes, *, message_id: str, timestamp: str, secret: str) -> str:
    """`v1,<base64>` of HMAC-SHA256 over id, time and body."""
    content = f"{message_id}.{timestamp}.".encode() + raw
    return "v1," + base64.b64encode(_hmac(_standard_key(secret), content)).decode()


def _standard_key(secret: str) -> bytes:
    """The bytes of the secret; one that holds none ("whsec_") is taken as it is written, for an empty key is everybody's."""
    try:
        return base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True) or secret.encode()
    except (binascii.Error, ValueError):
        return secret.encode()


def key_id(signature: str) -> str | None:
    """The `kid` of a detached JWS `header..signature`, or None when it is none that we would check."""
    header = _jws_header(signature)
    kid = header.get("kid") if header else None
    return kid if isinstance(kid, str) else None


def is_detached_jws(raw: bytes, signature: str, keys: Mapping[str, Any]) -> bool:
    """Saleor: RS256 over `header.payload`, the payload as it is (b64 false) or in base64url; `keys` by kid, as JWKs."""
    header = _jws_header(signature)
    if header is None or not isinstance(header.get("kid"), str) or header["kid"] not in keys:
        return False
    encoded, _empty, sealed = signature.split(".")
    payload = raw if header.get("b64") is False else base64.urlsafe_b64encode(raw).rstrip(b"=")
    try:
        _public_key(keys[header["kid"]]).verify(
            _decode64(sealed), encoded.encode() + b"." + payload, padding.PKCS1v15(), SHA256()
        )
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def _jws_header(signature: str) -> dict[str, Any] | None:
    pieces = signature.split(".")
    if len(pieces) != 3 or pieces[1] or len(signature) > 8_000 or not signature.isascii():
        return None
    try:
        header = json.loads(_decode64(pieces[0]))
    except (ValueError, RecursionError):
        return None
    known = isinstance(header, dict) and header.get("alg") == "RS256" and header.get("crit", []) in ([], ["b64"])
    return header if known else None


def _public_key(key: Mapping[str, Any]) -> rsa.RSAPublicKey:
    if key.get("kty") != "RSA":
        raise ValueError("not RSA")
    n, e = (int.from_bytes(_decode64(key[part]), "big") for part in ("n", "e"))
    if not 2048 <= n.bit_length() <= 8192:
        raise ValueError("a key of an odd size")
    return rsa.RSAPublicNumbers(e, n).public_key()


def _decode64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _hmac(secret: bytes, content: bytes) -> bytes:
    return hmac.new(secret, content, hashlib.sha256).digest()


def _is_any(given: str, valid: Iterable[str]) -> bool:
    """Compared with each in constant time, and always with all of them."""
    seen = given.strip().encode("utf-8", "replace")
    return any([hmac.compare_digest(seen, one.encode()) for one in valid])
