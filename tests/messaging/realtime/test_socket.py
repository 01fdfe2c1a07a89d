"""The site's socket, through a real socket process and real clients."""

import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from websockets.exceptions import ConnectionClosed, InvalidStatus

from community.actions.chat import messages, rooms
from community.models import Membership, Message
from messaging import consumers, hub
from outbox.clock import now
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import Client, SocketServer

pytestmark = [pytest.mark.django_db(transaction=True)]
Opened = Callable[..., Client]


def say(room_id: int, author: Any, number: int) -> None:
    with transaction.atomic():
        messages.send_message(
            room_id=room_id, raw=f"message {number}", client_id=f"client-{number:04}", by=author.pk, at=now()
        )


def test_a_foreign_page_is_refused(server: SocketServer) -> None:
    for origin in ("https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused:
            Client(server, origin=origin)
        assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus):
        Client(server, origin=None)


def test_a_listener_is_greeted_with_what_changed_while_the_page_was_on_its_way(open_as: Opened, ann: Any) -> None:
    from messaging.models import Notice

    Notice.objects.create(member=ann, kind="x", cause="x", created_at=now(), updated_at=now())
    client = open_as(ann)
    client.subscribe("member")
    frame = client.wait(lambda frame: frame.get("type") == "greeting")
    assert frame["data"]["counts"] == {"notices": "1", "chat": "", "points": "0", "points-pending": "0"}


def test_whoever_goes_in_the_middle_of_an_answer_has_gone(open_as: Opened, ann: Any) -> None:
    """A quick way through the pages leaves no ghosts, which would hold the member's places and be seen as present."""
    for _page in range(2 * consumers.MOST_SOCKETS):
        client = open_as(ann)
        for ref in range(8):
            client.post(op="subscribe", stream="member", ref=str(ref))
        client.socket.close()
    assert open_as(ann).subscribe("member")["op"] == "ok"


def test_the_session_cookie_says_who_speaks(open_as: Opened, make_room: Any, ann: Any, bo: Any) -> None:
    _room, stream = make_room()
    one, two = open_as(ann), open_as(bo)
    assert one.subscribe(stream, since=0)["seq"] == 0
    assert two.subscribe(stream, since=0)["op"] == "ok"
    for number in range(5):
        speaker = (one, two)[number % 2]
        assert speaker.send(stream, f"line {number}", f"client-{number}") == {
            "op": "ok",
            "ref": speaker.frames[-1]["ref"],
            "seq": number + 1,
        }
    for client in (one, two):
        client.wait(lambda frame: frame.get("seq") == 5 and frame.get("type") == "message") if len(
            client.messages(stream)
        ) < 5 else None
        heard = client.messages(stream)
        assert list(heard) == [1, 2, 3, 4, 5]
        assert [data["author"]["name"] for data in heard.values()] == ["ann", "bo", "ann", "bo", "ann"]
        assert [frame["seq"] for frame in client.frames if frame.get("type") == "message"] == [1, 2, 3, 4, 5]


def test_a_guest_hears_a_public_room_and_says_nothing(open_as: Opened, make_room: Any, ann: Any) -> None:
    room_id, stream = make_room()
    guest = open_as()
    assert guest.subscribe(stream, since=0)["op"] == "ok"
    assert guest.send(stream, "let me in", "client-x1")["code"] == "sign_in_required"
    assert guest.subscribe("member")["code"] == "not_allowed"
    say(room_id, ann, 1)
    assert guest.wait(lambda frame: frame.get("type") == "message")["data"]["html"] == "<p>message 1</p>\n"
    assert Message.objects.count() == 1


def test_what_is_not_ours_cannot_be_heard(open_as: Opened, make_room: Any, ann: Any, bo: Any) -> None:
    _room, private = make_room("inner", kind="private")
    client = open_as(ann)
    answers = [client.subscribe(name) for name in (private, "room:nowhere", f"member:{bo.pk}", "nothing", "outbox:1")]
    assert {(answer["op"], answer["code"], answer["message"]) for answer in answers} == {("refused", "not_allowed", "")}


