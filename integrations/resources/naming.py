"""Ids and references: how members, orders and the rest are named in requests and answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from integrations import rules, wallets
from integrations.problems import Flaw, Problem
from integrations.reading import is_clean
from integrations.webhooks.fields import IDS, MEMBER, public_ids
from loyalty.actions import BadOrder, RewardRefused
from members import queries as members
from members.queries import MemberCard

MemberRef = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="`mem_…`, `ext:<source>:<external_id>`, `ext:<external_id>` (when only one shop has it) or `email:<address>`.",
        examples=["ext:tea-shop:c-1001"],
    ),
]
Source = Annotated[
    str,
    Field(
        pattern=rules.SOURCE, description="Your name for the system. The key must speak for it.", examples=["tea-shop"]
    ),
]
Cause = Annotated[
    str,
    Field(
        min_length=1,
        max_length=80,
        description="Why, in a name of yours. The same cause is the same thing for ever, also after 30 days.",
    ),
]


def member_of(ref: str, *, pointer: str = "/member") -> MemberCard:
    """The member whom a field of the body names, or Problem invalid that points at the field."""
    try:
        return wallets.find(ref)
    except Problem as error:
        raise unknown_member(pointer) from error


def unknown_member(pointer: str) -> Problem:
    words = _("Nobody here has this name. Bring them with POST /members, or check its spelling.")
    return Problem("invalid", errors=[Flaw(pointer, "unknown_member", words)])


def bare_id(kind: str, text: str) -> str | None:
    """The part after the prefix of an id of this kind; None for what cannot be one."""
    prefix = IDS[kind].prefix
    rest = text.removeprefix(prefix)
    fits = text.startswith(prefix) and 1 <= len(rest) <= 16 and rest.isascii() and rest.isalnum() and is_clean(text)
    return rest if fits else None


def member_ids(ids: Iterable[int]) -> dict[int, str]:
    """Public ids of members, in one statement."""
    cards = members.member_cards(member_ids=ids)
    return {id: MEMBER + card.public_id for id, card in cards.items()}


def ids_of(kind: str, numbers: Iterable[int | None]) -> dict[int, str]:
    """Public ids of rows of this kind, in one statement."""
    return public_ids(kind, {number for number in numbers if number is not None})


def refused(error: RewardRefused, pointer: str) -> Problem:
    """A refusal of a lower app: its sentence says what would help."""
    return Problem("refused", error.message, errors=[Flaw(pointer, error.code, error.message)])


def bad_order(bad: BadOrder, *, moved: dict[str, str] | None = None) -> Problem:
    """An order or refund that contradicts itself. Loyalty names places with full stops; `moved` says where they are here."""
    field = (moved or {}).get(bad.field, bad.field)
    pointer = "/" + field.replace(".", "/") if field else ""
    return Problem("invalid", errors=[Flaw(pointer, bad.code, bad.message)])


def not_in_the_future(moment: datetime, at: datetime, *, pointer: str) -> None:
    """Clocks differ by minutes; what is told as of tomorrow is a mistake of the teller."""
    if (moment - at).total_seconds() > 300:
        words = _("This has not happened yet. Send the time at which it happened.")
        raise Problem("invalid", errors=[Flaw(pointer, "in_the_future", words)])
