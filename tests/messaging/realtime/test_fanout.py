"""From one frame to all readers: joined when busy, on every server in order, bounded for whoever does not read."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from members.access import Refused
from messaging import fanout, frames, hub, sockets
from messaging.batches import MOST_TOGETHER, Batches
from messaging.fanout import JOIN_LEAST, Stream
from messaging.sockets import DirectSocket, QueuedSocket, transport_of
from messaging.streams import MemberStream, Sending, StreamRefused
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import Client, SocketServer

MakeRoom = Callable[..., tuple[int, str]]


class Transport:
    """Keeps what is written; `waiting` is what a slow reader left in the buffer."""

    def __init__(self, waiting: int = 0) -> None:
        self.written: list[bytes] = []
        self.waiting, self.closing, self.aborted = waiting, False, False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.closing

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.aborted = True


async def _nothing(_message: dict[str, Any]) -> None:
    return None


def direct(waiting: int = 0, member_id: int | None = None) -> tuple[DirectSocket, Transport]:
    transport = Transport(waiting)
    return DirectSocket(_nothing, transport, member_id=member_id), transport


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_a_frame_on_the_wire_is_read_again(size: int) -> None:
    one, two = ("x" * size).encode(), "茶".encode()
    data = frames.wire(one) + frames.wire(two)
    assert [text.encode() for text, _size in frames.texts(data)] == [one, two]
    assert sum(size for _text, size in frames.texts(data)) == len(data)


def test_an_envelope_gives_its_seq_without_decoding() -> None:
    frame = {"stream": "room:a", "seq": 12, "type": "message", "data": {"html": "老友"}}
    seq, text = frames.opened(frames.envelope(frame).encode())
    assert seq == 12 and json.loads(text) == frame
    assert frames.opened(frames.envelope({"stream": "member", "seq": None}).encode())[0] is None
    for wrong in (b"", b"12", b"x {}", b'{"seq":1}', b"12 [1]"):
        with pytest.raises(ValueError):
            frames.opened(wrong)


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)


async def test_an_idle_stream_writes_at_once_and_a_busy_one_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "JOIN_LEAST", 0.5)  # nothing of the machine's comes between what is gathered
    monkeypatch.setattr(fanout, "JOIN_MOST", 0.5)
    stream = Stream("room:a", "room", "a", MemberStream())
    one, two = direct()
    other, three = direct()
    stream.sockets |= dict.fromkeys((one, other))
    stream.broadcast(b"{1}")
    await asyncio.sleep(0)
    assert two.written == three.written == [frames.wire(b"{1}")]
    for number in range(2, 9):
        stream.broadcast(b"{%d}" % number)
        await asyncio.sleep(0)
    assert len(two.written) == 1  # gathering
    await until(lambda: len(two.written) == 2)
    assert two.written[1] == b"".join(frames.wire(b"{%d}" % number) for number in range(2, 9))
    assert two.written[1] is three.written[1]  # one object, whatever the number of readers


async def test_who_leaves_hears_nothing_of_what_was_gathered() -> None:
    stream = Stream("room:a", "room", "a", MemberStream())
    one, transport = direct()
    stream.sockets[one] = None
    stream.broadcast(b"{1}")
    del stream.sockets[one]
    await asyncio.sleep(0.01)
    assert transport.written == []


async def test_a_guest_who_comes_in_meanwhile_hears_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "SLICE", 1)
    stream = Stream("room:a", "room", "a", MemberStream())
    (ann, hers), (bo, his), (guest, theirs), (late, last) = direct(0, 1), direct(0, 2), direct(), direct()
    stream.sockets |= dict.fromkeys((ann, bo))
    stream.broadcast(b"{1}")
    await until(lambda: his.written)
    stream.broadcast(b"{2}")  # is gathered
    stream.broadcast_apart(b"{ann}", b"{one}")
    stream.sockets |= dict.fromkeys((guest,))
    stream.broadcast_apart(b"{bo}", b"{two}")
    stream.broadcast_apart(b"{ann types}")
    stream.sockets |= dict.fromkeys((late,))
    del stream.sockets[bo]
    await until(lambda: frames.wire(b"{2}") in last.written)
    named = [frames.wire(text) for text in (b"{ann}", b"{bo}", b"{ann types}")]
    assert [one for one in hers.written if one in named] == named
    assert not [one for one in his.written if one in named], "who left between two slices hears nothing more"
    assert set(theirs.written) == {frames.wire(b"{two}"), frames.wire(b"{2}")} and last.written == [frames.wire(b"{2}")]


async def test_counted_frames_of_this_process_need_no_valkey_and_are_given_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = hub.Hub()
    monkeypatch.setattr(hub, "hub", here)
    monkeypatch.setattr(hub, "ask_valkey", lambda _question: None)  # away
    here.loop = asyncio.get_running_loop()
    stream = here.streams["room:a"] = Stream("room:a", "room", "a", MemberStream())
    socket, transport = direct()
    stream.sockets[socket] = None
    stream.last = 4
    frame: dict[str, Any] = {"stream": "room:a", "seq": 5, "type": "message", "data": {}}
    await asyncio.to_thread(hub.push, "room:a", frame)
    await asyncio.to_thread(hub.push_many, [("room:a", frame | {"seq": 6}), ("room:b", frame)])
    here._heard("room:a", frames.envelope(frame).encode())  # Valkey's copy, late
    await asyncio.to_thread(hub.push, "room:a", {"type": "typing", "data": {}})  # comes by Valkey only: it has no seq
    await asyncio.sleep(JOIN_LEAST * 4)
    said = [json.loads(text) for data in transport.written for text, _size in frames.texts(data)]
    assert [(one["type"], one["seq"]) for one in said] == [("message", 5), ("message", 6)]


async def test_a_full_buffer_ends_the_reader_and_only_it() -> None:
    stream = Stream("room:a", "room", "a", MemberStream())
    closed: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        closed.append(message)

    quick, reading = direct()
    stuck = Transport(waiting=sockets.LARGEST_WAITING + 1)
    slow = DirectSocket(send, stuck)
    stream.sockets |= dict.fromkeys((quick, slow))
    stream.broadcast(b"{1}")
    await asyncio.sleep(0.01)
    stream.broadcast(b"{2}")
    await asyncio.sleep(0.02)
    assert len(reading.written) == 2 and stuck.written == []
    assert [(message["type"], message["code"]) for message in closed] == [("websocket.close", frames.TOO_SLOW)]


async def test_who_does_not_take_the_closing_frame_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LAST_WORD", 0.01)

    async def never(_message: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    transport = Transport()
    socket = DirectSocket(never, transport)
    socket.close(4008)
    await until(lambda: transport.aborted)
    assert socket._ending is not None
    socket._ending.cancel()


async def test_a_queue_is_bounded_in_frames_and_bytes() -> None:
    for data, most in ((frames.wire(b"{}") * 50, sockets.MOST_WAITING), (frames.wire(b"x" * 60_000), 8)):
        gate, sent = asyncio.Event(), []

        async def send(message: dict[str, Any], gate: asyncio.Event = gate, sent: list[Any] = sent) -> None:
            await gate.wait()
            sent.append(message)

        socket = QueuedSocket(send)
        for _ in range(most):
            socket.write(data)
            await asyncio.sleep(0)
        assert socket.closing and not socket._waiting
        gate.set()
        await asyncio.sleep(0.01)
        assert sent[-1]["type"] == "websocket.close" and sent[-1]["code"] == frames.TOO_SLOW
        socket.gone()


async def test_a_queue_gives_frames_one_by_one_and_in_order() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    socket = QueuedSocket(send)
    socket.write(frames.wire(b"{1}") + frames.wire(b"{2}"))
    socket.write(frames.wire(b"{3}"))
    await asyncio.sleep(0.01)
    assert [message["text"] for message in sent] == ["{1}", "{2}", "{3}"]
    assert socket._size == 0
    socket.gone()


async def test_the_server_that_writes_whole_frames_is_known_unless_it_compresses() -> None:
    for deflate in (False, True):
        config = Config(_nothing, ws_per_message_deflate=deflate)
        config.load()
        server = WebSocketsSansIOProtocol(config, ServerState(), {})
        server.transport = Transport()  # type: ignore[assignment]
        assert transport_of(server.send) == (server.transport, not deflate)
    assert transport_of(_nothing) == (None, False)


# --- Each way, through a real process --------------------------------------------------------------------------------


@pytest.fixture(
    scope="module",
    params=[{"deflate": "false"}, {"deflate": "true"}],
    ids=["direct", "queue"],
)
def some_server(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        running = SocketServer(**request.param)
    yield running
    running.stop()


@pytest.mark.django_db(transaction=True)
def test_under_load_everybody_hears_everything_once_and_in_order_also_who_joins(
    some_server: SocketServer, make_room: MakeRoom, ann: Any
) -> None:
    _room, stream = make_room()
    key = session_of(ann)
    with Client(some_server, key) as early, Client(some_server) as guest, Client(some_server, key) as late:
        for client in (early, guest):
            assert client.subscribe(stream, since=0)["op"] == "ok"
        said = threading.Thread(target=_push, args=(stream, 600))
        said.start()
        early.wait(lambda frame: frame.get("seq") == 100)
        late.subscribe(stream)  # hears from here on, with no frame twice
        for _ in range(20):  # answers stand between frames, never inside of one
            early.post(op="heartbeat", seqs={})
        said.join()
        for client in (early, guest, late):
            if 600 not in seqs(client):
                client.wait(lambda frame: frame.get("seq") == 600 and frame.get("type") == "message")
        assert seqs(early) == seqs(guest) == list(range(1, 601))
        assert seqs(late) == list(range(601 - len(seqs(late)), 601)) and seqs(late)
        answers = [frame for frame in early.frames if frame.get("op") == "seqs"]
        while len(answers) < 20:
            answers.append(early.wait(lambda frame: frame.get("op") == "seqs"))


def seqs(client: Client) -> list[int]:
    return [frame["seq"] for frame in client.frames if frame.get("type") == "message"]


def _push(stream: str, count: int) -> None:
    told = [
        (stream, {"seq": number, "type": "message", "data": {"seq": number, "html": "茶" * (number % 90)}})
        for number in range(1, count + 1)
    ]
    for begin in range(0, count, 20):
        hub.push_many(told[begin : begin + 20])
        time.sleep(0.02)


# --- Sends of one stream go together ---------------------------------------------------------------------------------


class Handler(MemberStream):
    """Keeps its batches; the first one waits until it may go on."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go_on = threading.Event()

    def receive_many(self, *, key: str, asked: Sequence[Sending]) -> list[Any]:
        self.batches.append([one.client_id for one in asked])
        self.go_on.wait(20)
        if any(one.client_id == "breaks" for one in asked):
            raise RuntimeError("broken")
        return [Refused("no", "") if one.client_id == "refused" else {"seq": int(one.client_id)} for one in asked]


