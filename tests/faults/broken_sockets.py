"""The socket process with one promise taken out, by LAOYOU_BROKEN: a checker that was never seen to fail proves nothing."""

import os
from typing import Any

from config.asgi import application  # noqa: F401

broken = os.environ.get("LAOYOU_BROKEN", "")

if broken == "no-repair":
    from messaging import hub

    async def _nothing(*_arguments: Any) -> None:
        """Neither a gap is filled nor PostgreSQL looked at again."""

    hub.Hub._repair = _nothing  # type: ignore[method-assign]
    hub.Hub._check_seqs = _nothing  # type: ignore[method-assign, assignment]

if broken == "early-answer":
    import random
    import threading

    from community.streams.rooms import RoomStream
    from messaging.streams import Sending

    whole = RoomStream.receive_many

    def _early(self: RoomStream, *, key: str, asked: list[Sending]) -> Any:
        """ "Sent" is said for what is still to be written, now and then by a process that dies before."""
        if random.random() < 0.02:
            threading.Timer(30, whole, (self,), {"key": key, "asked": asked}).start()
            return [{"seq": 1}] * len(asked)
        return whole(self, key=key, asked=asked)

    RoomStream.receive_many = _early  # type: ignore[method-assign, assignment]

if broken == "no-bound":
    from messaging import sockets

    sockets.LARGEST_WAITING = 10**12
    sockets.MOST_WAITING = 10**9
    sockets.LAST_WORD = 600.0

if broken == "no-limit":
    from messaging import consumers

    consumers.MOST_FRAMES = consumers.CALM_FRAMES = 10**9
