"""One table of who may do what in which room, asked at every door: page, JSON, socket, search, bookmarks' and drafts' places."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.chat import memberships
from community.models import Membership, Message, Room
from community.room_access import get_room, may_keep, may_moderate, require_send, still_readable, visible_rooms
from community.session_rooms import SessionAnswer, session_room_answer
from community.streams.rooms import RoomStream
from members.access import Refused
from messaging.streams import StreamRefused
from outbox.dispatch import run_pending
from tests.community.rooms_kept.conftest import AT, CAST, House

pytestmark = pytest.mark.django_db

READ = {
    "public": set(CAST),
    "board": set(CAST) - {"guest"},
    "group": {"gold", "boss"},
    "private": {"inside", "keeper"},
    "direct": {"ann", "keeper"},
}
SPEAK = READ | {"public": READ["public"] - {"guest"}, "board": {"mo", "boss"}}
KEEP_ORDER = {
    "public": {"mo", "boss"}, "board": {"mo", "boss"}, "group": {"boss"}, "private": {"keeper"}, "direct": set[str](),
}  # fmt: skip
SET_UP = {"public": {"boss"}, "board": {"boss"}, "group": {"boss"}, "private": {"keeper"}, "direct": set[str]()}


def _fresh(user: Any) -> Any:
    return get_user_model().objects.get(pk=user.pk) if user else None


def _may(act: Callable[[], Any]) -> bool:
    try:
        act()
    except (Refused, StreamRefused):
        return False
    return True


@pytest.mark.parametrize("status", ["open", "read_only", "archived"])
@pytest.mark.parametrize("kind", list(READ))
def test_the_table_of_acts(house: House, kind: str, status: str) -> None:
    Room.objects.update(status=status)
    room = house.room(kind)
    for role in CAST:
        who = _fresh(house.people[role])
        reads = role in READ[kind]
        assert (room in visible_rooms(who)) is reads, (role, "see in lists")
        assert _may(lambda who=who: get_room(who, slug=room.slug)) is reads, (role, "read")
        if not reads:
            continue
        speaks = {
            "open": role in SPEAK[kind],
            "read_only": role in KEEP_ORDER[kind],
            "archived": False,
        }[status]
        fresh = house.room(kind)
        assert _may(lambda who=who, fresh=fresh: require_send(who, fresh)) is speaks, (role, "speak")
        assert may_moderate(who, fresh) is (role in KEEP_ORDER[kind]), (role, "keep order")
        assert may_keep(who, fresh) is (role in SET_UP[kind]), (role, "set up")


def test_every_door_says_the_same(house: House, browser: Any, say: Any) -> None:
    for kind, room in house.rooms.items():
        author = house.people["keeper"] if kind in ("private", "direct") else house.people["boss"]
        say(room, author, f"zanzibar in the {kind} room")
    run_pending()
    pairs = {
        (user.pk if user else None, room.public_id) for user in house.people.values() for room in house.rooms.values()
    }
    allowed = still_readable(pairs)
    for role in CAST:
        who = house.people[role]
        client, member_id = browser(who), who.pk if who else None
        found = (
            client.get("/search/?q=zanzibar&in=chat").content.decode()
            + client.get("/search/?q=zanzibar+in:chat").content.decode()
        )
        listed = client.get("/chat/").content.decode()
        for kind, room in house.rooms.items():
            reads = role in READ[kind]
            expected = 200 if reads else 404
            assert client.get(f"/chat/{room.slug}/").status_code == expected, (role, kind)
            assert client.get(f"/chat/{room.slug}/messages").status_code == expected, (role, kind)
            assert client.get(f"/chat/{room.slug}/people/").status_code == expected, (role, kind)
            assert (f"/chat/{room.slug}/" in listed) is reads, (role, kind)
            assert (RoomStream().channel(member_id=member_id, key=room.public_id) is not None) is reads, (role, kind)
            assert ((member_id, room.public_id) in allowed) is reads, (role, kind)
            assert (f"in the {kind} room" in found) is reads, (role, kind)
            if member_id and role not in SPEAK[kind]:
                stream = RoomStream()
                assert not _may(
                    lambda member_id=member_id, room=room, stream=stream: stream.receive(
                        member_id=member_id, key=room.public_id, op="send", client_id="k" * 8, data={"text": "let me"}
                    )
                ), (role, kind)
    assert Message.objects.filter(kind="text").count() == len(house.rooms)


def test_what_is_refused_leaves_no_trace(house: House, browser: Any) -> None:
    before = set(Membership.objects.values_list("member_id", "room_id"))
    ann = browser(house.people["ann"])
    assert ann.post("/chat/circle-talk/", {"text": "may I?"}).status_code == 403
    assert ann.post("/chat/hall/", {"text": ""}).status_code == 422
    assert ann.get("/chat/hall/").status_code == 200
    for act in ("join", "leave", "level", "hide", "1/unread", "invite", "settings", "people/bo"):
        assert ann.post(f"/chat/k3y/{act}/", {"act": "owner"}).status_code == 404, act
    assert set(Membership.objects.values_list("member_id", "room_id")) == before
    assert ann.post("/chat/hall/", {"text": "here I am"}).status_code == 302
    assert Membership.objects.filter(room=house.rooms["public"], member=house.people["ann"]).exists()


def test_rights_are_asked_in_a_few_statements_for_any_number(house: House, django_assert_max_num_queries: Any) -> None:
    pairs = {
        (user.pk if user else None, room.public_id) for user in house.people.values() for room in house.rooms.values()
    }
    with CaptureQueriesContext(connection) as few:
        still_readable(set(list(pairs)[:3]) | {(None, room.public_id) for room in house.rooms.values()})
    with django_assert_max_num_queries(len(few) + 2):
        still_readable(
            pairs | {(number, room.public_id) for number in range(9_000, 9_400) for room in house.rooms.values()}
        )


def test_a_lost_tier_closes_the_room(house: House, browser: Any) -> None:
    gold, room = house.people["gold"], house.rooms["group"]
    pair = (gold.pk, room.public_id)
    assert still_readable({pair}) == {pair}
    gold.groups.remove(Group.objects.get(name="tier:gold"))
    assert still_readable({pair}) == set()
    assert browser(gold).get("/chat/gold-talk/").status_code == 404


def test_an_announced_room_shows_its_name_and_nothing_else(house: House, browser: Any, say: Any) -> None:
    say(house.rooms["group"], house.people["gold"], "among us only")
    Room.objects.filter(kind="group").update(announced=True, description="For old friends")
    for role in ("guest", "ann", "mo"):
        client = browser(house.people[role])
        shown = client.get("/chat/").content.decode()
        assert "Gold talk" in shown and "For old friends" in shown and "Gold and above</p>" in shown.replace("\n", "")
        assert "among us only" not in shown and "/chat/gold-talk/" not in shown
        assert client.get("/chat/gold-talk/").status_code == (302 if role == "guest" else 403)
        assert client.get("/chat/gold-talk/messages").status_code == (302 if role == "guest" else 403)
    Room.objects.filter(kind="group").update(status="archived")
    assert browser(house.people["ann"]).get("/chat/gold-talk/").status_code == 404


def test_the_room_of_a_session_asks_its_session(house: House, browser: Any) -> None:
    room = Room.objects.create(kind="session", slug="show", name="Show", created_at=AT)
    ann, bo, mo = (house.people[role] for role in ("ann", "bo", "mo"))

    class Door:
        def answer(self, *, viewer: Any, room: Room, held: Any) -> SessionAnswer:
            me = getattr(viewer, "pk", None)
            silent = None if me == ann.pk else Refused("no_seat", "You have no seat yet.")
            return SessionAnswer(read=me in (ann.pk, bo.pk), moderate=me == mo.pk, silent=silent)

        def readable(self, *, pairs: Any) -> Any:
            return {pair for pair in pairs if pair[0] in (ann.pk, bo.pk)}

    before = session_room_answer(Door())
    try:
        assert get_room(_fresh(ann), slug="show", act="send") == room
        with pytest.raises(Refused) as refused:
            get_room(_fresh(bo), slug="show", act="send")
        assert refused.value.code == "no_seat"
        for stranger in (None, _fresh(mo)):
            with pytest.raises(Refused) as refused:
                get_room(stranger, public_id=room.public_id)
            assert refused.value.hidden
        asked = {(user.pk if user else None, room.public_id) for user in house.people.values()}
        assert still_readable(asked) == {(ann.pk, room.public_id), (bo.pk, room.public_id)}
        assert room not in visible_rooms(_fresh(ann))
    finally:
        session_room_answer(before)


def test_who_is_taken_out_hears_and_reads_nothing_more(house: House, browser: Any, say: Any) -> None:
    inside, keeper, room = house.people["inside"], house.people["keeper"], house.rooms["private"]
    say(room, keeper, "stay with us")
    client = browser(inside)
    assert "stay with us" in client.get("/chat/k3y/").content.decode()
    assert browser(inside).post("/chat/k3y/people/keeper/", {"act": "remove"}).status_code == 403
    assert browser(keeper).post("/chat/k3y/people/inside/", {"act": "remove"}).status_code == 302
    assert client.get("/chat/k3y/").status_code == 404
    assert still_readable({(inside.pk, room.public_id)}) == set()
    with transaction.atomic():
        memberships.invite(room_id=room.pk, member_ids=[inside.pk], by=keeper.pk, at=AT)
    assert client.get("/chat/k3y/").status_code == 200
