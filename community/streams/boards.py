"""Boards on the site's socket: `board:<id>`, and `board:open` for all that every member may read. Hints, never replayed."""

from collections.abc import Collection
from typing import Any

from community import access
from members.access import member_by_id, members_by_id
from messaging.streams import Pair, Replay, StreamRefused

OPEN = "open"


class BoardStream:
    """Who has a list open hears that it grew; only of boards they may browse."""

    counted = False
    typing = False

    def channel(self, *, member_id: int | None, key: str) -> str | None:
        viewer = member_by_id(member_id) if member_id is not None else None
        return f"board:{key}" if _may(access.rights(viewer), key, access.open_boards()) else None

    def greet(self, *, member_id: int | None, key: str) -> dict[str, Any] | None:
        return None

    def still_allowed(self, *, pairs: Collection[Pair]) -> set[Pair]:
        version = access.permission_version()
        people = members_by_id({member for member, _ in pairs if member is not None})
        held = {member: access.rights(user, version=version) for member, (user, _) in people.items()}
        guests, everybody = access.rights(None, version=version), access.open_boards()
        return {
            (member, key)
            for member, key in pairs
            if (found := guests if member is None else held.get(member)) and _may(found, key, everybody)
        }

    def last_seqs(self, *, keys: Collection[str]) -> dict[str, int]:
        return {}

    def since(self, *, key: str, seq: int, limit: int) -> Replay:
        return Replay(seq=seq)

    def receive(self, *, member_id: int, key: str, op: str, client_id: str, data: dict[str, Any]) -> dict[str, Any]:
        raise StreamRefused("not_supported", "")


def _may(held: access.Rights, key: str, everybody: frozenset[int]) -> bool:
    """`open` is heard by who may browse all of it: somebody who is kept out of one of these boards hears them singly."""
    if key == OPEN:
        return bool(everybody) and everybody <= held.allowed["browse"]
    return key.isascii() and key.isdigit() and len(key) < 10 and held.may("browse", int(key))
