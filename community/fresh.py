"""Messages right after their commit, so that the frames of a busy room are built without reading them again.

Only the process that wrote them has them, and only for a moment: whoever finds nothing here reads the database.
"""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from threading import Lock

from community.models import Message

_MOST = 5_000
_guard = Lock()
_kept: "OrderedDict[int, tuple[str, Message]]" = OrderedDict()


def keep(public_id: str, messages: Sequence[Message]) -> None:
    """These were just committed in the room with this public id; what they answer and their thread come with them."""
    with _guard:
        for message in messages:
            _kept[message.pk] = (public_id, message)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def take(message_ids: Collection[int]) -> tuple[str, list[Message]] | None:
    """All of these messages of one room, once; None when one of them is not here."""
    with _guard:
        found = [_kept.pop(one, None) for one in message_ids]
    if not found or any(one is None for one in found):
        return None
    kept = [one for one in found if one is not None]
    return kept[0][0], [message for _public_id, message in kept]
