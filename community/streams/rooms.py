"""Rooms on the site's socket: the stream `room:<public id>`."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from community.actions.chat import rooms as room_actions
from community.queries.chat import messages
from community.room_access import get_room, still_readable
from community.streams.hints import tell_read
from community.streams.sends import Answer, send_many
from members.access import Refused, member_by_id
from messaging.streams import Pair, Replay, Sending, StreamRefused
from outbox.clock import now


class RoomStream:
    """Messages as they are sent, edited and removed; counted, so nothing is lost."""

    counted = True
    typing = True
    presence = True

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
        try:
            if op == "read":
                return self._read(member_by_id(member_id), key, data)
        except Refused as refusal:
            raise StreamRefused(refusal.code, refusal.message) from refusal
        answer = send_many(key=key, asked=[Sending(member_id, client_id, data)])[0]
        if isinstance(answer, Refused):
            raise StreamRefused(answer.code, answer.message) from answer
        if isinstance(answer, StreamRefused):
            raise answer
        return answer

    def receive_many(self, *, key: str, asked: Sequence[Sending]) -> list[Answer]:
        return send_many(key=key, asked=asked)

    def _read(self, member: Any, key: str, data: dict[str, Any]) -> dict[str, Any]:
        room = get_room(member, public_id=key)
        if member is None:
            return {}
        with transaction.atomic(durable=True):
            moved = room_actions.mark_read(room_id=room.pk, seq=data["seq"], by=member.pk, at=now())
        if moved:  # the member's other windows put their badges right
            tell_read(room_id=room.pk, member_id=member.pk)
        return {}
