"""What happens elsewhere and earns here, and what is told at once to a member's open pages."""

from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.actions.live.seats import set_priority
from community.events import (
    AnswerAccepted,
    AnswerUnaccepted,
    DropClaimed,
    PostRemoved,
    PostRestored,
    ReactionAdded,
    SessionAttended,
)
from community.queries import trust_of
from loyalty import actions, drops, queries
from loyalty.events import PointsPosted, TierChanged
from loyalty.panels import counts_of
from members.events import MemberJoined, MemberUpdated
from members.queries import language_of
from messaging.hub import push_to_member
from outbox.clock import now
from outbox.subscribe import live, subscribe


@subscribe(AnswerAccepted)
def award_answer(event: AnswerAccepted) -> None:
    actions.accept_answer(
        post_id=event.post_id,
        author_id=event.author_id,
        by_id=event.by_id,
        self_answer=event.self_answer,
        author_trust=trust_of(member_id=event.author_id),
        at=event.at,
    )


@subscribe(AnswerUnaccepted)
def take_back_answer(event: AnswerUnaccepted) -> None:
    actions.unaccept_answer(post_id=event.post_id, author_id=event.author_id, by_id=event.by_id, at=event.at)


@subscribe(ReactionAdded)
def award_like(event: ReactionAdded) -> None:
    actions.receive_like(
        post_id=event.post_id,
        author_id=event.author_id,
        by_id=event.by_id,
        by_trust=event.by_trust,
        author_trust=trust_of(member_id=event.author_id),
        at=event.at,
    )


@subscribe(PostRemoved)
def take_back_post(event: PostRemoved) -> None:
    actions.hide_post(post_id=event.post_id, author_id=event.author_id, at=event.at)


@subscribe(PostRestored)
def give_back_post(event: PostRestored) -> None:
    trust = trust_of(member_id=event.author_id)
    actions.show_post(post_id=event.post_id, author_id=event.author_id, author_trust=trust, at=event.at)


@subscribe(SessionAttended)
def award_attendance(event: SessionAttended) -> None:
    actions.attend_session(attendance_id=event.attendance_id, member_id=event.member_id, at=event.at)


@subscribe(DropClaimed)
def give_prize(event: DropClaimed) -> None:
    """A piece of a drop in a live session: one of those put aside becomes the member's."""
    if event.source == drops.SOURCE:
        actions.give_reward(
            cause=f"drop_claim:{event.claim_id}",
            reserve=f"drop:{event.drop_id}",
            member_id=event.member_id,
            at=event.at,
        )


@subscribe(TierChanged)
def move_in_queues(event: TierChanged) -> None:
    """Where the member waits for a seat, their place follows the tier."""
    set_priority(member_id=event.member_id, rank=drops.rank_of(event.member_id), at=event.at)


@subscribe(MemberJoined)
def claim_orders_of_newcomer(event: MemberJoined) -> None:
    if not event.imported:
        actions.claim_waiting_orders(member_id=event.member_id, by=None, at=event.at)


@subscribe(MemberUpdated)
def claim_orders_of_member(event: MemberUpdated) -> None:
    actions.claim_waiting_orders(member_id=event.member_id, by=None, at=event.at)


@live(PointsPosted)
def tell_points(event: PointsPosted) -> None:
    if event.currency != "points":
        return
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