def test_a_resend_is_the_same_message(open_as: Opened, make_room: Any, ann: Any) -> None:
    _room, stream = make_room()
    client = open_as(ann)
    client.subscribe(stream, since=0)
    answers = [client.send(stream, "once", "client-same") for _ in range(3)]
    assert {answer["seq"] for answer in answers} == {1}
    assert Message.objects.count() == 1


def test_a_member_hears_hints_in_every_window(open_as: Opened, ann: Any, bo: Any) -> None:
    windows = [open_as(ann), open_as(ann)]
    stranger = open_as(bo)
    for client in (*windows, stranger):
        assert client.subscribe("member")["op"] == "ok"
    hub.push_to_member(ann.pk, "points", {"toast": {"text": "+10"}})
    for client in windows:
        frame = client.wait(lambda frame: frame.get("type") == "points")
        assert frame == {"stream": "member", "seq": None, "type": "points", "data": {"toast": {"text": "+10"}}}
    with pytest.raises(TimeoutError):
        stranger.wait(lambda frame: frame.get("type") == "points", timeout=0.5)


def test_joining_late_replays_and_being_far_behind_resets(open_as: Opened, make_room: Any, ann: Any) -> None:
    room_id, stream = make_room()
    for number in range(1, 6):
        say(room_id, ann, number)
    with transaction.atomic():
        messages.edit_message(message_id=Message.objects.get(seq=2).pk, raw="better", by=ann.pk, at=now())
        messages.remove_message(message_id=Message.objects.get(seq=4).pk, by=ann.pk, at=now())
    client = open_as()
    assert client.subscribe(stream, since=1)["seq"] == 7
    assert [frame["seq"] for frame in client.frames if frame.get("type") == "message"] == [3, 5, 6, 7]
    heard = client.messages(stream)
    assert heard[2]["html"] == "<p>better</p>\n" and heard[2]["edited"]
    assert heard[4]["removed"] and heard[4]["html"] == ""
    # A number from the future: the database was restored from a backup since.
    other = open_as()
    assert other.subscribe(stream, since=99)["seq"] == 7
    assert other.frames[0] == {"stream": stream, "seq": 7, "type": "reset", "data": {}}


def test_a_heartbeat_tells_where_the_streams_are(open_as: Opened, make_room: Any, ann: Any) -> None:
    room_id, stream = make_room()
    client = open_as()
    client.subscribe(stream, since=0)
    say(room_id, ann, 1)
    client.wait(lambda frame: frame.get("type") == "message")
    client.post(op="heartbeat", seqs={stream: 0, "room:elsewhere": 3})
    assert client.wait(lambda frame: frame.get("op") == "seqs")["seqs"] == {stream: 1}


def test_typing_is_told_to_the_others_and_kept_nowhere(open_as: Opened, make_room: Any, ann: Any, bo: Any) -> None:
    _room, stream = make_room()
    one, two, guest = open_as(ann), open_as(bo), open_as()
    for client in (one, two, guest):
        client.subscribe(stream)
    guest.post(op="typing", stream=stream)
    one.post(op="typing", stream=stream)
    frame = two.wait(lambda frame: frame.get("type") == "typing")
    assert frame["data"] == {"id": ann.public_id, "name": "ann"} and frame["seq"] is None


def test_reading_moves_the_pointer_and_tells_the_other_windows(
    open_as: Opened, make_room: Any, ann: Any, bo: Any
) -> None:
    room_id, stream = make_room()
    for number in range(1, 4):
        say(room_id, ann, number)
    with transaction.atomic():
        rooms.add_to_room(room_id=room_id, member_id=bo.pk, by=None, at=now())
        Membership.objects.filter(member=bo).update(last_read_seq=0)
    desk, phone = open_as(bo), open_as(bo)
    desk.subscribe(stream, since=3)
    phone.subscribe("member")
    desk.post(op="read", stream=stream, seq=2)
    frame = phone.wait(lambda frame: frame.get("type") == "room_read")
    found = frame["data"]
    assert (found["room"], found["unread"], found["mentions"]) == (stream.removeprefix("room:"), 1, 0)
    assert set(found["counts"]) == {"chat"}
    desk.post(op="read", stream=stream, seq=1)
    desk.post(op="read", stream=stream, seq=10**15)
    assert phone.wait(lambda frame: frame.get("type") == "room_read")["data"]["unread"] == 0
    assert Membership.objects.get(member=bo).last_read_seq == 3


