"""What somebody tries who wants more of rooms than is theirs. Each of these worked once."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from community.actions.chat import memberships
from community.actions.forum.boards import ensure_board
from community.models import Membership, Message, Room, WordRule
from community.streams.rooms import RoomStream
from members.access import MANAGERS
from messaging.models import Notice
from messaging.streams import StreamRefused
from tests.community.rooms_kept.conftest import AT, House, make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("where", "form"),
    [
        ("invite", {"names": "@bo"}),
        ("settings", {"name": "Buy my tea", "threads": "on", "status": "open"}),
        ("people/inside", {"act": "remove"}),
        ("people/inside", {"act": "owner"}),
        ("pace", {"quiet": "yes"}),
        ("remove-many", {"seq": "1"}),
        ("1/remove", {}),
        ("1/restore", {}),
        ("1/pin", {"pin": "1"}),
    ],
)
def test_who_is_silenced_keeps_no_room(house: House, browser: Any, say: Any, where: str, form: dict[str, str]) -> None:
    """Silence is reading only, also in a room of one's own."""
    keeper, room = house.people["keeper"], house.room("private")
    said = say(room, house.people["inside"])
    if where == "1/restore":
        with transaction.atomic():
            Message.objects.filter(pk=said.message_id).update(removed_at=AT)
    where = where.replace("1/", f"{said.seq}/")
    form = {name: str(said.seq) if name == "seq" else value for name, value in form.items()}
    keeper.groups.add(Group.objects.get_or_create(name="order:silenced")[0])

    def state() -> Any:
        return (
            list(Room.objects.filter(pk=room.pk).values("name", "status", "last_seq")),
            list(Membership.objects.order_by("pk").values("room_id", "member_id", "role")),
            list(Message.objects.order_by("pk").values("pk", "removed_at", "pinned_at")),
        )

    before = state()
    assert browser(keeper).post(f"/chat/k3y/{where}/", form).status_code in (302, 403, 404)
    assert state() == before
    assert browser(keeper).get("/chat/k3y/").status_code == 200


def test_the_word_rules_hold_in_rooms_of_ones_own(house: House, browser: Any) -> None:
    """Whoever opens a private room and brings two hundred people in is no moderator of the site."""
    WordRule.objects.create(
        phrase="casino", act=WordRule.Act.BLOCK, places=["message"], created_at=AT, by=house.people["boss"]
    )
    keeper, room = house.people["keeper"], house.room("private")
    said = Message.objects.filter(kind="text").count()
    assert browser(keeper).post("/chat/k3y/", {"text": "The best casino in town"}).status_code == 422
    with pytest.raises(StreamRefused):
        RoomStream().receive(
            member_id=keeper.pk, key=room.public_id, op="send", client_id="k" * 8, data={"text": "casino night"}
        )
    assert browser(keeper).post("/chat/k3y/settings/", {"name": "Casino", "status": "open"}).status_code == 422
    assert browser(keeper).post("/chat/new/", {"name": "Casino", "threads": "on"}).status_code == 422
    assert Message.objects.filter(kind="text").count() == said and not Room.objects.filter(name="Casino").exists()
    assert browser(keeper).post("/chat/k3y/", {"text": "/topic the casino"}).status_code == 422
    assert browser(keeper).post("/chat/k3y/", {"text": "tea night"}).status_code == 302
    seq = Message.objects.filter(kind="text").latest("seq").seq
    assert browser(keeper).post(f"/chat/k3y/{seq}/", {"text": "casino night"}).status_code == 422
    assert not Message.objects.filter(raw__contains="casino").exists()
    # The site's own moderators are not judged.
    assert browser(house.people["mo"]).post("/chat/hall/", {"text": "No casino here, please"}).status_code == 302


def test_rooms_and_invitations_have_a_pace(house: House, browser: Any, limits_on: None) -> None:
    """Ten rooms a day, and no more than three times a minute somebody brought in: each of them is rung."""
    client = browser(house.people["keeper"])
    made = [client.post("/chat/new/", {"name": f"Room {n}", "threads": "on"}).status_code for n in range(12)]
    assert made == [302] * 10 + [429] * 2
    many = [make_member(f"friend{n}") for n in range(72)]
    answers = []
    for start in range(0, 72, 18):
        names = " ".join(f"@{one.username}" for one in many[start : start + 18])
        answers.append(client.post("/chat/k3y/invite/", {"names": names}).status_code)
    assert answers == [302, 302, 302, 429]
    assert Notice.objects.filter(kind=memberships.INVITED).count() == 1 + 3 * 18


