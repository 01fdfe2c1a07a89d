"""Pure parts of signed sign-on: a JSON object in base64url, and its HMAC-SHA256 in hex."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

VALID_FOR = timedelta(minutes=10)
LONGEST = 4096


class Refused(Exception):
    """A message that does not count; `code` is a word for the record."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Person:
    """Whom a service names. `email` is empty unless the service has confirmed the address."""

    external_id: str
    email: str = ""
    name: str = ""
    groups: tuple[str, ...] | None = None
    """None: nothing was said about groups, and nothing changes."""
    spare: dict[str, Any] = field(default_factory=dict)


def pack(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode()


def sign(payload: str, secret: str) -> str:
    return hmac.digest(secret.encode(), payload.encode(), hashlib.sha256).hex()


def read(payload: str, signature: str, secret: str, *, at: datetime) -> tuple[str, Person]:
    """(nonce, person) of an answer. Raises Refused; the signature is looked at before anything else."""
    if len(payload) > LONGEST or not hmac.compare_digest(sign(payload, secret).encode(), signature.lower().encode()):
        raise Refused("signature")
    try:
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Refused("payload") from error
    if not isinstance(said, dict):
        raise Refused("payload")
    issued = said.get("issued_at")
    if not isinstance(issued, int) or isinstance(issued, bool) or not 0 <= issued < 2**53:
        raise Refused("time")
    if abs(at.timestamp() - issued) > VALID_FOR.total_seconds():
        raise Refused("time")
    return _text(said, "nonce", 64, needed=True), _person(said)


def _person(said: dict[str, Any]) -> Person:
    groups = said.get("groups")
    if groups is not None and not (isinstance(groups, list) and all(isinstance(one, str) for one in groups)):
        raise Refused("groups")
    return Person(
        external_id=_text(said, "external_id", 120, needed=True),
        email=_text(said, "email", 254) if said.get("email_verified") is True else "",
        name=_text(said, "name", 200),
        groups=None if groups is None else tuple(groups),
    )


def _text(said: dict[str, Any], name: str, longest: int, *, needed: bool = False) -> str:
    value = said.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or len(value) > longest or (needed and not value) or not value.isprintable():
        raise Refused(name)
    return value