# --- Losing what one had ---------------------------------------------------------------------------------------------


def test_signing_out_closes_every_window(open_as: Opened, ann: Any, bo: Any) -> None:
    mine, other = open_as(ann), open_as(bo)
    Session.objects.exclude(session_key=Session.objects.order_by("expire_date").last().session_key).delete()
    assert mine.closed() == (4001, "signed_out")
    assert other.subscribe("member")["op"] == "ok"


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}])
def test_a_closed_account_or_a_new_password_closes_the_socket(
    open_as: Opened, ann: Any, change: dict[str, Any]
) -> None:
    client = open_as(ann)
    type(ann).objects.filter(id=ann.pk).update(**change)
    assert client.closed()[0] == 4001


def test_losing_a_right_ends_the_stream_and_only_it(open_as: Opened, make_room: Any, ann: Any, bo: Any) -> None:
    inner_id, inner = make_room("inner", kind="private")
    _room, tea = make_room()
    with transaction.atomic():
        rooms.add_to_room(room_id=inner_id, member_id=ann.pk, by=None, at=now())
        rooms.add_to_room(room_id=inner_id, member_id=bo.pk, by=None, at=now())
    client = open_as(ann)
    assert client.subscribe(inner, since=0)["op"] == "ok"
    assert client.subscribe(tea, since=0)["op"] == "ok"
    with transaction.atomic():
        rooms.leave_room(room_id=inner_id, member_id=ann.pk, by=None, at=now())
    client.wait(lambda frame: frame.get("type") == "not_allowed" and frame["stream"] == inner)
    say(inner_id, bo, 1)
    assert client.send(inner, "still here?", "client-still")["code"] == "not_found"
    assert client.send(tea, "yes", "client-yes1")["op"] == "ok"
    assert client.subscribe(inner)["code"] == "not_allowed"
    assert {message["kind"] for message in client.messages(inner).values()} <= {"line"}  # who came, who went


# --- Bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", '"x"', "{}", '{"op":"fly"}', '{"op":["send"]}', '{"op":"subscribe"}', '{"op":"subscribe","stream":7}',
        '{"op":"subscribe","stream":"room:\\u0000"}', '{"op":"subscribe","stream":"room:a","since":-1}', "[" * 30_000,
        '{"op":"subscribe","stream":"room:a","since":1e99}', '{"op":"subscribe","stream":"room:a","since":true}',
        '{"op":"send","stream":"room:a","client_id":"\\ud800aaaaaaaa","data":{}}', '{"op":"send","stream":"room:a","client_id":"short"}',
        '{"op":"heartbeat","seqs":[1]}', '{"op":"read","stream":"room:a","ref":"\\ud800"}', '{"op":"read","stream":"room:a","seq":"1"}',
    ],
)  # fmt: skip
def test_a_frame_outside_the_protocol_is_refused_and_harms_nobody(open_as: Opened, text: str) -> None:
    client = open_as()
    client.socket.send(text)
    answer = client.wait(lambda frame: True)
    assert (answer["op"], answer["code"]) == ("refused", "bad_frame")
    client.post(op="heartbeat", seqs={})
    assert client.wait(lambda frame: True) == {"op": "seqs", "seqs": {}}


@pytest.mark.parametrize("text", ["", "  \n ", "\u0000", 7, None, ["a"], "x" * 6001])
def test_what_cannot_be_said_is_refused_with_words(open_as: Opened, make_room: Any, ann: Any, text: Any) -> None:
    _room, stream = make_room()
    answer = open_as(ann).send(stream, text, "client-bad")
    assert answer["op"] == "refused" and answer["code"] in ("empty", "too_long", "bad_frame")
    assert not Message.objects.exists()


