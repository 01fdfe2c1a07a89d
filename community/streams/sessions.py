"""What goes on inside live sessions: the stream `session:<public id>`. Its talk is the room's own stream."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from community.actions.live import attendance
from community.models import LiveSession
from community.queries.live import stage as queries
from community.stage_access import get_place, readers
from members.access import Refused, member_by_id
from messaging.streams import Pair, Replay, StreamRefused
from outbox.clock import now


class SessionStream:
    """The stage, questions, polls and drops; counted, so nothing is lost. Numbers of votes and seats are hints."""

    counted = True
    typing = False

    def channel(self, *, member_id: int | None, key: str) -> str | None:
        try:
            get_place(member_by_id(member_id) if member_id is not None else None, key, "read")
        except Refused:
            return None
        return f"session:{key}"

    def still_allowed(self, *, pairs: Collection[Pair]) -> set[Pair]:
        found = LiveSession.objects.filter(public_id__in={key for _member, key in pairs})
        sessions = {one.public_id: one for one in found}
        asked = [(member, sessions[key]) for member, key in pairs if key in sessions]
        return {(member, session.public_id) for member, session in readers(asked)}

    def last_seqs(self, *, keys: Collection[str]) -> dict[str, int]:
        return queries.last_seqs(public_ids=keys)

    def since(self, *, key: str, seq: int, limit: int) -> Replay:
        return queries.replay(public_id=key, since=seq, limit=limit)

    def greet(self, *, member_id: int | None, key: str) -> dict[str, Any] | None:
        return None

    def receive(self, *, member_id: int, key: str, op: str, client_id: str, data: dict[str, Any]) -> dict[str, Any]:
        """`send` is a sign of life; the answer is the member's place. Every other act is a form."""
        if op != "send" or data.get("here") is not True:
            raise StreamRefused("not_supported", "")
        member = member_by_id(member_id)
        try:
            place = get_place(member, key)
        except Refused as refusal:
            raise StreamRefused(refusal.code, refusal.message) from refusal
        at = now()
        note_here(place.session.pk, member_id, at=at)
        return {"here": queries.seat_data(session=place.session, member_id=member_id, at=at)}


def note_here(session_id: int, member_id: int, *, at: datetime, kept: timedelta = timedelta()) -> None:
    """A sign of life; `kept`: the seat stays taken so much longer without another.

    One statement, and no lock but those of the member's own rows.
    """
    with transaction.atomic(durable=True):
        attendance.sign_of_life(session_id=session_id, by=member_id, at=at, kept=kept)
