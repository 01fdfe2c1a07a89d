"""Names, pictures and badges of the people on a page, kept in the process for a few seconds.

What changes them (a member's profile, a tier, a group) belongs to other apps, so there is no version to compare. A card
is read anew after `LIFE` seconds, and at once in the process that heard `member.updated`. A card that came back the same
keeps its identity, so that a page drawn with it stays valid without being compared.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from community import slots
from community.badges.seals import drawn_seal
from community.queries.people.badges import worn_badge, worn_of_row
from members.queries import MemberCard, cards_with

LIFE = 5.0
"""Seconds after which a name, a picture or a badge is read again."""

MOST = 20_000
"""Cards kept at a time."""


@dataclass(frozen=True)
class Author:
    """A person as posts show them, with what is drawn the same everywhere."""

    card: MemberCard
    badges: tuple[slots.Badge, ...]
    avatar_html: SafeString
    badges_html: SafeString

    @property
    def name(self) -> str:
        return self.card.name


_kept: dict[tuple[int, str], tuple[float, Author]] = {}


def authors(member_ids: Iterable[int]) -> dict[int, Author]:
    """The people by id, as they were at most `LIFE` seconds ago; those who do not exist are missing.

    Nothing is asked while all are fresh; else one statement for the cards and what the badges cost.
    """
    language, moment = get_language() or "", monotonic()
    found: dict[int, Author] = {}
    stale: set[int] = set()
    for member in member_ids:
        kept = _kept.get((member, language))
        if kept is None or kept[0] < moment:
            stale.add(member)
        else:
            found[member] = kept[1]
    if stale:
        found |= _read(stale, language, moment)
    return found


def forget(member_id: int | None = None) -> None:
    """Read this person (or everybody) anew at the next page."""
    for key in [key for key in list(_kept) if member_id in (None, key[0])]:
        _kept.pop(key, None)


def _read(member_ids: Collection[int], language: str, moment: float) -> dict[int, Author]:
    rows = cards_with(member_ids=member_ids, extra=worn_of_row())
    cards = {member: card for member, (card, _worn) in rows.items()}
    badges: dict[int, list[slots.Badge]] = {}
    for answer in slots.name_badges.collect(member_ids=list(cards)):
        for member, some in answer.items():
            badges.setdefault(member, []).extend(some)
    for member, (_card, own) in rows.items():
        if own:
            badges.setdefault(member, []).append(worn_badge(**own))
    found: dict[int, Author] = {}
    if len(_kept) > MOST:
        _kept.clear()
    for member, card in cards.items():
        worn = tuple(badges.get(member, ()))
        before = _kept.get((member, language))
        same = before is not None and before[1].card == card and before[1].badges == worn
        found[member] = (
            before[1] if before and same else Author(card, worn, avatar(card.name, card.avatar_url), _badges(worn))
        )
        _kept[member, language] = moment + LIFE, found[member]
    return found


@lru_cache(maxsize=5_000)
def avatar(name: str, url: str, size: str = "") -> SafeString:
    """The picture (or initials) of the design system."""
    return render_to_string("includes/avatar.html", {"name": name or "·", "url": url, "size": size})


def _badges(badges: Iterable[slots.Badge]) -> SafeString:
    return format_html_join(" ", "{}", ((drawn_badge(one),) for one in badges))


def drawn_badge(one: slots.Badge) -> SafeString:
    """A mark beside a name."""
    if one.seal[0]:
        return drawn_seal(*one.seal, label=one.label)
    if one.title:
        return format_html('<span class="badge {}" title="{}">{}</span>', one.kind, one.title, one.label)
    return format_html('<span class="badge {}">{}</span>', one.kind, one.label)
