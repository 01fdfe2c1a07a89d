"""A right that is lost is lost within a second, on every open socket and poll of every process.

Whoever changes rights need not know of sockets: database triggers note whose rights changed (`members.models.RightsChange`),
and each process reads the new notes twice a second, in one statement however many sockets it has. So the promise holds while
Valkey is away, and for changes made by hand. `revoke` only makes it faster. A full look at everybody every three seconds
(`hub.TICK`) stands behind both.
"""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from members import queries as members
from messaging import frames, streams
from messaging.sockets import Socket, sessions_alive
from messaging.threads import in_thread

if TYPE_CHECKING:
    from messaging.hub import Hub
    from messaging.streams import Pair

log = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds between two looks at the notes."""


def revoke(*, member_ids: Iterable[int] | None) -> None:
    """Let every process look at these members' sockets (None: all) at once. Best effort; only from @live subscribers."""
    from messaging.hub import tell_processes

    tell_processes({"rights": None if member_ids is None else sorted(set(member_ids))})


class Revocation:
    """Looks again at the sockets of those whose rights changed. Lives in the event loop of a socket process."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._seen: str | None = None
        self._told: set[int] = set()
        self._everybody = True  # the first look: whatever was changed before the notes are read
        self._wake = asyncio.Event()
        self._wake.set()
        self._failing = False
        self.looks = 0
        """How often there was something to look at: who enters compares it before and after."""

    def told(self, member_ids: list[int] | None) -> None:
        """Another process says whose rights changed."""
        if member_ids is None:
            self._everybody = True
        else:
            self._told.update(member_ids)
        self._wake.set()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK)
            self._wake.clear()
            told, everybody = self._told, self._everybody
            self._told, self._everybody = set(), False  # what is told from here on is for the next look
            try:
                await self.look(told, everybody=everybody)
                self._failing = False
            except Exception:
                self._told |= told
                self._everybody |= everybody
                if not self._failing:  # once, not twice a second
                    log.warning("revocation: the look failed; again in %s s", LOOK, exc_info=True)
                self._failing = True

    async def look(self, told: Collection[int] = (), *, everybody: bool = False) -> None:
        """Read the new notes and act on them and on what was told; what could not be done stays for the next look."""
        changes = await in_thread(members.rights_changes, since=self._seen)
        self.looks += bool(everybody or told or changes.everybody or changes.members or changes.sessions)
        if everybody or changes.everybody:
            await self.check_people(self._hub.sockets)
            await self.check_rights()
        elif whom := (changes.members | set(told)) & self._hub.of_member.keys():
            await self.check_people({socket for member in whom for socket in self._hub.of_member[member]})
            await self.check_rights(whom)
            self._say(whom)
        if changes.sessions:
            await self.check_people(socket for socket in self._hub.sockets if socket.session_key in changes.sessions)
        self._seen = changes.seen

    async def check_people(self, sockets: Iterable[Socket]) -> None:
        """Close those of ended sessions, changed passwords and deactivated accounts."""
        signed_in = [socket for socket in sockets if socket.member_id is not None]
        if not signed_in:
            return
        marks = await in_thread(members.sign_in_marks, member_ids={socket.member_id for socket in signed_in})
        alive = await in_thread(sessions_alive, {socket.session_key for socket in signed_in})
        for socket in signed_in:
            if marks.get(socket.member_id) != socket.mark or socket.session_key not in alive:
                socket.close(frames.SIGNED_OUT, "signed_out")

    async def check_rights(self, whom: Collection[int] | None = None) -> None:
        """End the streams that these members (None: everybody, guests too) may not hear any more; the socket stays."""
        for kind, handler in streams.kinds():
            heard = [stream for stream in self._hub.streams.values() if stream.kind == kind]
            pairs: set[Pair] = {
                (socket.member_id, stream.key)
                for stream in heard
                for socket in stream.sockets
                if whom is None or socket.member_id in whom
            }
            if not pairs:
                continue
            allowed = await in_thread(handler.still_allowed, pairs=pairs)
            lost = pairs - allowed
            for stream in heard if lost else ():
                for socket in tuple(stream.sockets):
                    if (socket.member_id, stream.key) in lost:
                        self._hub.leave(socket, stream.name)
                        socket.put(frames.frame(stream.name, "not_allowed", {}))

    def _say(self, whom: Iterable[int]) -> None:
        """Their pages may draw anew what they may do (and ask again for what was refused)."""
        hint: dict[str, Any] = frames.frame("member", "rights", {})
        for member in whom:
            for socket in tuple(self._hub.of_member.get(member, ())):
                if "member" in socket.streams:
                    socket.put(hint)
