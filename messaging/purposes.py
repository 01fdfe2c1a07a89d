"""What members may say yes or no to, in the exact words they are shown.

A wording is never edited: a new version is added below it, because the consent ledger names the version that a person
agreed to (specs: campaigns, section 1; security, section 14).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging.rules import COMMUNITY, DIGEST, EMAIL, MARKETING, PUSH
from messaging.slots import composers

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class UnknownPurpose(Exception):
    """Nobody is asked about this purpose."""


@dataclass(frozen=True)
class Purpose:
    """One box of the preference page. `versions` are all wordings ever shown; the last one is in use."""

    key: str
    label: "str | _StrPromise"
    versions: "tuple[tuple[str, str | _StrPromise], ...]"

    @property
    def version(self) -> str:
        return self.versions[-1][0]

    @property
    def text(self) -> "str | _StrPromise":
        return self.versions[-1][1]


MAIL_PURPOSES = (
    Purpose(
        COMMUNITY,
        _("Replies and mentions"),
        (("community-1", _("Tell me by e-mail when somebody answers me, mentions me or writes to me.")),),
    ),
    Purpose(
        DIGEST,
        _("Digest"),
        (("digest-1", _("Send me by e-mail, as often as I choose, a digest of what I missed here.")),),
    ),
    Purpose(
        MARKETING,
        _("News and offers"),
        (
            (
                "marketing-1",
                _("Send me news and offers from this shop by e-mail."),
            ),
        ),
    ),
)
"""Purposes that need a yes before one e-mail leaves. Service (security, orders, receipts) needs none."""

PUSH_PURPOSES = (
    Purpose(
        COMMUNITY,
        _("Push messages"),
        (
            (
                "push-community-1",
                _(
                    "Ring my devices when something happens that I chose. The maker of my browser carries the message, "
                    "encrypted for my device alone."
                ),
            ),
        ),
    ),
)
"""What members say yes to by allowing a device to be rung."""


def asked() -> list[Purpose]:
    """The boxes of this site: purposes for which some app really writes."""
    written = composers.purposes()
    return [one for one in MAIL_PURPOSES if one.key in written]


def purpose(key: str, channel: str = EMAIL) -> Purpose | None:
    known = PUSH_PURPOSES if channel == PUSH else MAIL_PURPOSES
    return next((one for one in known if one.key == key), None)


def label(key: str, channel: str = EMAIL) -> str:
    """The purpose's name for people; service has no box and is named here."""
    known = purpose(key, channel)
    return str(known.label) if known else str(_("Your account and orders"))
