"""Frames may be lost or overtake each other: the sockets heal from PostgreSQL. What happens when Valkey or a process itself
fails is played by tests/faults."""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from community.actions.chat import messages
from community.models import Message, Room
from community.queries.chat import messages as message_queries
from messaging import hub
from outbox.clock import now
from tests.messaging.realtime.server import Client

pytestmark = [pytest.mark.django_db(transaction=True)]
HEALED_WITHIN = 30.0


def say(room_id: int, author: Any, number: int) -> None:
    with transaction.atomic():
        messages.send_message(
            room_id=room_id, raw=f"message {number}", client_id=f"client-{number:04}", by=author.pk, at=now()
        )


def agree(client: Client, stream: str, room_id: int) -> None:
    """The client's list becomes what the database has, in time, each seq heard once and in order."""
    last = Room.objects.get(id=room_id).last_seq
    end = time.monotonic() + HEALED_WITHIN
    while max([frame["seq"] for frame in client.frames if frame.get("type") == "message"], default=0) < last:
        client.wait(lambda frame: frame.get("type") == "message", timeout=end - time.monotonic())
    seqs = [frame["seq"] for frame in client.frames if frame.get("type") == "message"]
    assert seqs == sorted(set(seqs))
    truth = {
        row.seq: message_queries.as_data(row)
        for row in message_queries.messages_before(room_id=room_id, limit=1000).messages
    }
    assert client.messages(stream) == truth


def continuous(client: Client) -> bool:
    """Each frame follows on the one before, by its seq or by the `prev` of a repair: no client had to ask."""
    frames = [frame for frame in client.frames if frame.get("type") == "message"]
    return all(frame.get("prev", frame["seq"] - 1) <= before["seq"] for before, frame in itertools.pairwise(frames))


class Disturbance:
    """The frames on their way are lost or overtake each other."""

    def __init__(self, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fault, self.patch = fault, monkeypatch
        self.publish = hub._publish
        self.held: list[tuple[str, dict[str, Any]]] = []

    def before(self, number: int) -> None:
        getattr(self, self.fault)(number)

    def lost(self, number: int) -> None:
        self.patch.setattr(hub, "_publish", (lambda *_: None) if number % 3 else self.publish)

    def shuffled(self, number: int) -> None:
        self.patch.setattr(hub, "_publish", lambda *arguments: self.held.append(arguments))
        if number % 5 == 0:
            for arguments in reversed(self.held):
                self.publish(*arguments)
            self.held.clear()


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["lost", "shuffled"])
def test_a_socket_heals_and_equals_the_database(
    fault: str, open_as: Callable[..., Client], make_room: Any, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id, stream = make_room()
    clients = [open_as(ann), open_as()]
    for client in clients:
        client.subscribe(stream, since=0)
    disturb = Disturbance(fault, monkeypatch)
    for number in range(1, 61):
        disturb.before(number)
        say(room_id, ann, number)
    with transaction.atomic():
        messages.edit_message(message_id=Message.objects.get(seq=7).pk, raw="other words", by=ann.pk, at=now())
    for client in clients:
        agree(client, stream, room_id)
        assert continuous(client)


@pytest.mark.slow
def test_twenty_senders_at_once_leave_no_hole(open_as: Callable[..., Client], make_room: Any, person: Any) -> None:
    room_id, stream = make_room()
    people = [person(f"person{number}") for number in range(20)]
    client = open_as()
    client.subscribe(stream, since=0)
    errors: list[Exception] = []

    def talk(author: Any, first: int) -> None:
        try:
            for number in range(first, first + 5):
                say(room_id, author, number)
                say(room_id, author, number)  # each one twice
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=talk, args=(author, 100 * place)) for place, author in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 101))
    assert Room.objects.get(id=room_id).last_seq == 100
    agree(client, stream, room_id)
    assert continuous(client)


def test_a_gap_is_filled_at_once_and_a_lost_last_frame_by_the_next_look(
    open_as: Callable[..., Client], make_room: Any, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id, stream = make_room()
    client = open_as()
    client.subscribe(stream, since=0)
    publish, waited = hub._publish, []
    for number in range(1, 11, 2):
        monkeypatch.setattr(hub, "_publish", lambda *_: None)
        say(room_id, ann, number)
        monkeypatch.setattr(hub, "_publish", publish)
        say(room_id, ann, number + 1)
        begun = time.monotonic()
        client.wait(lambda frame, seq=number + 1: frame.get("seq") == seq and frame.get("type") == "message")
        waited.append(time.monotonic() - begun)
        time.sleep(0.37)
    # Not by the look every three seconds, for which all but the first would wait longer. One moment may be a busy one.
    assert sorted(waited)[1] < 1.0
    monkeypatch.setattr(hub, "_publish", lambda *_: None)
    say(room_id, ann, 11)
    client.wait(lambda frame: frame.get("seq") == 11, timeout=HEALED_WITHIN)
    agree(client, stream, room_id)
    assert continuous(client)