@pytest.mark.parametrize(("chosen", "words"), [("", "先写点什么吧。"), ("en", "Write something first.")])
def test_a_refusal_is_in_the_language_of_the_page(
    server: SocketServer, make_room: Any, ann: Any, chosen: str, words: str
) -> None:
    """Who never chose a language reads the pages in their browser's."""
    _room, stream = make_room()
    type(ann).objects.update(language=chosen)
    with Client(server, session_of(ann), **{"Accept-Language": "zh-CN,zh;q=0.9"}) as client:
        client.subscribe(stream)
        assert client.send(stream, "  ", "client-empty")["message"] == words


def masked(opcode: int, payload: bytes, *, mask: bool = True, end: bool = True) -> bytes:
    first = (0x80 if end else 0) | opcode
    size = len(payload)
    head = struct.pack("!BB", first, (0x80 if mask else 0) | (size if size < 126 else 126 if size < 65536 else 127))
    if size >= 65536:
        head += struct.pack("!Q", size)
    elif size >= 126:
        head += struct.pack("!H", size)
    return head + (b"\0\0\0\0" if mask else b"") + payload  # a mask of zeros changes nothing


def raw_socket(server: SocketServer, cookie: str = "", receive_buffer: int | None = None) -> socket.socket:
    line = socket.socket()
    if receive_buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.settimeout(20)
    line.connect(("127.0.0.1", server.port))
    line.sendall(
        b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://localhost\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += line.recv(1)
    assert head.startswith(b"HTTP/1.1 101"), head
    return line


def closing_code(line: socket.socket) -> int:
    """Read whatever comes until the closing frame."""
    while True:
        first, second = exactly(line, 2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack("!H", exactly(line, 2))[0]
        elif size == 127:
            size = struct.unpack("!Q", exactly(line, 8))[0]
        payload = exactly(line, size)
        if first & 0x0F == 8:
            return int(struct.unpack("!H", payload[:2])[0])


def exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = line.recv(size - len(found))
        assert piece, "the connection ended without a closing frame"
        found += piece
    return found


def test_too_many_frames_slow_down_only_their_sender(open_as: Opened) -> None:
    flood, calm = open_as(), open_as()
    with pytest.raises((ConnectionClosed, AssertionError)):
        for _ in range(400):
            flood.post(op="heartbeat", seqs={})
        flood.closed()
        raise AssertionError
    assert flood.socket.close_code == 4029 and flood.socket.close_reason == "10"
    calm.post(op="heartbeat", seqs={})
    assert calm.wait(lambda frame: True)["op"] == "seqs"


def test_streams_and_sockets_are_counted(open_as: Opened, make_room: Any, ann: Any) -> None:
    streams = [make_room(f"room-{number}")[1] for number in range(51)]
    client = open_as(ann)
    answers = [client.subscribe(stream) for stream in streams]
    assert [answer["op"] for answer in answers] == ["ok"] * 50 + ["refused"]
    assert answers[-1]["code"] == "too_many_streams"
    for _ in range(9):
        assert open_as(ann).subscribe("member")["op"] == "ok"
    assert open_as(ann).closed()[0] == 4029


def test_a_reader_that_reads_nothing_is_sent_away_and_the_others_do_not_wait(
    server: SocketServer, open_as: Opened, make_room: Any, ann: Any
) -> None:
    _room, stream = make_room()
    quick = open_as()
    quick.subscribe(stream, since=0)
    with raw_socket(server, receive_buffer=4096) as line:
        line.sendall(masked(1, json.dumps({"op": "subscribe", "ref": "1", "stream": stream, "since": 0}).encode()))
        time.sleep(0.5)  # from here on nothing is read: the kernel's buffers fill, then the server's
        for number in range(1, 601):
            hub.push(stream, {"seq": number, "type": "message", "data": {"seq": number, "html": "x" * 20_000}})
            if number % 20 == 0:
                quick.wait(lambda frame, number=number: frame.get("seq") == number)
        time.sleep(0.5)
        assert closing_code(line) == 4008
