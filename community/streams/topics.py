"""Topics on the site's socket: the stream `topic:<public id>` says how far a topic goes now.

A hint, not a counted stream: the number in it is the whole truth, so a lost hint is healed by the next one.
"""

from collections.abc import Collection
from typing import Any

from community.access import get_topic, permission_version, rights
from community.queries.forum import topics
from members.access import Refused, member_by_id, members_by_id
from messaging.streams import Pair, Replay, StreamRefused


class TopicStream:
    """Readers of a topic hear that it grew."""

    counted = False
    typing = False

    def channel(self, *, member_id: int | None, key: str) -> str | None:
        try:
            get_topic(member_by_id(member_id) if member_id is not None else None, key)
        except Refused:
            return None
        return f"topic:{key}"

    def still_allowed(self, *, pairs: Collection[Pair]) -> set[Pair]:
        places = topics.boards_of(public_ids={key for _, key in pairs})
        people = members_by_id({member for member, _ in pairs if member is not None})
        version = permission_version()
        allowed = {member: rights(user, version=version) for member, (user, _) in people.items()}
        guests = rights(None, version=version)
        return {
            (member, key)
            for member, key in pairs
            if (held := guests if member is None else allowed.get(member)) and held.may("browse", places.get(key, 0))
        }

    def last_seqs(self, *, keys: Collection[str]) -> dict[str, int]:
        return {}

    def since(self, *, key: str, seq: int, limit: int) -> Replay:
        return Replay(seq=seq)

    def greet(self, *, member_id: int | None, key: str) -> dict[str, Any] | None:
        return None

    def receive(self, *, member_id: int, key: str, op: str, client_id: str, data: dict[str, Any]) -> dict[str, Any]:
        raise StreamRefused("not_supported", "")
