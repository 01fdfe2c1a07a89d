"""Writing to one browser: encryption for it alone (RFC 8291 over RFC 8188) and who we are (RFC 8292, VAPID).

The push service of the browser's maker carries the message and can read nothing of it but its length, when it is sent
and to which browser. One key pair for the site, made from a secret: a browser remembers the public half.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import struct
import time
from functools import cache
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

PAYLOAD_MOST = 3_000
"""Bytes; some push services carry no more than 4 kB with everything around it."""
_RECORD = 4_096
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_TOKEN_SECONDS = 12 * 3600


class BadKeys(ValueError):
    """These are not the keys of a browser."""


def public_key() -> str:
    """The site's public key, as a page hands it to the browser."""
    return encode64(_point(_site_key()))


def check_keys(*, p256dh: str, auth: str) -> None:
    """Raise BadKeys unless a message can be encrypted to these."""
    _their_key(p256dh)
    if len(decode64(auth)) != 16:
        raise BadKeys


def encrypt(
    payload: bytes,
    *,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of the request: one record that only the browser with these keys can read. Fresh salt and key each time."""
    theirs = _their_key(p256dh)
    own, salt = own or ec.generate_private_key(_CURVE), salt or os.urandom(16)
    info = b"WebPush: info\0" + _point_of(theirs) + _point(own)
    secret = _derive(decode64(auth), own.exchange(ec.ECDH(), theirs), info, 32)
    key = _derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, secret, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, payload + b"\x02", None)
    return salt + struct.pack(">IB", _RECORD, 65) + _point(own) + sealed


def authorization(endpoint: str) -> str:
    """The header that says who sends. By the real clock, because another house checks it."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + _TOKEN_SECONDS,
        "sub": settings.SITE_URL if settings.SECURE else f"mailto:push@{settings.SITE_HOST}",
    }
    signed = ".".join(encode64(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_site_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{encode64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={public_key()}"


def encode64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode64(text: str) -> bytes:
    """Raises BadKeys."""
    try:
        return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadKeys from error


def _site_key() -> ec.EllipticCurvePrivateKey:
    return _key_of(str(settings.PUSH_SECRET))


@cache
def _key_of(secret: str) -> ec.EllipticCurvePrivateKey:
    wide = int.from_bytes(hashlib.sha512(b"laoyou.messaging.vapid\0" + secret.encode()).digest(), "big")
    return ec.derive_private_key(wide % (_ORDER - 1) + 1, _CURVE)


def _their_key(p256dh: str) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, decode64(p256dh))
    except (ValueError, InvalidKey) as error:
        raise BadKeys from error


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return _point_of(key.public_key())


def _point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256, one block."""
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]
