"""Secrets that we must be able to say again (a shop's, a token): kept sealed, so that a copy of the database opens nothing.

AES-SIV under a key of SECRET_KEY. `place` is bound in: a sealed secret that is moved to another row does not open. Old
ones stay good through SECRET_KEY_FALLBACKS.
"""

import hashlib
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings


class Unreadable(Exception):
    """The secret was sealed with a SECRET_KEY that this site has no more: it must be entered anew."""


def seal(secret: str, *, place: str) -> bytes:
    """The secret as it may be stored. Nothing stays nothing."""
    return AESSIV(_key(str(settings.SECRET_KEY))).encrypt(secret.encode(), [place.encode()]) if secret else b""


def unseal(sealed: bytes, *, place: str) -> str:
    """The secret again. Raises Unreadable."""
    if not sealed:
        return ""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESSIV(_key(str(key))).decrypt(bytes(sealed), [place.encode()]).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable(place)


@cache
def _key(secret: str) -> bytes:
    return hashlib.sha512(b"laoyou.integrations.seal\0" + secret.encode()).digest()