async def _send(batches: Batches, handler: Handler, *names: str) -> list[Any]:
    sendings = [Sending(1, name, {}) for name in names]
    return await asyncio.gather(*(batches.send("room:a", "a", handler, one) for one in sendings))


async def test_the_first_send_goes_at_once_and_the_next_ones_together_each_with_its_answer() -> None:
    handler, batches = Handler(), Batches(asyncio.to_thread)
    first = asyncio.create_task(_send(batches, handler, "1"))
    await until(lambda: handler.batches)
    assert handler.batches == [["1"]]
    rest = asyncio.create_task(_send(batches, handler, "2", "refused", "4"))
    await asyncio.sleep(0.02)
    handler.go_on.set()
    assert await first == [{"seq": 1}]
    two, refused, four = await rest
    assert (two, four) == ({"seq": 2}, {"seq": 4}) and isinstance(refused, Refused)
    assert handler.batches == [["1"], ["2", "refused", "4"]]
    await _send(batches, handler, "5")
    assert handler.batches[-1] == ["5"]


async def test_a_batch_that_breaks_refuses_its_own_and_is_bounded() -> None:
    handler, batches = Handler(), Batches(asyncio.to_thread)
    first = asyncio.create_task(_send(batches, handler, "breaks"))
    await until(lambda: handler.batches)
    rest = asyncio.create_task(_send(batches, handler, *map(str, range(MOST_TOGETHER + 10))))
    await asyncio.sleep(0.02)
    handler.go_on.set()
    [answer] = await first
    assert isinstance(answer, StreamRefused) and (answer.code, answer.retry_after) == ("failed", 5)
    assert await rest == [{"seq": number} for number in range(MOST_TOGETHER + 10)]
    assert [len(batch) for batch in handler.batches] == [1, MOST_TOGETHER, 10]
