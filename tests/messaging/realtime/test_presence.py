"""Who is here, over two socket processes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from members.actions import set_openness, update_profile
from messaging import presence
from outbox.clock import now
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import Client, SocketServer

pytestmark = [pytest.mark.django_db(transaction=True)]
Opened = Callable[..., Client]


@pytest.fixture(scope="module")
def other_server(server: SocketServer, django_db_blocker: Any) -> Iterator[SocketServer]:
    with django_db_blocker.unblock():
        running = SocketServer()
    yield running
    running.stop()


def hears(client: Client, *names: str, guests: int = 0) -> dict[str, Any]:
    """Wait until the client was told that exactly these are here."""

    def wanted(frame: dict[str, Any]) -> bool:
        if frame.get("type") != "presence":
            return False
        data = frame["data"]
        return [one["name"] for one in data["people"]] == list(names) and data["guests"] == guests

    frame = client.wait(wanted)
    assert frame["seq"] is None and frame["data"]["count"] == len(names)
    return frame


def test_people_of_two_processes_see_each_other_and_windows_count_once(
    open_as: Opened, other_server: SocketServer, make_room: Any, ann: Any, bo: Any
) -> None:
    _room, stream = make_room()
    desk = open_as(ann)
    desk.subscribe(stream, since=0)
    hears(desk, "ann")
    with Client(other_server, session_of(bo)) as phone, Client(other_server) as guest:
        phone.subscribe(stream, since=0)
        guest.subscribe(stream, since=0)
        found = hears(desk, "ann", "bo", guests=1)
        assert found["data"]["people"][0] == {"id": ann.public_id, "name": "ann", "avatar": ""}
        assert presence.here(stream).as_data(named=True) == found["data"]
        assert presence.present_ids(stream) == {ann.pk, bo.pk}
        tablet = open_as(ann)  # a second window: told at once, and nothing changes for the others
        tablet.subscribe(stream, since=0)
        hears(tablet, "ann", "bo", guests=1)
        tablet.socket.close()
        before = len(desk.frames)
        with pytest.raises(TimeoutError):
            desk.wait(lambda frame: frame.get("type") == "presence", timeout=1.5)
        assert len(desk.frames) == before
    hears(desk, "ann")
    assert presence.here(stream).count == 1


def test_who_does_not_want_to_be_seen_is_in_no_list_and_no_count(
    open_as: Opened, make_room: Any, ann: Any, bo: Any
) -> None:
    _room, stream = make_room()
    mine, other = open_as(ann), open_as(bo)
    for client in (mine, other):
        client.subscribe(stream, since=0)
    hears(other, "ann", "bo")
    with transaction.atomic():
        set_openness(member_id=ann.pk, listed=True, last_seen=False, here=False, by=ann.pk, at=now())
    hears(other, "bo")
    assert presence.here(stream).people == (presence.Person(id=bo.public_id, name="bo", avatar=""),)
    assert presence.present_ids(stream) == {ann.pk, bo.pk}  # @here still reaches them
    mine.post(op="typing", stream=stream)
    with pytest.raises(TimeoutError):
        other.wait(lambda frame: frame.get("type") == "typing", timeout=0.7)
    with transaction.atomic():
        update_profile(
            member_id=bo.pk, display_name="Bo the Second", bio="", language="", time_zone="", by=bo.pk, at=now()
        )
    hears(mine, "Bo the Second")


def test_guests_learn_how_many_are_here_and_never_who(
    open_as: Opened, other_server: SocketServer, client: Any, make_room: Any, ann: Any, bo: Any
) -> None:
    """Who is here now is a person's own: members of the room see it, passers-by see numbers."""
    _room, stream = make_room()
    mine, other = open_as(ann), open_as(bo)
    for one in (mine, other):
        one.subscribe(stream, since=0)
    with Client(other_server) as guest, Client(other_server) as later:
        guest.subscribe(stream, since=0)
        hears(other, "ann", "bo", guests=1)
        told = guest.wait(lambda frame: frame.get("type") == "presence" and frame["data"]["count"] == 2)
        assert told["data"] == {"count": 2, "guests": told["data"]["guests"]}
        later.subscribe(stream, since=0)  # what was told last is told to who comes later, in the same wording
        assert "people" not in later.wait(lambda frame: frame.get("type") == "presence")["data"]
        mine.post(op="typing", stream=stream)
        assert other.wait(lambda frame: frame.get("type") == "typing")["data"]["name"] == "ann"
        with pytest.raises(TimeoutError):
            guest.wait(lambda frame: frame.get("type") == "typing", timeout=0.7)
        assert not [frame for one in (guest, later) for frame in one.frames if "ann" in json.dumps(frame)]
    polled = client.get("/line/", {"stream": stream, "hello": "1"}).json()["frames"]
    assert [frame["data"].get("people") for frame in polled if frame["type"] == "presence"] == [None]
    client.force_login(ann, "members.backends.MemberBackend")
    polled = client.get("/line/", {"stream": stream, "hello": "1"}).json()["frames"]
    people = next(frame["data"]["people"] for frame in polled if frame["type"] == "presence")
    assert {one["name"] for one in people} == {"ann", "bo"}


