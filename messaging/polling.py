"""The same streams without a socket, for networks that block it: a poll answers with the frames a socket would have given.

Two ways, one answer. The *long poll* waits in the socket process until there is something (`LongPoll`, an ASGI application at
`/ws/poll`); the *plain poll* answers at once, from the pages' process (`answer`, the view at `/line/`). Neither remembers
anything between two polls: the client says with `since` what it has, and what is missing is read from PostgreSQL, so any
process may answer the next one. Sends go by POST to `/line/` (`carry_out`).
"""

import asyncio
import contextlib
import json
import logging
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils import translation

from members import access, queries
from members.access import Refused
from messaging import frames, presence, streams
from messaging.frames import Asked, BadFrame
from messaging.hub import hub
from messaging.sockets import LARGEST_WAITING, Socket, language_of
from messaging.streams import Sending, StreamHandler, StreamRefused
from messaging.threads import in_thread
from messaging.visitors import guests

log = logging.getLogger(__name__)

WAIT = 45.0
"""Seconds that a long poll waits for something to say."""
GATHER = 0.05
"""Seconds after the first frame in which others join it."""
LINGER = 5.0
"""Seconds after an answer in which its reader still counts as here: the next poll is on its way."""
MOST_STREAMS = 50
MOST_WAITING, MOST_OF_MEMBER = 2_000, 6
"""Polls that wait in one process, and of one member."""


class BadPoll(Exception):
    """The address asks for something that is not in the protocol."""


def asked_for(query: str) -> tuple[list[Asked], bool]:
    """What `stream=room:6f2k@17&stream=member&hello=1` asks: streams with what is known of each, and whether it is the
    first poll of a page, which is greeted like a socket. Raises BadPoll."""
    given = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_STREAMS + 5)
    found = []
    for name, since in (value.partition("@")[::2] for key, value in given if key == "stream"):
        if since and not (since.isascii() and since.isdigit() and len(since) < 17):
            raise BadPoll("since")
        try:
            frame = {"op": "subscribe", "stream": name, "since": int(since) if since else None}
            found.append(frames.parse(json.dumps(frame)))
        except BadFrame as error:
            raise BadPoll(str(error)) from error
    if not found or len(found) > MOST_STREAMS:
        raise BadPoll("stream")
    return found, ("hello", "1") in given


# --- At once, in any process ------------------------------------------------------------------------------------------


def answer(*, member_id: int | None, asked: list[Asked]) -> dict[str, Any]:
    """What the streams have to say now: {frames, seqs, refused}. Uncounted ones greet, and say who is here."""
    said: list[dict[str, Any]] = []
    seqs: dict[str, int] = {}
    refused: list[str] = []
    for one in asked:
        handler = streams.find(one.kind)
        channel = handler.channel(member_id=member_id, key=one.key) if handler else None
        if handler is None or channel is None:
            refused.append(one.stream)
            continue
        if handler.counted:
            missed, seqs[one.stream] = _missed(handler, one)
            said += missed
        said += _greeting(handler, one, member_id)
        if getattr(handler, "presence", False):
            here = presence.here(channel).as_data(named=member_id is not None)
            said.append(frames.frame(one.stream, "presence", here))
    return {"frames": said, "seqs": seqs, "refused": refused}


def _missed(handler: StreamHandler, asked: Asked) -> tuple[list[dict[str, Any]], int]:
    """Frames after `since`, in order, and the stream's last seq, all of them included."""
    if asked.since is None:
        return [], handler.last_seqs(keys=[asked.key]).get(asked.key, 0)
    replay = handler.since(key=asked.key, seq=asked.since, limit=streams.REPLAY_LIMIT)
    if replay.reset:
        return [frames.frame(asked.stream, "reset", {}, seq=replay.seq)], replay.seq
    return [{"stream": asked.stream, **row} for row in replay.frames], replay.seq


