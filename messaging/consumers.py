"""The site's one WebSocket: every page's streams travel over it. The protocol is at the head of `laoyou/socket.js`."""

import asyncio
import contextlib
import logging
import time
from typing import Any, cast

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from members import access, queries
from members.access import Refused
from messaging import frames, streams
from messaging.batches import Batches
from messaging.fanout import Stream
from messaging.frames import Asked, BadFrame
from messaging.hub import hub, seqs_of
from messaging.sockets import DirectSocket, QueuedSocket, Socket, language_of
from messaging.streams import BatchedHandler, Sending, StreamHandler, StreamRefused
from messaging.threads import in_thread
from messaging.visitors import guests

log = logging.getLogger(__name__)
batches = Batches(in_thread)

MOST_FRAMES, WITHIN = 100, 10.0
"""Frames of one socket at once, forgotten evenly within so many seconds; one more closes it."""
CALM_FRAMES, SLOWER = 50, 0.001
"""Above so many each frame waits, a millisecond longer than the one before."""
MOST_STREAMS = 50
MOST_SOCKETS = 10
QUIET_ABOVE = 200
"""Readers of a stream in this process above which nobody is told who is typing."""


class StreamConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Receives; the hub sends. Origin and session were looked at by config.asgi."""

    socket: Socket | None = None
    came_from = ""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        # Without a channel layer Channels' own loop is a second task a socket.
        self.scope, self.base_send = scope, send
        del scope
        try:
            with contextlib.suppress(StopConsumer):
                while True:
                    await self.dispatch(await receive())
        finally:
            self._forget()  # also when an answer finds nobody: a server may raise then, and tell no disconnect any more

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels closes old database connections in a thread before every frame, which is most of its cost.
        # Nothing here uses the database outside `in_thread`, which does it.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        user = self.scope["user"]
        member = user if access.is_member(user) else None
        self.member_id = member.pk if member else None
        self.name = {"id": member.public_id, "name": member.name} if member else {}
        self.language = language_of(self.scope, member.language if member else "")
        self.crowd, self.counted_at = 0.0, time.monotonic()
        if member and len(hub.of_member.get(member.pk, ())) >= MOST_SOCKETS:
            await self.accept()
            await self.close(frames.TOO_FAST, "60")  # seconds: more windows than we serve
            return
        came_from = "" if member else guests.enter(self.scope)
        if came_from is None:
            await self.accept()
            await self.close(frames.TOO_FAST, "60")
            return
        self.came_from = came_from
        await self.accept()
        transport, direct = self.scope.get("laoyou.transport", (None, False))
        self.socket = (DirectSocket if direct else QueuedSocket)(
            self.base_send,
            transport,
            member_id=self.member_id,
            session_key=self.scope["session"].session_key or "",
            mark=queries.sign_in_mark(member.password) if member else "",
        )
        hub.add(self.socket)
        self.scope = {}  # headers, session and member are some kilobytes of each open socket

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    def _forget(self) -> None:
        guests.leave(self.came_from)
        self.came_from = ""
        if self.socket is not None:
            hub.remove(self.socket)
            self.socket.gone()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.socket is None or self.socket.closing:
            return
        self.socket.heard = time.monotonic()  # the loop's clock too
        if not await self._at_ease():
            self.socket.close(frames.TOO_FAST, str(int(WITHIN)))
            return
        if text_data is None:
            self.socket.close(1003, "text_only")
            return
        if len(text_data) > frames.LARGEST:
            self.socket.close(1009, "too_big")
            return
        try:
            asked = frames.parse(text_data)
        except BadFrame as error:
            await self._refuse(error.ref, "bad_frame", str(error))
            return
        await getattr(self, f"_{asked.op}")(asked)

    async def _at_ease(self) -> bool:
        """Count a frame; one of many waits, and the next ones of this client behind it in its own connection."""
        now = time.monotonic()
        self.crowd = max(0.0, self.crowd - (now - self.counted_at) * MOST_FRAMES / WITHIN) + 1
        self.counted_at = now
        if self.crowd > CALM_FRAMES:
            await asyncio.sleep((self.crowd - CALM_FRAMES) * SLOWER)
        return self.crowd <= MOST_FRAMES

    # Each word of the protocol

    async def _subscribe(self, asked: Asked) -> None:
        socket, handler = cast(Socket, self.socket), streams.find(asked.kind)
        if len(socket.streams) >= MOST_STREAMS and asked.stream not in socket.streams:
            await self._refuse(asked.ref, "too_many_streams", str(MOST_STREAMS))
            return
        stream = None
        if handler is not None:
            stream = await hub.enter(socket, asked.stream, asked.kind, asked.key, handler, self.member_id)
        if handler is None or stream is None:
            await self._refuse(asked.ref, "not_allowed", "")
            return
        answer: dict[str, Any] = {"op": "ok", "ref": asked.ref}
        if handler.counted:
            answer["seq"] = await self._replay(stream, handler, asked)
        await socket.say(answer)
        if not handler.counted and (said := await in_thread(self._greeting, handler, asked)):
            await socket.say({"stream": asked.stream, "seq": None, "type": "greeting", "data": said})
        if here := hub.presence.known(stream.channel, named=self.member_id is not None):
            await socket.say(frames.frame(asked.stream, "presence", here))

    def _greeting(self, handler: StreamHandler, asked: Asked) -> dict[str, Any] | None:
        with translation.override(self.language or settings.LANGUAGE_CODE):
            return handler.greet(member_id=self.member_id, key=asked.key)

    async def _replay(self, stream: Stream, handler: StreamHandler, asked: Asked) -> int:
        """Send what the client missed; live frames may overtake it, and the client puts them into order by seq."""
        socket = cast(Socket, self.socket)
        if asked.since is None:
            seqs = await in_thread(handler.last_seqs, keys=[asked.key])
            seq = int(seqs.get(asked.key, 0))
        else:
            replay = await in_thread(handler.since, key=asked.key, seq=asked.since, limit=streams.REPLAY_LIMIT)
            if replay.reset:
                await socket.say({"stream": asked.stream, "seq": replay.seq, "type": "reset", "data": {}})
            for row in replay.frames:
                await socket.say({"stream": asked.stream, **row})
            seq = replay.seq
        hub.known(stream, seq)
        return seq

    async def _unsubscribe(self, asked: Asked) -> None:
        hub.leave(cast(Socket, self.socket), asked.stream)

    async def _send(self, asked: Asked) -> None:
        await self._carry_out(asked, asked.data)

    async def _read(self, asked: Asked) -> None:
        if asked.stream in cast(Socket, self.socket).streams:
            await self._carry_out(asked, {"seq": asked.seq})

    async def _carry_out(self, asked: Asked, data: dict[str, Any]) -> None:
        handler = streams.find(asked.kind)
        if self.member_id is None or handler is None:
            await self._refuse(asked.ref, "sign_in_required", "")
            return
        try:
            answer = await self._answer(handler, asked, data)
        except StreamRefused as refusal:
            await self._refuse(asked.ref, refusal.code, refusal.message, refusal.retry_after)
        except Refused as refusal:
            await self._refuse(asked.ref, refusal.code, refusal.message)
        except Exception:
            log.exception("socket: %s on a %s stream failed", asked.op, asked.kind)
            await self._refuse(asked.ref, "failed", "", 5)
        else:
            if asked.ref:
                await cast(Socket, self.socket).say({"op": "ok", "ref": asked.ref, **answer})

    async def _answer(self, handler: StreamHandler, asked: Asked, data: dict[str, Any]) -> dict[str, Any]:
        if asked.op != "send" or not hasattr(handler, "receive_many"):
            return cast(dict[str, Any], await in_thread(self._in_own_language, handler, asked, data))
        sending = Sending(cast(int, self.member_id), asked.client_id, data, self.language)
        answer = await batches.send(asked.stream, asked.key, cast(BatchedHandler, handler), sending)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _in_own_language(self, handler: StreamHandler, asked: Asked, data: dict[str, Any]) -> dict[str, Any]:
        with translation.override(self.language or None):
            member_id = cast(int, self.member_id)
            return handler.receive(
                member_id=member_id, key=asked.key, op=asked.op, client_id=asked.client_id, data=data
            )

    async def _typing(self, asked: Asked) -> None:
        handler, channel = streams.find(asked.kind), cast(Socket, self.socket).streams.get(asked.stream)
        stream = hub.streams.get(channel or "")
        if not self.name or handler is None or not handler.typing or stream is None:
            return
        unseen = hub.presence.crowded(stream.channel) or not hub.presence.shown(cast(int, self.member_id))
        if len(stream.sockets) <= QUIET_ABOVE and not unseen:
            await hub.tell(stream.channel, frames.frame(stream.name, "typing", self.name), members_only=True)

    async def _heartbeat(self, asked: Asked) -> None:
        """The last seqs; a client that is behind asks `since`, which checks its rights again."""
        await cast(Socket, self.socket).say({"op": "seqs", "seqs": seqs_of(cast(Socket, self.socket), asked.seqs)})

    async def _refuse(self, ref: str, code: str, message: str = "", retry_after: float | None = None) -> None:
        words = message or (_("Please sign in first.") if code == "sign_in_required" else "")
        answer: dict[str, Any] = {"op": "refused", "ref": ref, "code": code, "message": words}
        if retry_after is not None:
            answer["retry_after"] = retry_after
        await cast(Socket, self.socket).say(answer)
