"""What a member may choose for each group of notices and each way out of the site. Pure but for the words.

A kind of notice belongs to a group (`slots.notices.register(..., group=)`); members choose by group, because nobody
reads a table of forty kinds. What is not chosen is the default written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SITE, EMAIL, PUSH = "site", "email", "push"
CHANNELS = (SITE, EMAIL, PUSH)
OFF, NOW, BUNDLED, DIGEST = "off", "now", "bundled", "digest"
ALLOWED: Mapping[str, tuple[str, ...]] = {
    SITE: (NOW, OFF),
    EMAIL: (NOW, BUNDLED, DIGEST, OFF),
    PUSH: (NOW, BUNDLED, OFF),
}
LABELS: Mapping[str, Mapping[str, "_StrPromise"]] = {
    SITE: {NOW: pgettext_lazy("notice in the site", "Yes"), OFF: pgettext_lazy("notice in the site", "No")},
    EMAIL: {
        NOW: _("At once"),
        BUNDLED: _("If not seen"),
        DIGEST: _("Digest"),
        OFF: _("No"),
    },
    PUSH: {NOW: _("At once"), BUNDLED: _("If not seen"), OFF: _("No")},
}

Choices = Mapping[str, Mapping[str, str]]
"""{group: {channel: how}}: only what differs from the defaults."""


@dataclass(frozen=True)
class Group:
    """Kinds of notices that one line of the settings decides about. `fixed`: channels that cannot be switched off."""

    key: str
    label: "str | _StrPromise"
    about: "str | _StrPromise"
    site: str = NOW
    email: str = DIGEST
    push: str = OFF
    fixed: tuple[str, ...] = ()

    def default(self, channel: str) -> str:
        return {SITE: self.site, EMAIL: self.email, PUSH: self.push}[channel]

    def allowed(self, channel: str) -> tuple[str, ...]:
        return tuple(one for one in ALLOWED[channel] if one != OFF or channel not in self.fixed)


OTHER = "other"
GROUPS: Mapping[str, Group] = {
    group.key: group
    for group in (
        Group("direct", _("Messages to me"), _("Somebody writes to me alone."), email=BUNDLED, push=NOW),
        Group("mentions", _("Mentions"), _("Somebody names me, or a group of mine."), email=BUNDLED, push=NOW),
        Group("replies", _("Replies"), _("Somebody answers me, or accepts my answer."), email=BUNDLED, push=NOW),
        Group(
            "sessions",
            _("Live sessions"),
            _("Reminders of sessions I said yes to, and what changes about them."),
            email=BUNDLED,
            push=NOW,
        ),
        Group("followed", _("What I follow"), _("News in topics, places and rooms I watch, and of people I follow.")),
        Group("reactions", _("Thanks"), _("Somebody likes what I wrote."), email=OFF),
        Group("points", _("Points and rewards"), _("Points that come or end, rewards, coupons, friends I invited.")),
        Group("badges", _("Badges and trust"), _("What I earned, and what is open to me now.")),
        Group("reminders", _("My own reminders"), _("What I asked to be reminded of."), email=BUNDLED, push=NOW),
        Group(
            "order",
            _("Flags and my standing"),
            _("What became of my flags and of what I wrote, and my standing here."),
            email=BUNDLED,
            fixed=(SITE,),
        ),
        Group(OTHER, _("Everything else"), _("What fits nowhere above.")),
    )
}


def how(choices: Choices, group: str, channel: str) -> str:
    """What holds: the member's choice where they made one that is still offered, else the default."""
    found = GROUPS.get(group, GROUPS[OTHER])
    chosen = choices.get(found.key, {}).get(channel, "")
    return chosen if chosen in found.allowed(channel) else found.default(channel)


def differing(choices: Choices) -> dict[str, dict[str, str]]:
    """What of these choices is offered and differs from the defaults: all that is worth keeping."""
    kept: dict[str, dict[str, str]] = {}
    for key, group in GROUPS.items():
        for channel in CHANNELS:
            chosen = choices.get(key, {}).get(channel, "")
            if chosen in group.allowed(channel) and chosen != group.default(channel):
                kept.setdefault(key, {})[channel] = chosen
    return kept
