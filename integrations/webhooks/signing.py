"""Standard Webhooks 1.0.0: the three headers and their signature. Pure, and both sides of it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign. ValueError unless it is base64 of 24 to 64 bytes, with or without the prefix."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
    if not 24 <= len(key) <= 64:
        raise ValueError("the secret must have 24 to 64 bytes")
    return key


def signature(*, secret: str, id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, timestamp and the body exactly as sent."""
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def headers(*, secrets: Iterable[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What a delivery carries. While a secret is being changed both sign."""
    signed = [signature(secret=secret, id=id, timestamp=timestamp, body=body) for secret in secrets]
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signed)}


def is_genuine(*, secrets: Iterable[str], headers: Mapping[str, str], body: bytes, at: int) -> bool:
    """The receiver's side: one of the signatures is right and the time is within five minutes. In constant time."""
    id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        return False
    if abs(at - int(stamp)) > TOLERANCE_SECONDS:
        return False
    given = [word for word in headers.get("webhook-signature", "").split() if word.startswith("v1,")]
    right = False
    for secret in secrets:
        expected = signature(secret=secret, id=id, timestamp=int(stamp), body=body).encode()
        for word in given:
            right |= hmac.compare_digest(expected, word.encode())
    return right
