"""Rooms are made, set up, handed over and emptied by those who may, and never show old words to new eyes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cms.actions import ensure_staff_access
from community.actions import departures
from community.actions.chat import memberships, retention, rooms
from community.actions.search import index_messages
from community.models import (
    AuditEntry,
    Board,
    Bookmark,
    Membership,
    Message,
    MessageMention,
    MessageReaction,
    Room,
    SearchDocument,
    Upload,
)
from community.queries.chat import people as room_people
from community.queries.chat import rooms as queries
from community.rules import rooms as rules
from messaging.actions import notify
from messaging.models import Notice
from outbox.models import StoredEvent
from tests.community.rooms_kept.conftest import AT, House

pytestmark = pytest.mark.django_db
DRAFT = {"name": "Evening table", "description": "After work", "threads": "on", "kind": "public"}


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        ("boss", "public", 302), ("boss", "private", 302), ("ann", "private", 302), ("ann", "public", 302),
        ("mo", "private", 302), ("bo", "private", 403), ("guest", "private", 302),
    ],
)  # fmt: skip
def test_who_opens_rooms(house: House, browser: Any, role: str, kind: str, status: int) -> None:
    before = Room.objects.count()
    answer = browser(house.people[role]).post("/chat/new/", DRAFT | {"kind": kind})
    assert answer.status_code == status
    made = Room.objects.order_by("pk").last()
    if role in ("guest", "bo"):
        assert Room.objects.count() == before
        return
    assert made is not None and made.kind == (kind if role == "boss" else "private")  # members open private ones only
    assert (
        made.slug == ("evening-table" if made.kind == "public" else made.slug) and made.created_by == house.people[role]
    )
    if made.kind == "private":
        assert "evening" not in made.slug and Membership.objects.get(room=made).role == "owner"
    assert AuditEntry.objects.filter(act="room.made").exists() is (made.kind == "public")


def test_addresses_of_rooms(house: House) -> None:
    for name, slug in (
        ("老友 茶话会", "老友-茶话会"),
        ("new", "spare"),
        ("12", "spare"),
        ("!!!", "spare"),
        ("Threads", "spare"),
    ):
        assert rules.slug_of(name, fallback="spare") == slug
    boss = house.people["boss"].pk
    with transaction.atomic():
        first = rooms.make_room(draft=rooms.RoomDraft(name="Hall", kind="public"), by=boss, at=AT)
    assert first.startswith("hall-") and first != "hall"


def test_bad_rooms_are_refused_with_words(house: House, browser: Any) -> None:
    boss, before = browser(house.people["boss"]), Room.objects.count()
    for wrong in (
        {"name": ""}, {"name": "x" * 81}, {"kind": "board"}, {"kind": "group"}, {"kind": "direct"}, {"kind": "session"},
        {"slow_seconds": "7"}, {"retention_days": "0"}, {"retention_days": "99999"}, {"description": "x" * 201},
        {"name": "\x00"}, {"kind": "group", "group": "999999"},
    ):  # fmt: skip
        assert boss.post("/chat/new/", DRAFT | wrong).status_code == 422, wrong
    assert Room.objects.count() == before


BOARD, GROUP = {"kind": "board"}, {"kind": "group"}


@pytest.mark.parametrize(
    ("before", "after", "talked", "may"),
    [
        ("public", "board", True, True), ("public", "group", True, True), ("public", "private", True, True),
        ("board", "public", True, False), ("group", "public", True, False), ("board", "group", True, False),
        ("group", "board", True, False), ("group", "private", True, False), ("board", "public", False, True),
        ("group", "board", False, True),
    ],
)  # fmt: skip
def test_a_room_becomes_narrower_never_wider(
    house: House, browser: Any, say: Any, before: str, after: str, talked: bool, may: bool
) -> None:
    room = house.rooms[before]
    if talked:
        say(room, house.people["boss"], "among us")
    board, group = Board.objects.get(slug="circle"), Group.objects.get(name="tier:gold")
    answer = browser(house.people["boss"]).post(
        f"/chat/{room.slug}/settings/",
        {"name": room.name, "kind": after, "board": board.pk, "group": group.pk, "threads": "on", "status": "open"},
    )
    assert answer.status_code == (302 if may else 422)
    assert house.room(before).kind == (after if may else before)
    if may:
        assert AuditEntry.objects.filter(act="room.changed", target=room.pk).exists()
        assert StoredEvent.objects.filter(name="room.changed").exists()
    if may and after == "private":
        assert list(Membership.objects.filter(room=room, role="owner").values_list("member__username", flat=True)) == [
            "boss"
        ]


def test_those_who_are_there_read_what_was_changed(house: House, browser: Any, say: Any) -> None:
    hall, boss = house.rooms["public"], browser(house.people["boss"])
    say(hall, house.people["ann"])
    same = {"name": "The hall", "kind": "public", "threads": "on", "status": "open"}
    for change, code in (
        ({"topic": "green tea"}, "topic"), ({"topic": ""}, "topic_cleared"), ({"slow_seconds": "30"}, "slow"),
        ({"name": "The great hall"}, "renamed"), ({"status": "read_only"}, "read_only"), ({"status": "archived"}, "archived"),
    ):  # fmt: skip
        now = Room.objects.get(pk=hall.pk)
        kept = {"name": now.name, "slow_seconds": now.slow_seconds or "", "status": now.status, "topic": now.topic}
        assert boss.post("/chat/hall/settings/", same | kept | change).status_code == 302
        line = Message.objects.filter(room=hall).order_by("-seq")[0]
        assert line.line is not None and line.line["code"] == code and line.author == house.people["boss"]
    shown = browser(house.people["ann"]).get("/chat/hall/").content.decode()
    assert "The great hall" in shown and "green tea" in shown
    assert Message.objects.filter(room=hall, kind="line").count() == 6 and room_people.breaches() == []


def test_a_private_room_stays_private_whatever_is_posted(house: House, browser: Any) -> None:
    keeper = browser(house.people["keeper"])
    wanted = {
        "name": "Pantry",
        "kind": "public",
        "announced": "on",
        "status": "open",
        "slow_seconds": "30",
        "threads": "on",
    }
    assert keeper.post("/chat/k3y/settings/", wanted).status_code == 302
    room = house.room("private")
    assert (room.name, room.kind, room.announced, room.slow_seconds) == ("Pantry", "private", False, 30)
    for role, status in (("inside", 403), ("boss", 404), ("mo", 404), ("ann", 404)):
        assert browser(house.people[role]).get("/chat/k3y/settings/").status_code == status
    assert not AuditEntry.objects.filter(act="room.changed").exists()  # among friends; nothing of the staff's


def test_people_come_and_go_and_somebody_always_keeps_the_room(house: House, browser: Any) -> None:
    keeper, inside, room = house.people["keeper"], house.people["inside"], house.rooms["private"]
    client = browser(keeper)
    assert browser(inside).post("/chat/k3y/invite/", {"names": "@ann"}).status_code == 403
    assert client.post("/chat/k3y/invite/", {"names": "@ann, @nobody-here"}).status_code == 422
    assert client.post("/chat/k3y/invite/", {"names": "@ann @bo"}).status_code == 302
    assert Membership.objects.filter(room=room).count() == 4
    assert Notice.objects.filter(kind=memberships.INVITED).count() == 3
    assert "brought you into the room" in browser(house.people["ann"]).get("/notices/").content.decode()
    with transaction.atomic(), pytest.raises(memberships.MembershipRefused) as refused:
        memberships.set_role(room_id=room.pk, member_id=keeper.pk, role="member", by=keeper.pk, at=AT)
    assert refused.value.code == "last_owner"
    client.post("/chat/k3y/people/bo/", {"act": "owner"})
    assert Membership.objects.get(room=room, member=house.people["bo"]).role == "owner"
    client.post("/chat/k3y/people/bo/", {"act": "emperor"})
    client.post("/chat/k3y/people/bo/", {"act": "member"})
    assert Membership.objects.get(room=room, member=house.people["bo"]).role == "member"
    assert client.post("/chat/k3y/leave/").status_code == 302
    assert Membership.objects.get(room=room, role="owner").member == inside  # the longest in it
    for role in ("inside", "ann", "bo"):
        browser(house.people[role]).post("/chat/k3y/leave/")
    assert house.room("private").status == "archived" and room_people.breaches() == []


def test_who_is_erased_or_switched_off_holds_no_room(house: House, say: Any) -> None:
    keeper, inside, ann = (house.people[name] for name in ("keeper", "inside", "ann"))
    private, direct = house.rooms["private"], house.rooms["direct"]
    say(direct, ann, "good morning")
    people = get_user_model().objects

    def settled() -> int:
        with transaction.atomic():
            return departures.settle(at=AT)

    assert settled() == 0
    people.filter(pk=keeper.pk).update(is_active=False)
    assert room_people.breaches() == [f"private room {private.pk} belongs to nobody who is here"]
    assert settled() == 1 and settled() == 0 and room_people.breaches() == []
    # The one who is switched off stays in it: this may be taken back.
    assert set(Membership.objects.filter(room=private, role="owner").values_list("member_id", flat=True)) == {
        keeper.pk, inside.pk,
    }  # fmt: skip
    people.filter(pk=keeper.pk).update(erased_at=AT)
    assert len(room_people.breaches()) == 2
    assert settled() == 2 and settled() == 0 and room_people.breaches() == []
    assert not Membership.objects.filter(member=keeper).exists()
    assert Room.objects.get(pk=direct.pk).direct_key.startswith("left:")  # ann may write to somebody else of that key
    assert Message.objects.filter(room=direct, text="good morning").exists()
    people.filter(pk=inside.pk).update(is_active=False)
    assert settled() == 1 and house.room("private").status == "archived" and room_people.breaches() == []


def test_old_messages_go_with_everything_that_hangs_on_them(house: House, say: Any) -> None:
    hall, talk, ann = house.rooms["public"], house.rooms["direct"], house.people["ann"]
    Room.objects.update(retention_days=30)
    picture = f"uploads/{'b' * 24}.webp"
    old, young = AT - timedelta(days=31), AT - timedelta(days=29)
    gone, alive, pinned, kept, direct = (
        say(hall, ann, "gone", at=old), say(hall, ann, "a living thread", at=old), say(hall, ann, "pinned", at=old),
        say(hall, ann, "young", at=young), say(talk, ann, "for good", at=old),
    )  # fmt: skip
    reply, dead = say(hall, ann, "a young reply", at=young), say(hall, ann, "an old reply", at=old)
    Message.objects.filter(pk=reply.message_id).update(thread_id=alive.message_id)
    Message.objects.filter(pk=dead.message_id).update(thread_id=gone.message_id)
    Message.objects.filter(pk=pinned.message_id).update(pinned_at=AT)
    MessageMention.objects.create(message_id=gone.message_id, member=ann, room=hall, seq=gone.seq)
    MessageReaction.objects.create(message_id=gone.message_id, member=ann, kind="like", at=AT)
    Upload.objects.create(
        member=ann,
        digest="d" * 64,
        name=picture,
        width=1,
        height=1,
        bytes=1,
        created_at=old,
        offered_at=old,
        used_at=old,
    )
    Message.objects.filter(pk=gone.message_id).update(raw=f"![a|1x1](/media/{picture})")
    Bookmark.objects.create(member=ann, message_id=gone.message_id, created_at=old)
    with transaction.atomic():
        for told, other in ((gone, "room.mention"), (kept, "room.mention"), (gone, "session.summary")):
            notify(
                member_ids=[ann.pk],
                kind=other,
                cause=f"{other}:{told.message_id}",
                data={"message": told.message_id},
                at=old,
            )
    with transaction.atomic():
        index_messages(message_ids=[gone.message_id, kept.message_id], at=AT)
        assert retention.forget_old(at=AT, most=1) == 2
    with transaction.atomic():
        assert retention.forget_old(at=AT) == 0
    assert set(Message.objects.filter(kind="text").values_list("text", flat=True)) == {
        "a living thread", "pinned", "young", "a young reply", "for good",
    }  # fmt: skip
    told = set(Notice.objects.filter(data__has_key="message").values_list("kind", "data__message"))
    assert told == {("room.mention", kept.message_id), ("session.summary", gone.message_id)}
    assert not Bookmark.objects.exists()
    assert not MessageMention.objects.exists() and not MessageReaction.objects.exists()
    assert list(SearchDocument.objects.filter(kind="message").values_list("object_id", flat=True)) == [kept.message_id]
    assert not Upload.objects.filter(used_at__isnull=False).exists()
    assert direct and room_people.breaches() == []


def test_the_console_shows_numbers_and_no_private_words(house: House, browser: Any) -> None:
    ensure_staff_access(at=AT)
    shown = browser(house.people["boss"]).get("/admin/rooms/").content.decode()
    assert "The hall" in shown and "Gold talk" in shown and "Kitchen" not in shown
    assert browser(house.people["mo"]).get("/admin/rooms/").status_code in (302, 403)
    assert browser(house.people["ann"]).get("/admin/rooms/").status_code in (302, 403)


def test_lists_cost_the_same_whatever_is_in_them(house: House, browser: Any, say: Any) -> None:
    client, ann = browser(house.people["ann"]), house.people["ann"]
    pages = ("/chat/", "/chat/direct/", "/chat/threads/", "/chat/hall/people/")

    def cost() -> list[int]:
        numbers = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as found:
                assert client.get(page).status_code == 200
            numbers.append(len(found))
        return numbers

    say(house.rooms["direct"], house.people["keeper"])
    say(house.rooms["public"], ann)
    first = cost()
    with transaction.atomic():
        for number in range(8):
            other = house.people["keeper"] if number % 2 else house.people["gold"]
            room_id = rooms.create_room(kind="public", slug=f"room-{number}", name=f"Room {number}", by=None, at=AT)
            rooms.join_room(room_id=room_id, member_id=ann.pk, by=ann.pk, at=AT)
            say(Room.objects.get(pk=room_id), other)
    assert cost() == first and max(first) <= 10, first


def test_rooms_stand_where_they_belong(house: House, say: Any) -> None:
    ann = house.people["ann"]
    say(house.rooms["public"], ann)
    say(house.rooms["direct"], house.people["keeper"])
    found = queries.room_list(viewer=ann, at=AT)
    assert [row.name for row in found.own] == ["The hall"]
    assert [(row.name, row.unread) for row in found.direct] == [("keeper", 1)]
    assert [row.name for row in found.others] == ["Circle talk"]
    assert found.locked == [] and [row.member_count for row in found.own] == [1]