def _greeting(handler: StreamHandler, asked: Asked, member_id: int | None) -> list[dict[str, Any]]:
    said = None if handler.counted else handler.greet(member_id=member_id, key=asked.key)
    return [frames.frame(asked.stream, "greeting", said)] if said else []


def carry_out(*, member_id: int, asked: Asked) -> dict[str, Any]:
    """A `send` or `read` outside of a socket; the answer is the socket's."""
    handler = streams.find(asked.kind)
    refusal: StreamRefused | Refused
    try:
        if handler is None or asked.op not in ("send", "read"):
            raise StreamRefused("not_supported", "")
        data = asked.data if asked.op == "send" else {"seq": asked.seq}
        together = getattr(handler, "receive_many", None)
        if asked.op == "send" and together is not None:
            sending = Sending(member_id=member_id, client_id=asked.client_id, data=data, language=_language())
            given = together(key=asked.key, asked=[sending])[0]
            if isinstance(given, Exception):
                raise given
        else:
            given = handler.receive(
                member_id=member_id, key=asked.key, op=asked.op, client_id=asked.client_id, data=data
            )
    except (StreamRefused, Refused) as error:
        refusal = error
    else:
        return {"op": "ok", "ref": asked.ref, **given}
    said: dict[str, Any] = {"op": "refused", "ref": asked.ref, "code": refusal.code, "message": refusal.message}
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        said["retry_after"] = wait
    return said


def _language() -> str:
    return translation.get_language() or ""


# --- Waiting, in the socket process -----------------------------------------------------------------------------------


class PollSocket(Socket):
    """A reader who takes everything at once, when there is something: to the hub it is a socket like any other."""

    __slots__ = ("_texts", "_waiting", "code", "full", "something")

    def __init__(self, *, member_id: int | None, session_key: str, mark: str) -> None:
        super().__init__(_nowhere, None, member_id=member_id, session_key=session_key, mark=mark)
        self._texts: list[str] = []
        self._waiting = 0
        self.full = False
        self.code = 0
        self.something = asyncio.Event()

    def write(self, data: bytes) -> None:
        if self.closing or self.full:
            return
        self._waiting += len(data)
        if self._waiting > LARGEST_WAITING:
            self.full = True  # the next poll asks for the rest; what hints were among it is lost
        else:
            self._texts.extend(text for text, _size in frames.texts(data))
        self.something.set()

    def close(self, code: int, reason: str = "") -> None:
        self.closing, self.code = True, code
        self.something.set()

    def frames_after(self, seqs: dict[str, int]) -> list[dict[str, Any]]:
        """What it was given and was not read from the database already; the seqs go on with it."""
        found = []
        for frame in map(json.loads, self._texts):
            seq, name = frame.get("seq"), frame["stream"]
            if seq is None or seq > seqs.get(name, 0):
                found.append(frame)
                seqs |= {} if seq is None else {name: seq}
        return found


async def _nowhere(message: dict[str, Any]) -> None:
    """A poll is answered when it ends."""


