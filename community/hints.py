"""Hints to open lists that a topic is new or was updated, at most one frame a second for each board and process.

A hint may be lost: the list says it when it is opened again. So nothing is stored; the second's hints wait in memory.
"""

import threading
from collections import defaultdict

from community import access
from community.queries.forum import topics
from messaging import hub
from outbox import nudge

EVERY = 1.0
"""Seconds for which hints are gathered."""

_lock = threading.Lock()
_waiting: dict[str, set[int]] = defaultdict(set)
_timer: threading.Timer | None = None


def note(*, board_id: int, topic_id: int) -> None:
    """Something happened in this topic; who may browse its board hears of it within a second."""
    global _timer
    channels = [f"board:{board_id}"]
    if board_id in access.open_boards():
        channels.append("board:open")
    with _lock:
        for channel in channels:
            _waiting[channel].add(topic_id)
        if _timer is None and not nudge.synchronous:
            _timer = threading.Timer(EVERY, _send_and_close)
            _timer.daemon = True
            _timer.start()
    if nudge.synchronous:
        send()


def send() -> None:
    """One frame a channel, with the topics since the last one."""
    global _timer
    with _lock:
        gathered = {channel: sorted(found) for channel, found in _waiting.items()}
        _waiting.clear()
        _timer = None
    names = topics.public_ids_of(topic_ids={topic for found in gathered.values() for topic in found})
    for channel, found in gathered.items():
        data = {"topics": [names[topic] for topic in found if topic in names]}
        hub.push(channel, {"type": "topics", "seq": None, "data": data})


def _send_and_close() -> None:
    from django.db import connection

    try:
        send()
    finally:
        connection.close()
