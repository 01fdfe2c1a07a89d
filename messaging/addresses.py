"""What leaves the site about a person: keyed hashes of addresses, and links that work without signing in.

A link's token is AES-SIV over (kind, channel, purpose, member, delivery): it cannot be forged or changed, does not
expire, and says nothing to whoever finds it. Old tokens and hashes stay good through SECRET_KEY_FALLBACKS.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.urls import reverse

from messaging.models import Channel, Purpose

_LAYOUT = ">BBQQ"
# Places in these lists are inside tokens in people's mailboxes: only append.
_CHANNELS = [Channel.EMAIL, Channel.PUSH]
_PURPOSES = [
    Purpose.SERVICE,
    Purpose.COMMUNITY,
    Purpose.DIGEST,
    Purpose.MARKETING,
    Purpose.SURVEYS,
    Purpose.RECALL,
]


@dataclass(frozen=True)
class Link:
    """What a token names. `delivery_id` is the message it was printed in, if any."""

    member_id: int
    channel: str
    purpose: str
    delivery_id: int | None


def make_token(*, member_id: int, channel: str, purpose: str, delivery_id: int | None = None) -> str:
    """The token for the way out of one purpose; the same arguments give the same token."""
    plain = struct.pack(
        _LAYOUT, _CHANNELS.index(Channel(channel)), _PURPOSES.index(Purpose(purpose)), member_id, delivery_id or 0
    )
    sealed = AESSIV(_key(str(settings.SECRET_KEY))).encrypt(plain, [b"messaging.link.1"])
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def read_token(token: str) -> Link | None:
    """What the token names, or None when it is forged, cut or garbled."""
    try:
        sealed = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            plain = AESSIV(_key(str(secret))).decrypt(sealed, [b"messaging.link.1"])
        except (InvalidTag, ValueError):
            continue
        channel, purpose, member_id, delivery_id = struct.unpack(_LAYOUT, plain)
        return Link(member_id, _CHANNELS[channel].value, _PURPOSES[purpose].value, delivery_id or None)
    return None


def unsubscribe_url(*, member_id: int, purpose: str, delivery_id: int | None = None, channel: str = "email") -> str:
    """The whole address for the header and the footer of a message."""
    token = make_token(member_id=member_id, channel=channel, purpose=purpose, delivery_id=delivery_id)
    return f"{settings.SITE_URL}{reverse('messaging:unsubscribe', args=[token])}"


def preferences_url(*, member_id: int, purpose: str, delivery_id: int | None = None, channel: str = "email") -> str:
    token = make_token(member_id=member_id, channel=channel, purpose=purpose, delivery_id=delivery_id)
    return f"{settings.SITE_URL}{reverse('messaging:preferences_by_link', args=[token])}"


def address_hash(address: str) -> str:
    """The keyed hash under which an address is suppressed from now on."""
    return _hash(address, str(settings.SECRET_KEY))


def address_hashes(address: str) -> list[str]:
    """Every hash under which it may have been suppressed before."""
    return [_hash(address, str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _hash(address: str, secret: str) -> str:
    return hmac.new(_key(secret, b"address"), address.strip().lower().encode(), hashlib.sha256).hexdigest()


@cache
def _key(secret: str, use: bytes = b"link") -> bytes:
    return hashlib.sha512(b"laoyou.messaging." + use + b"\0" + secret.encode()).digest()
