"""The rooms of live sessions: who is in them is said by their sessions (audience, state, seat), not by the room.

`room_access` asks here for every room of the kind `session`; they are in no list and in no search. Whoever keeps the
sessions puts their answer into place once, in `apps.ready()`, by `session_room_answer(…)`. Until then such rooms are
absent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from members.access import Refused

if TYPE_CHECKING:
    from community.access import Rights
    from community.models import Room
    from members.access import Viewer


@dataclass(frozen=True)
class SessionAnswer:
    """What one person may do in the room of a session. `silent`: why they cannot speak (None: they may)."""

    read: bool = False
    moderate: bool = False
    silent: Refused | None = None


class SessionDoor(Protocol):
    """Both functions are asked in a thread of a socket process too: statements yes, transactions no."""

    def answer(self, *, viewer: "Viewer", room: "Room", held: "Rights") -> SessionAnswer:
        """One person and one room, in at most two statements."""

    def readable(self, *, pairs: Collection[tuple[int | None, int]]) -> set[tuple[int | None, int]]:
        """Those (member id or None, room id) that may read at this moment: a few statements for any number of pairs."""


class _Shut:
    """Without sessions."""

    def answer(self, *, viewer: "Viewer", room: "Room", held: "Rights") -> SessionAnswer:
        return SessionAnswer()

    def readable(self, *, pairs: Collection[tuple[int | None, int]]) -> set[tuple[int | None, int]]:
        return set()


_door: SessionDoor = _Shut()


def session_room_answer(door: SessionDoor) -> SessionDoor:
    """Put the answer of the sessions into place; what was there before comes back (tests put it back)."""
    global _door
    before, _door = _door, door
    return before


def door() -> SessionDoor:
    return _door