def test_valkey_forgets_and_hears_it_again(open_as: Opened, make_room: Any, ann: Any, bo: Any, valkey: Any) -> None:
    _room, stream = make_room()
    client = open_as(ann)
    client.subscribe(stream, since=0)
    hears(client, "ann")
    valkey.flushall()
    assert presence.here(stream) == presence.NOBODY
    open_as(bo).subscribe(stream, since=0)
    hears(client, "ann", "bo")
    assert presence.here(stream).count == 2


def test_the_box_in_the_settings(client: Any, ann: Any) -> None:
    from members.queries import openness

    client.force_login(ann, "members.backends.MemberBackend")
    assert b'name="here"' in client.get("/settings/profile/").content
    assert client.post("/settings/profile/", {"display_name": "Ann"}).status_code == 302
    assert openness(member_id=ann.pk)["here"] is False
    client.post("/settings/profile/", {"display_name": "Ann", "here": "on"})
    assert openness(member_id=ann.pk)["here"] is True


# --- Without a process ------------------------------------------------------------------------------------------------


def written(ids: list[int], guests: int = 0, at: float = 1000.0) -> bytes:
    return json.dumps({"at": at, "ids": ids, "guests": guests}).encode()


def test_what_processes_wrote_is_merged_and_the_dead_are_void() -> None:
    said = [written([1, 2], 3), written([2, 5], 1, at=970.0), written([9], 7, at=930.0), b"{", b"[]", b'{"at": 1}']
    assert presence._merged(said, now=1000.0) == (frozenset({1, 2, 5}), 4)


def test_above_two_hundred_only_a_count_is_told() -> None:
    def cards(number: int) -> dict[int, Any]:
        return {n: SimpleNamespace(public_id=f"p{n}", name=f"Person {n:03}", avatar_url="") for n in range(number)}

    crowd = presence._presence(cards(200), 2)
    assert crowd.people is not None and len(crowd.people) == crowd.count == 200
    assert presence._presence(cards(201), 2).as_data(named=True) == {"count": 201, "guests": 2}
    assert replace(crowd, people=None).as_data(named=True) == {"count": 200, "guests": 2}


def test_who_says_nothing_is_gone_and_frames_keep_their_pause() -> None:
    """The watch with a hub of ours: no clock is waited for."""
    import asyncio

    class Stream:
        channel = name = "room:a"
        handler = SimpleNamespace(presence=True)

        def __init__(self) -> None:
            self.sockets: list[Any] = []
            self.heard: list[dict[str, Any]] = []

        def broadcast_apart(self, for_members: bytes, for_guests: bytes) -> None:
            self.heard.append(json.loads(for_guests)["data"])

    async def story() -> None:
        stream = Stream()

        async def nobody(word: dict[str, Any]) -> None: ...

        watch = presence.Watch(SimpleNamespace(streams={"room:a": stream}, tell_processes_soon=nobody))  # type: ignore[arg-type]
        stream.sockets = [SimpleNamespace(member_id=None, heard=100.0), SimpleNamespace(member_id=None, heard=140.0)]
        watch.moved(stream)  # type: ignore[arg-type]
        await watch._round(150.0)
        assert [data["guests"] for data in stream.heard] == [2]
        stream.sockets.append(SimpleNamespace(member_id=None, heard=151.0))
        watch.moved(stream)  # type: ignore[arg-type]
        await watch._round(151.0)  # too early, but not forgotten
        assert len(stream.heard) == 1
        await watch._round(153.0)
        assert [data["guests"] for data in stream.heard] == [2, 3]
        watch._sweep(190.0)
        await watch._round(190.0)  # the first one said its last word 90 seconds ago
        assert [data["guests"] for data in stream.heard] == [2, 3, 2]
        watch._sweep(191.0)
        await watch._round(195.0)
        assert len(stream.heard) == 3  # nothing changed

    asyncio.run(story())


def test_pages_wait_for_a_frozen_valkey_only_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    import redis

    asked = []

    def frozen(self: Any, *arguments: Any, **options: Any) -> None:
        asked.append(arguments)
        raise redis.TimeoutError

    monkeypatch.setattr(redis.Redis, "hgetall", frozen)
    assert [presence.here("room:a") for _ in range(5)] == [presence.NOBODY] * 5
    assert len(asked) == 2
