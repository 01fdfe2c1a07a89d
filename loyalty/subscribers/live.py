"""What is told at once to a member's open pages."""

from collections.abc import Sequence
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty import queries
from loyalty.events import PointsPosted, TierChanged
from loyalty.panels import counts_of
from members.queries import language_of
from messaging.hub import members_listening, push_to_member
from outbox.clock import now
from outbox.subscribe import live, live_crowd


@live_crowd(PointsPosted)
def tell_points(events: Sequence[PointsPosted]) -> None:
    """Only whoever has a page open is looked up: most points come to people who are not here."""
    spendable = [event for event in events if event.currency == "points"]
    here = members_listening({event.member_id for event in spendable})
    for event in spendable:
        if event.member_id in here:
            _tell_points(event)


def _tell_points(event: PointsPosted) -> None:
    with translation.override(language_of(member_id=event.member_id)):
        balance = queries.balance(member_id=event.member_id, at=now())
        frame: dict[str, Any] = {
            "amount": event.amount,
            "available": balance.available,
            "pending": balance.pending,
            "counts": counts_of(balance),
        }
        if event.amount > 0:
            text = ngettext("%(number)s point for you", "%(number)s points for you", event.amount)
            number = formats.number_format(event.amount, force_grouping=True)
            frame["toast"] = {"text": text % {"number": number}, "url": "/points/", "icon": "points"}
    push_to_member(event.member_id, "points", frame)


@live(TierChanged)
def tell_tier(event: TierChanged) -> None:
    with translation.override(language_of(member_id=event.member_id)):
        card = queries.tier(member_id=event.member_id, at=now())
        if card is None:
            return
        frame: dict[str, Any] = {"code": card.code, "name": card.name, "rank": card.rank, "counts": {"tier": card.name}}
        if event.from_code != event.to_code and card.rank > 0:
            text = _("You are now: %(tier)s") % {"tier": card.name}
            frame["toast"] = {"text": text, "url": "/points/", "icon": "points"}
    push_to_member(event.member_id, "tier", frame)
