"""The sends of one room that arrived together: rights asked once, each counted by itself, one transaction for all.

Whoever may not speak, speaks too fast or says what cannot be said is refused alone; nobody else notices.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.access import absent, rights
from community.actions.chat import saying
from community.actions.chat.messages import Outcome, Sent, in_language
from community.actions.chat.saying import Say
from community.models import Membership, Room
from community.problems import TooFast
from community.queries.chat.moment import moment_of
from community.room_access import may_moderate, readers, require_send
from community.rules.words import Matcher
from community.trust import limits
from members.access import Member, Refused, members_by_id
from messaging.streams import Sending, StreamRefused
from outbox.clock import now

log = logging.getLogger(__name__)

Answer = dict[str, Any] | StreamRefused | Refused
People = Mapping[int, tuple[Member, frozenset[int]]]


def send_many(*, key: str, asked: Sequence[Sending]) -> list[Answer]:
    """One answer or refusal for each, in order. `key` is the room's public id.

    However many there are: two statements for the room and the people, one question for the limits, one transaction.
    """
    at, moment = now(), moment_of(public_id=key)
    room, people = moment.room, members_by_id({one.member_id for one in asked})
    allowed = _allowed(room, [one.member_id for one in asked], people)
    answers: dict[int, Answer] = {}
    waiting: dict[int, Say] = {}
    for place, one in enumerate(asked):
        try:
            with in_language(one.language):
                if room is None or one.member_id not in allowed:
                    raise absent()
                member = people[one.member_id][0] if one.member_id in people else None
                waiting[place] = _asked(member, room, one, moment.permissions)
        except (Refused, StreamRefused) as refusal:
            answers[place] = refusal
    counted = _count(waiting, answers, at)
    if room is not None and waiting:
        outcomes = _say(room, list(waiting.values()), at, moment.matcher)
        for (place, say), outcome in zip(waiting.items(), outcomes, strict=True):
            answers[place] = _answer(outcome)
            if place in counted and not isinstance(outcome, Sent):  # nothing came of it, so it was not spent
                limits.give_back("message", member_id=say.by, at=at, key=say.client_id)
    return [answers[place] for place in range(len(asked))]


def _count(waiting: dict[int, Say], answers: dict[int, Answer], at: datetime) -> set[int]:
    """The places that are counted now; who is too fast is answered, and waits no more."""
    spenders = [limits.Spender(say.by, say.trust, say.client_id) for say in waiting.values()]
    seconds = dict(zip(waiting, limits.spend_many("message", spenders, at=at), strict=True))
    for place, left in seconds.items():
        if left > 0:
            with in_language(waiting.pop(place).language):
                answers[place] = _too_fast(limits.too_fast("message", left))
    return {place for place, left in seconds.items() if left == 0}


def _allowed(room: Room | None, member_ids: Sequence[int], people: People) -> set[int]:
    """Those who may read the room; who keeps a private one is asked for all of them at once."""
    if room is None:
        return set()
    pairs = [(member, room) for member in set(member_ids)]
    found = {member for member, _room in readers(pairs, people=people) if member is not None}
    if room.kind == Room.Kind.PRIVATE:
        owners = set(
            Membership.objects.filter(
                room=room, member_id__in=found, role=Membership.Role.OWNER
            ).values_list("member_id", flat=True)
        )  # fmt: skip
        room.__dict__["_owned_by"] = {member: member in owners for member in found}
    return found


def _asked(member: "Member | None", room: Room, one: Sending, version: int) -> Say:
    text, parent, thread = one.data.get("text"), _seq(one.data.get("parent")), _seq(one.data.get("thread"))
    if not isinstance(text, str):
        raise StreamRefused("bad_frame", "text")
    held = rights(member, version=version)
    require_send(member, room, held=held)
    return Say(
        by=one.member_id, client_id=one.client_id, raw=text, trust=held.trust, parent=parent, thread=thread,
        moderating=may_moderate(member, room, held=held), zone=getattr(member, "time_zone", ""), language=one.language,
    )  # fmt: skip


def _seq(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise StreamRefused("bad_frame", "seq")
    return value


def _say(room: Room, waiting: Sequence[Say], at: datetime, matcher: Matcher) -> list[Outcome | None]:
    """All in one transaction; should that fail as a whole, each by itself, so that one cannot harm the others."""
    try:
        with transaction.atomic(durable=True):
            return list(saying.say_many(room=room, asked=waiting, at=at, matcher=matcher))
    except Exception:
        if len(waiting) == 1:
            log.exception("rooms: a message could not be written")
            return [None]
        log.warning("rooms: %s messages are written one by one", len(waiting), exc_info=True)
    return [_say(room, [one], at, matcher)[0] for one in waiting]


def _answer(outcome: Outcome | StreamRefused | None) -> Answer:
    if isinstance(outcome, Sent):
        answer: dict[str, Any] = {"seq": outcome.seq or None}
        return {**answer, "note": outcome.note} if outcome.note else answer
    if isinstance(outcome, TooFast):
        return _too_fast(outcome)
    return outcome or StreamRefused("failed", _("That did not work. Please try again."), 5)


def _too_fast(problem: TooFast) -> StreamRefused:
    return StreamRefused(problem.code, problem.message, problem.retry_after)
