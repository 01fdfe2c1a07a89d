"""Rights that are taken away, heard at the sockets: within a second, also while Valkey does not answer."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from community.actions.chat import rooms
from community.models import Board, BoardPermission, Membership, Room
from config.cache import ForgivingCache
from members import queries
from members.actions import end_sessions, join_group, leave_group, rights_changed
from members.models import RightsChange
from messaging import hub
from messaging.revocation import revoke
from outbox.clock import now
from tests.messaging.realtime.conftest import session_of
from tests.messaging.realtime.server import Client, SocketServer

pytestmark = [pytest.mark.django_db(transaction=True)]
Opened = Callable[..., Client]


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[SocketServer]:
    """Without the full look at everybody: what is heard here comes from the notes, which are read twice a second."""
    with django_db_blocker.unblock():
        running = SocketServer(TEST_TICK="3600")
    yield running
    running.stop()


@pytest.fixture(params=["valkey answers", "valkey is frozen"])
def valkey_is(
    request: pytest.FixtureRequest, valkey: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Called when everybody has joined: freezes the server, or does nothing."""
    pid = int(valkey.info("server")["process_id"])
    frozen = False

    def now_so() -> None:
        nonlocal frozen
        if request.param == "valkey is frozen":
            os.kill(pid, signal.SIGSTOP)
            frozen = True
            for without in (hub, ForgivingCache):  # pages have noticed it
                monkeypatch.setattr(without, "_broken_until", time.monotonic() + 600)

    yield now_so
    if frozen:
        os.kill(pid, signal.SIGCONT)


def loses(client: Client, stream: str) -> None:
    frame = client.wait(lambda frame: frame.get("type") == "not_allowed")
    assert frame == {"stream": stream, "seq": None, "type": "not_allowed", "data": {}}


@pytest.mark.parametrize("how", ["password", "deactivated", "session", "everywhere"])
def test_an_account_that_may_not_be_here_any_more(
    open_as: Opened, ann: Any, bo: Any, valkey_is: Callable[[], None], how: str
) -> None:
    mine, other = open_as(ann), open_as(bo)
    assert mine.subscribe("member")["op"] == other.subscribe("member")["op"] == "ok"
    valkey_is()
    if how == "password":
        ann.set_password("another battery staple")
        ann.save(update_fields=["password"])
    elif how == "deactivated":
        type(ann).objects.filter(pk=ann.pk).update(is_active=False)
    elif how == "session":
        session_of(ann)
        Session.objects.get(session_key=Session.objects.order_by("expire_date").first().session_key).delete()
    else:
        with transaction.atomic():
            end_sessions(member_id=ann.pk, by=None, at=now())
            Session.objects.filter(session_key__in=[key_of(ann)]).delete()
    assert mine.closed() == (4001, "signed_out")
    other.post(op="heartbeat", seqs={})
    assert other.wait(lambda frame: "op" in frame)["op"] == "seqs"


def key_of(member: Any) -> str:
    return next(
        one.session_key for one in Session.objects.all() if one.get_decoded()["_auth_user_id"] == str(member.pk)
    )


@pytest.mark.parametrize("how", ["membership", "room", "board", "never", "group"])
def test_a_room_that_may_not_be_read_any_more(
    open_as: Opened, make_room: Any, ann: Any, valkey_is: Callable[[], None], how: str
) -> None:
    room_id, inner = make_room("inner", kind="private")
    with transaction.atomic():
        rooms.add_to_room(room_id=room_id, member_id=ann.pk, by=None, at=now())
        join_group(member_id=ann.pk, group="friends", by=None, at=now())
    friends = Group.objects.get(name="friends")
    board = Board.objects.create(name="Den", slug="den", depth=1, position=99)
    if how in ("board", "never", "group"):
        BoardPermission.objects.create(board=board, audience="group", group=friends, act="browse", value="yes")
        BoardPermission.objects.create(board=board, audience="group", group=friends, act="see", value="yes")
        Room.objects.filter(pk=room_id).update(kind="board", board=board)
    client = open_as(ann)
    assert client.subscribe("member")["op"] == client.subscribe(inner, since=0)["op"] == "ok"
    valkey_is()
    if how == "membership":
        Membership.objects.filter(member=ann, room_id=room_id).delete()
    elif how == "room":
        Membership.objects.filter(member=ann).update(room_id=make_room("elsewhere")[0])
        Room.objects.filter(pk=room_id).update(status="closed", kind="private", topic="x")
    elif how == "board":
        BoardPermission.objects.filter(board=board).delete()
    elif how == "never":
        with transaction.atomic():
            join_group(member_id=ann.pk, group="outsiders", by=None, at=now())
        BoardPermission.objects.create(
            board=board, audience="group", group=Group.objects.get(name="outsiders"), act="browse", value="never"
        )
    else:
        with transaction.atomic():
            leave_group(member_id=ann.pk, group="friends", by=None, at=now())
    loses(client, inner)
    assert client.send(inner, "still here?", "client-still")["op"] == "refused"
    assert client.subscribe(inner)["code"] == "not_allowed"