class LongPoll:
    """ASGI application: GET /ws/poll?stream=…. Who asks was found out by the session, as for sockets."""

    def __init__(self) -> None:
        self._waiting: Counter[int | None] = Counter()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        origin = _origin(scope)
        if origin is None:
            await _say(send, 403, {"code": "origin"})
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, {"code": "method"}, origin)
            return
        try:
            asked, hello = asked_for(scope["query_string"].decode("ascii"))
        except (BadPoll, ValueError) as error:
            await _say(send, 400, {"code": "bad_poll", "message": str(error)}, origin)
            return
        user = scope["user"]
        member = user if access.is_member(user) else None
        who = member.pk if member else None
        if self._waiting.total() >= MOST_WAITING or (who is not None and self._waiting[who] >= MOST_OF_MEMBER):
            await _say(send, 429, {"code": "too_many_polls", "retry_after": 10}, origin)
            return
        came_from = "" if member else guests.enter(scope)
        if came_from is None:
            await _say(send, 429, {"code": "too_many_polls", "retry_after": 10}, origin)
            return
        socket = PollSocket(
            member_id=who,
            session_key=scope["session"].session_key or "",
            mark=queries.sign_in_mark(member.password) if member else "",
        )
        language = language_of(scope, member.language if member else "")
        self._waiting[who] += 1
        hub.add(socket)
        try:
            status, said = await self._answer(socket, asked, hello, language, receive)
        finally:
            guests.leave(came_from)
            self._waiting[who] -= 1
            if not self._waiting[who]:
                del self._waiting[who]
            asyncio.get_running_loop().call_later(LINGER, _gone, socket)
        if said is not None:
            await _say(send, status, said, origin)

    async def _answer(
        self, socket: PollSocket, asked: list[Asked], hello: bool, language: str, receive: Any
    ) -> tuple[int, dict[str, Any] | None]:
        said: list[dict[str, Any]] = []
        seqs: dict[str, int] = {}
        refused: list[str] = []
        for one in asked:
            given = await self._enter(socket, one, hello, language)
            if given is None:
                refused.append(one.stream)
                continue
            said += given[0]
            if given[1] is not None:
                seqs[one.stream] = given[1]
        if not (hello or said or refused) and not await self._wait(socket, receive):
            return 0, None
        if socket.closing:
            return 401, {"code": "signed_out"}
        said += socket.frames_after(seqs)
        return 200, {"frames": said, "seqs": seqs, "refused": refused}

    async def _enter(
        self, socket: PollSocket, asked: Asked, hello: bool, language: str
    ) -> tuple[list[dict[str, Any]], int | None] | None:
        """What one stream has to say at once, and its last seq; None: refused. From here on the socket hears it."""
        handler = streams.find(asked.kind)
        if handler is None:
            return None
        stream = await hub.enter(socket, asked.stream, asked.kind, asked.key, handler, socket.member_id)
        if stream is None:
            return None
        said: list[dict[str, Any]] = []
        seq = None
        if handler.counted:
            said, seq = await in_thread(_missed, handler, asked)
            hub.known(stream, seq)
        if hello:
            said += await in_thread(self._greeted, handler, asked, socket.member_id, language)
            if here := hub.presence.known(stream.channel, named=socket.member_id is not None):
                said.append(frames.frame(asked.stream, "presence", here))
        return said, seq

    def _greeted(self, handler: StreamHandler, asked: Asked, member_id: int | None, language: str) -> Any:
        with translation.override(language or None):
            return _greeting(handler, asked, member_id)

    async def _wait(self, socket: PollSocket, receive: Any) -> bool:
        """Until there is something, or time is up; False when the client has gone."""
        gone = asyncio.ensure_future(_until_gone(receive))
        something = asyncio.ensure_future(socket.something.wait())
        try:
            await asyncio.wait({gone, something}, timeout=WAIT, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return False
            if something.done() and not socket.closing:
                await asyncio.sleep(GATHER)
            return True
        finally:
            for task in (gone, something):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task


def _gone(socket: PollSocket) -> None:
    hub.remove(socket)
    socket.gone()


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _origin(scope: dict[str, Any]) -> str | None:
    """The origin of the page that asks, if it is ours ("" for a page of this very host); None refuses.

    A browser names no origin when a page asks its own host; then it says so in another header, or in an old one.
    """
    given = {name: value.decode("latin-1") for name, value in scope["headers"]}
    origin = given.get(b"origin", "")
    named = origin or given.get(b"referer", "")
    if named:
        try:
            host = urlsplit(named).hostname or ""
        except ValueError:
            return None
        return origin if host and validate_host(host, settings.ALLOWED_HOSTS) else None
    return "" if given.get(b"sec-fetch-site") == "same-origin" else None


async def _say(send: Any, status: int, said: dict[str, Any], origin: str = "") -> None:
    body = frames.encode(said).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"private, no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"Origin, Cookie"),
    ]
    if origin:
        # Pages and sockets may have two ports; the answer is for our own pages alone.
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
        ]
    if "retry_after" in said:
        headers.append((b"retry-after", str(said["retry_after"]).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
