"""Messages right after their commit, so that the frames of a busy room are built without reading them again.

Only the process that wrote them has them, and only for a moment: whoever finds nothing here reads the database.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from community.models import Message, Room


@dataclass(frozen=True)
class Batch:
    """Messages that were written together, with what they answer and their threads. `called`: somebody is named in them."""

    room: Room
    messages: Sequence[Message]
    called: bool


_MOST = 200
_guard = Lock()
_kept: "OrderedDict[tuple[int, ...], Batch]" = OrderedDict()


def keep(room: Room, messages: Sequence[Message], *, called: bool) -> None:
    """These were just committed."""
    with _guard:
        _kept[tuple(message.pk for message in messages)] = Batch(room, messages, called)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def take(message_ids: Sequence[int]) -> Batch | None:
    """The batch of exactly these messages, once; None when it is not here."""
    with _guard:
        return _kept.pop(tuple(message_ids), None)