def test_their_pages_hear_that_rights_changed_and_nobody_else_does(open_as: Opened, ann: Any, bo: Any) -> None:
    mine, other = open_as(ann), open_as(bo)
    mine.subscribe("member"), other.subscribe("member")
    with transaction.atomic():
        join_group(member_id=ann.pk, group="tier:gold", by=None, at=now())
    assert mine.wait(lambda frame: frame.get("type") == "rights")["data"] == {}
    with transaction.atomic():
        rights_changed(member_ids=[ann.pk], by=None, at=now())
    assert mine.wait(lambda frame: frame.get("type") == "rights")["stream"] == "member"
    other.post(op="heartbeat", seqs={})
    assert other.wait(lambda frame: "op" in frame)["op"] == "seqs"
    assert not [frame for frame in other.frames if frame.get("type") == "rights"]


def test_a_note_committed_late_is_seen_although_later_ones_were_read(ann: Any, bo: Any) -> None:
    """Ids are given before the commit: a reader that went on from the last id would miss the first of these two."""
    import psycopg

    first = queries.rights_changes(since=None)
    with psycopg.connect(**{**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}) as slow:
        slow.execute("SELECT members_note_rights(%s::bigint[])", [[ann.pk]])
        with transaction.atomic():
            rights_changed(member_ids=[bo.pk], by=None, at=now())
        second = queries.rights_changes(since=first.seen)
        assert second.members == {bo.pk}
        slow.commit()
    third = queries.rights_changes(since=second.seen)
    assert third.members == {ann.pk}
    fourth = queries.rights_changes(since=third.seen)
    assert (fourth.members, fourth.sessions, fourth.everybody) == (frozenset(), frozenset(), False)


def test_what_changes_no_right_leaves_no_note(ann: Any, make_room: Any) -> None:
    room_id, _stream = make_room()
    with transaction.atomic():
        rooms.send_message(room_id=room_id, raw="hello", client_id="client-0001", by=ann.pk, at=now())
    before = RightsChange.objects.count()
    ann.bio = "Tea."
    ann.save()
    ann.groups.remove(Group.objects.get_or_create(name="never in it")[0])
    Room.objects.filter(pk=room_id).update(topic="Tea", status="open")
    Session.objects.create(session_key="old", session_data="", expire_date="2020-01-01T00:00Z")
    Session.objects.filter(session_key="old").delete()
    assert RightsChange.objects.count() == before


def test_very_many_changes_are_a_look_at_everybody(ann: Any) -> None:
    begun = queries.rights_changes(since=None)
    with transaction.atomic():
        rights_changed(member_ids=range(1, queries.MOST_RIGHTS_CHANGES + 5), by=None, at=now())
    assert queries.rights_changes(since=begun.seen).everybody


def test_processes_are_told_again_and_again(open_as: Opened, person: Callable[[str], Any]) -> None:
    """The first socket of a process joins while its line to Valkey is being made: both must end on one connection."""
    ann = person("ann")
    fresh = SocketServer(TEST_TICK="3600", TEST_LOOK="3600")  # told, not found
    try:
        with Client(fresh, session_of(ann)) as client:
            client.subscribe("member")
            for _ in range(5):
                revoke(member_ids=[ann.pk])
                assert client.wait(lambda frame: frame.get("type") == "rights")
    finally:
        fresh.stop()
