"""What waits is one number: whatever happened in whatever order, every place that tells it tells what a recount finds."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.access import rights
from community.actions.chat import memberships, messages, rooms
from community.actions.people import levels
from community.models import Membership, Message, MessageMention, PersonLevel, Room, ThreadReading
from community.queries.chat import hints as room_hints
from community.queries.chat import inbox as threads_inbox
from community.queries.chat import rooms as queries
from community.queries.chat import unread
from community.rules import reading as reading_rules
from community.streams.rooms import RoomStream
from tests.community.rooms_kept.conftest import AT, House

pytestmark = pytest.mark.django_db
KINDS = ("public", "private", "direct")
READERS = ("ann", "keeper", "inside")


def _recount(member: Any, room: Room, at: Any) -> unread.Unread:
    held = Membership.objects.filter(member=member, room=room).first()
    if (
        held is None
        or held.level == "never"
        or (held.muted_until and held.muted_until > at)
        or room.status == "archived"
    ):
        return unread.Unread()
    ignored = set(PersonLevel.objects.filter(member=member, level=0).values_list("person_id", flat=True))
    waiting = [
        one
        for one in Message.objects.filter(room=room, seq__gt=held.last_read_seq)
        if one.removed_at is None
        and one.thread_id is None
        and one.author_id != member.pk
        and one.author_id not in ignored
    ]
    called = set(MessageMention.objects.filter(member=member, room=room).values_list("message_id", flat=True))
    return unread.Unread(
        sum(one.kind != "line" for one in waiting), sum(one.pk in called for one in waiting)
    )  # fmt: skip


def _agree(house: House, at: Any) -> None:
    """Pointers, list, header, sidebar, hints to open pages: all of them against the rows themselves."""
    for role in READERS:
        member = type(house.people[role]).objects.get(pk=house.people[role].pk)
        expected = {room.pk: _recount(member, room, at) for room in Room.objects.all()}
        listed = {row.id: unread.Unread(row.unread, row.mentions) for row in queries.rooms(viewer=member, at=at)}
        assert listed == {pk: waits for pk, waits in expected.items() if pk in listed}
        total = sum(expected.values(), unread.Unread())
        assert unread.totals_of(member_ids=[member.pk], at=at) == {member.pk: total}
        assert unread.unread_total(viewer=member, at=at) == total
        waiting = unread.waiting_rooms(viewer=member, held=rights(member), at=at)
        assert {room.pk: waits for room, waits in waiting} == {
            pk: waits for pk, waits in expected.items() if waits.number
        }
        for room in Room.objects.all():
            hint = room_hints.of_members(room_id=room.pk, member_ids=[member.pk], at=at)[member.pk]
            assert (hint["unread"], hint["mentions"]) == (expected[room.pk].number, expected[room.pk].mentions)
            assert hint["counts"] == {"chat": unread.label(total)}


act = st.tuples(
    st.sampled_from(
        ["send", "send", "mention", "line", "thread", "read", "from", "remove", "level", "mute", "later", "ignore", "away",
         "leave", "join", "archive"]
    ),
    st.sampled_from(KINDS), st.sampled_from(READERS), st.integers(0, 12),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(act, min_size=4, max_size=18))
def test_every_place_tells_what_a_recount_finds(house: House, acts: list[tuple[str, str, str, int]]) -> None:
    keys, at = count(), AT
    with transaction.atomic():
        for what, kind, role, number in acts:
            at += timedelta(minutes=1)
            _do(house, what, house.room(kind), house.people[role], number, f"key-{next(keys):05}", at)
        _agree(house, at)
        transaction.set_rollback(True)


def _do(  # noqa: C901
    house: House, what: str, room: Room, member: Any, number: int, key: str, at: Any
) -> None:  # one branch for each act

    said = list(Message.objects.filter(room=room, removed_at=None).order_by("seq"))
    one = said[number % len(said)] if said else None
    if room.status == "archived" and what in ("send", "mention", "line", "thread"):
        return
    if what in ("send", "mention"):
        sent = messages.send_message(room_id=room.pk, raw=f"words {key}", client_id=key, by=member.pk, at=at)
        if what == "mention":
            for other in READERS:
                MessageMention.objects.get_or_create(
                    message_id=sent.message_id, member=house.people[other], room=room, seq=sent.seq
                )
    elif what in ("line", "thread") and (what == "line" or one):
        sent = messages.send_message(room_id=room.pk, raw=f"words {key}", client_id=key, by=member.pk, at=at)
        root = one.thread_id or one.pk if one else None
        Message.objects.filter(pk=sent.message_id).update(
            **({"kind": "line"} if what == "line" else {"thread_id": root})
        )
    elif what == "read":
        rooms.mark_read(room_id=room.pk, seq=number, by=member.pk, at=at)
    elif what == "from":
        rooms.mark_unread(room_id=room.pk, seq=number, by=member.pk, at=at)
    elif what == "remove" and one:
        messages.remove_message(message_id=one.pk, by=member.pk, at=at)
    elif what == "level":
        rooms.set_level(
            room_id=room.pk, level=("always", "mention", "never")[number % 3], muted_until=None, by=member.pk, at=at
        )
    elif what == "mute":
        until = at + timedelta(minutes=number + 1)
        rooms.set_level(room_id=room.pk, level="mention", muted_until=until, by=member.pk, at=at)
    elif what == "ignore":
        person = house.people[READERS[number % 3]]
        if person != member:
            levels.set_person_level(person_id=person.pk, level=reading_rules.MUTED, by=member.pk, at=at)
    elif what == "away":
        rooms.put_away(room_id=room.pk, by=member.pk, at=at)
    elif what == "leave" and room.kind == "public":
        memberships.leave_room(room_id=room.pk, member_id=member.pk, by=member.pk, at=at)
    elif what == "join" and room.kind == "public":
        memberships.join_room(room_id=room.pk, member_id=member.pk, by=member.pk, at=at)
    elif what == "archive" and number > 9:
        Room.objects.filter(pk=room.pk).update(status="archived")


def test_a_look_into_a_room_owes_nothing(house: House, browser: Any, say: Any) -> None:
    bo = browser(house.people["bo"])
    assert bo.get("/chat/hall/").status_code == 200
    say(house.rooms["public"], house.people["ann"])
    assert 'data-live="chat"></span>' in bo.get("/forum/").content.decode()
    bo.post("/chat/hall/join/")
    say(house.rooms["public"], house.people["ann"])
    assert 'data-live="chat">1</span>' in bo.get("/forum/").content.decode()


def test_my_other_pages_hear_what_i_read_and_how(
    house: House, browser: Any, say: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[tuple[int, str, dict[str, Any]]] = []
    me = house.people["ann"].pk
    monkeypatch.setattr("messaging.hub.push_to_member", lambda *told: heard.append(told) if told[0] == me else None)
    ann, keeper, room = house.people["ann"], house.people["keeper"], house.rooms["direct"]
    with django_capture_on_commit_callbacks(execute=True):
        sent = [say(room, keeper, f"words {number}") for number in range(3)]
    assert heard[-1] == (
        ann.pk, "room_unread", {"room": room.public_id, "unread": 3, "mentions": 0, "counts": {"chat": "3"}}
    )  # fmt: skip
    RoomStream().receive(member_id=ann.pk, key=room.public_id, op="read", client_id="", data={"seq": 2})
    assert heard[-1][1:] == ("room_read", {"room": room.public_id, "unread": 1, "mentions": 0, "counts": {"chat": "1"}})
    browser(ann).post(f"/chat/{room.slug}/1/unread/")
    assert heard[-1][2]["unread"] == 3
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        messages.remove_message(message_id=sent[0].message_id, by=keeper.pk, at=AT)
    assert heard[-1][1:] == (
        "room_unread",
        {"room": room.public_id, "unread": 2, "mentions": 0, "counts": {"chat": "2"}},
    )
    answer = browser(ann).post(f"/chat/{room.slug}/level/", {"level": "never"}, headers={"accept": "application/json"})
    assert answer.json()["ok"] and heard[-1][2]["counts"] == {"chat": ""}
    before = len(heard)
    with django_capture_on_commit_callbacks(execute=True):
        say(house.rooms["public"], keeper)
    assert len(heard) == before  # a large room tells by its own stream


def test_a_mute_ends_by_itself_and_bad_ones_are_refused(house: House, browser: Any, say: Any) -> None:
    ann, room = house.people["ann"], house.rooms["direct"]
    client = browser(ann)
    assert client.post(f"/chat/{room.slug}/level/", {"level": "always", "mute": "hour"}).status_code == 302
    until = Membership.objects.get(member=ann, room=room).muted_until
    assert until is not None
    say(room, house.people["keeper"])
    assert unread.unread_total(viewer=ann, at=until - timedelta(seconds=1)) == unread.Unread()
    assert unread.unread_total(viewer=ann, at=until) == unread.Unread(1)
    for level in ("loud", "", "ALWAYS"):
        client.post(f"/chat/{room.slug}/level/", {"level": level}, headers={"accept": "application/json"})
    assert Membership.objects.get(member=ann, room=room).level == "always"


def test_threads_wait_in_their_inbox(house: House, browser: Any, say: Any) -> None:
    ann, keeper, hall = house.people["ann"], house.people["keeper"], house.rooms["public"]
    root, quiet = say(hall, ann, "who has a pot?"), say(hall, ann, "who has a cup?")
    secret = say(house.rooms["private"], keeper, "a secret thread")
    for thread in (root, quiet, secret):
        ThreadReading.objects.create(thread_id=thread.message_id, member=ann, muted=thread is quiet)
        reply = say(hall, keeper, f"to {thread.message_id}", at=AT + timedelta(minutes=5))
        Message.objects.filter(pk=reply.message_id).update(thread_id=thread.message_id)
        Message.objects.filter(pk=thread.message_id).update(reply_count=1)
    found = threads_inbox.threads(viewer=ann, at=AT)
    assert [(row.excerpt, row.unread, row.muted) for row in found.rows] == [
        ("who has a pot?", 1, False), ("who has a cup?", 0, True),
    ]  # fmt: skip
    assert threads_inbox.threads_waiting(member_id=ann.pk, room_ids=[hall.pk], at=AT) == 1
    client = browser(ann)
    shown = client.get("/chat/threads/").content.decode()
    assert "who has a pot?" in shown and "a secret thread" not in shown
    assert client.post(f"/chat/hall/{root.seq}/follow/", {"follow": "0"}).status_code == 302
    assert threads_inbox.threads_waiting(member_id=ann.pk, room_ids=[hall.pk], at=AT) == 0
    assert client.post("/chat/k3y/1/follow/").status_code == 404
