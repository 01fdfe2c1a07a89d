"""Rooms on the site's socket: the stream `room:<public id>`."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from community.access import rights
from community.actions import rooms as room_actions
from community.actions import saying
from community.problems import TooFast
from community.queries import messages
from community.queries import rooms as room_queries
from community.room_access import get_room, may_moderate, still_readable
from community.trust import limits
from members.access import Refused, member_by_id
from messaging import hub
from messaging.streams import Pair, Replay, StreamRefused
from outbox.clock import now


class RoomStream:
    """Messages as they are sent, edited and removed; counted, so nothing is lost."""

    counted = True
    typing = True

    def channel(self, *, member_id: int | None, key: str) -> str | None:
        try:
            get_room(member_by_id(member_id) if member_id is not None else None, public_id=key)
        except Refused:
            return None
        return f"room:{key}"

    def still_allowed(self, *, pairs: Collection[Pair]) -> set[Pair]:
        return still_readable(pairs)

    def last_seqs(self, *, keys: Collection[str]) -> dict[str, int]:
        return messages.last_seqs(public_ids=keys)

    def since(self, *, key: str, seq: int, limit: int) -> Replay:
        return messages.replay(public_id=key, since=seq, limit=limit)

    def greet(self, *, member_id: int | None, key: str) -> dict[str, Any] | None:
        return None

    def receive(self, *, member_id: int, key: str, op: str, client_id: str, data: dict[str, Any]) -> dict[str, Any]:
        member = member_by_id(member_id)
        try:
            if op == "read":
                return self._read(member, key, data)
            return self._send(member, key, client_id, data)
        except Refused as refusal:
            raise StreamRefused(refusal.code, refusal.message) from refusal
        except TooFast as problem:
            raise StreamRefused(problem.code, problem.message, problem.retry_after) from problem

    def _send(self, member: Any, key: str, client_id: str, data: dict[str, Any]) -> dict[str, Any]:
        text = data.get("text")
        if not isinstance(text, str):
            raise StreamRefused("bad_frame", "text")
        room, at = get_room(member, public_id=key, act="send"), now()
        with (
            limits.spending("message", member_id=member.pk, trust=rights(member).trust, at=at, key=client_id),
            transaction.atomic(durable=True),
        ):
            sent = saying.say(
                room_id=room.pk, raw=text, client_id=client_id, by=member.pk, trust=rights(member).trust,
                moderating=may_moderate(member, room), at=at,
            )  # fmt: skip
        return {"seq": sent.seq}

    def _read(self, member: Any, key: str, data: dict[str, Any]) -> dict[str, Any]:
        room = get_room(member, public_id=key)
        if member is None:
            return {}
        with transaction.atomic(durable=True):
            moved = room_actions.mark_read(room_id=room.pk, seq=data["seq"], by=member.pk, at=now())
        if moved:  # the member's other windows put their badges right
            unread = room_queries.unread_counts(member_id=member.pk, room_ids=[room.pk]).get(room.pk, 0)
            hub.push_to_member(member.pk, "room_read", {"room": key, "unread": unread})
        return {}