def test_a_name_has_one_line(house: House, browser: Any) -> None:
    """A line end in a name would be a line end in the subject of a mail."""
    keeper = browser(house.people["keeper"])
    form = {"name": "Tea\r\nBcc: all@example.com", "description": "a\nb", "status": "open", "threads": "on"}
    assert keeper.post("/chat/k3y/settings/", form).status_code == 302
    assert house.room("private").name == "Tea Bcc: all@example.com"
    assert house.room("private").description == "a b"


def test_guests_do_not_learn_who_is_in_a_room(house: House, browser: Any, say: Any) -> None:
    """Like the directory of members: who only reads along is nobody's business outside."""
    with transaction.atomic():
        memberships.join_room(room_id=house.rooms["public"].pk, member_id=house.people["bo"].pk, by=None, at=AT)
    guest, ann = browser(None), browser(house.people["ann"])
    page = guest.get("/chat/hall/people/")
    assert (
        page.status_code == 200 and "/members/bo/" not in page.content.decode() and "@bo" not in page.content.decode()
    )
    assert "@bo" in ann.get("/chat/hall/people/").content.decode()


def test_who_is_suspended_or_gone_can_be_taken_out(house: House, browser: Any) -> None:
    """A room is not bound to keep whoever cannot be found by name any more."""
    inside = house.people["inside"]
    type(inside).objects.filter(pk=inside.pk).update(is_active=False)
    keeper = browser(house.people["keeper"])
    assert keeper.post("/chat/k3y/people/inside/", {"act": "remove"}).status_code == 302
    assert not Membership.objects.filter(member=inside, room=house.rooms["private"]).exists()


def test_a_transcript_tells_the_room_nothing_of_a_hidden_board(house: House, browser: Any, say: Any) -> None:
    """A moderator may think about a talk in a board of the team; the room does not learn its name there."""
    boss = house.people["boss"]
    with transaction.atomic():
        acts = ("see", "browse", "start", "reply")
        ensure_board(slug="team", name="Team", by=None, at=AT, permissions={MANAGERS: acts})
        ensure_board(slug="open", name="Open", by=None, at=AT)
    say(house.rooms["public"], house.people["ann"], "where is my parcel?")
    form = {"from": "1", "to": "1", "title": "Ann is a difficult customer", "board": "team", "client_id": "k" * 8}
    answer = browser(boss).post("/chat/hall/transcript/", form, headers={"Accept": "application/json"})
    assert answer.status_code == 200 and answer.json()["ok"], answer.content
    assert "difficult" not in browser(None).get("/chat/hall/messages").content.decode()
    form |= {"title": "Parcels that are late", "board": "open", "client_id": "l" * 8}
    browser(boss).post("/chat/hall/transcript/", form, headers={"Accept": "application/json"})
    assert "Parcels that are late" in browser(None).get("/chat/hall/messages").content.decode()


def test_a_page_loaded_ahead_of_time_is_not_read(house: House, browser: Any, say: Any) -> None:
    """Browsers fetch links before anybody presses them; what nobody saw stays unread."""
    ann, room = house.people["ann"], house.rooms["public"]
    with transaction.atomic():
        memberships.join_room(room_id=room.pk, member_id=ann.pk, by=None, at=AT)
    seq = say(room, house.people["mo"], at=AT + timedelta(minutes=1)).seq
    client = browser(ann)
    client.get("/chat/hall/", headers={"Sec-Purpose": "prefetch;prerender"})
    client.head("/chat/hall/")
    assert Membership.objects.get(room=room, member=ann).last_read_seq < seq
    client.get("/chat/hall/")
    assert Membership.objects.get(room=room, member=ann).last_read_seq == seq


def test_who_keeps_a_room_no_more_changes_nothing_in_the_same_moment(house: House) -> None:
    """The edge asked before; another owner was quicker. It is asked again under the room's lock."""
    keeper, inside, room = house.people["keeper"].pk, house.people["inside"].pk, house.rooms["private"].pk
    with transaction.atomic():
        memberships.set_role(room_id=room, member_id=inside, role="owner", by=keeper, at=AT)
        memberships.leave_room(room_id=room, member_id=keeper, by=inside, at=AT)
    late = [
        lambda: memberships.invite(room_id=room, member_ids=[house.people["bo"].pk], by=keeper, at=AT),
        lambda: memberships.set_role(room_id=room, member_id=inside, role="member", by=keeper, at=AT),
        lambda: memberships.leave_room(room_id=room, member_id=inside, by=keeper, at=AT),
    ]
    for act in late:
        with pytest.raises(memberships.MembershipRefused), transaction.atomic():
            act()
    assert list(Membership.objects.filter(room=room).values_list("member_id", "role")) == [(inside, "owner")]
