"""Conversations: who may begin one, that two at once meet in one, and that whoever ignores is left in peace."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from community.actions.chat import conversations, memberships
from community.actions.people import levels
from community.models import Membership, Message, Room
from community.queries.chat import people as room_people
from community.queries.chat import rooms as queries
from community.queries.chat import unread
from community.rules import rooms as rules
from tests.community.rooms_kept.conftest import AT, House, make_member


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_the_same_moment_meet_in_one() -> None:
    ann, bo = make_member("ann"), make_member("bo")
    found: list[int] = []
    gate = threading.Barrier(4)

    def begin(by: Any, other: Any) -> None:
        gate.wait(10)
        try:
            with transaction.atomic():
                found.append(conversations.open_conversation(member_ids=[other.pk], by=by.pk, at=AT)[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=pair) for pair in ((ann, bo), (bo, ann)) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 4 and len(set(found)) == 1
    assert Membership.objects.filter(room_id=found[0]).count() == 2
    assert room_people.breaches() == []


@pytest.mark.django_db
def test_the_first_words_make_the_conversation_and_the_button_pressed_twice_makes_one(
    house: House, browser: Any
) -> None:
    client = browser(house.people["ann"])
    assert "?to=gold" in client.get("/members/gold/").content.decode()
    shown = client.get("/chat/direct/new/?to=gold").content.decode()
    assert "@gold" in shown
    said = {"to": "@gold", "text": "How is the *kettle*?", "key": "abc123abc123"}
    first = client.post("/chat/direct/new/", said)
    again = client.post("/chat/direct/new/", said)
    assert first.status_code == again.status_code == 302 and first["Location"] == again["Location"]
    assert Message.objects.filter(kind="text").count() == 1
    room = Room.objects.get(kind="direct", memberships__member=house.people["gold"])
    assert client.get("/chat/direct/new/?to=gold")["Location"] == f"/chat/{room.slug}/"
    listed = browser(house.people["gold"]).get("/chat/direct/").content.decode()
    assert "ann" in listed and "kettle" in listed and "data-unread" in listed
    assert ">gold</h1>" in client.get(f"/chat/{room.slug}/").content.decode().replace("\n", "") or "gold" in listed
    assert room.name == "" and room_people.breaches() == []


@pytest.mark.django_db
def test_newcomers_answer_and_write_to_the_team(house: House, browser: Any) -> None:
    bo = browser(house.people["bo"])  # trust 0
    said = {"text": "hello", "key": "abc123abc124"}
    answer = bo.post("/chat/direct/new/", {"to": "@gold", **said})
    assert answer.status_code == 422 and "trust level 1" in answer.content.decode()
    assert "trust level 1" in bo.get("/chat/direct/new/?to=gold").content.decode()
    assert bo.post("/chat/direct/new/", {"to": "@mo", **said}).status_code == 302
    assert bo.post("/chat/direct/new/", {"to": "@mo @boss", **said}).status_code == 422
    assert browser(house.people["gold"]).post("/chat/direct/new/", {"to": "@bo", **said}).status_code == 302
    room = Room.objects.get(direct_key=rules.direct_key([house.people["gold"].pk, house.people["bo"].pk]))
    assert bo.post(f"/chat/{room.slug}/", {"text": "an answer"}).status_code == 302


@pytest.mark.django_db
def test_bad_names_are_said(house: House, browser: Any) -> None:
    client = browser(house.people["ann"])
    many = ", ".join(f"@friend{number}" for number in range(25))
    for to in ("", "@", "@nobody-here", "@ann", "\x00", many, "@gold @\x00x", "," * 50):
        answer = client.post("/chat/direct/new/", {"to": to, "text": "hello"})
        assert answer.status_code == 422, to
    assert client.post("/chat/direct/new/", {"to": "@gold", "text": " \n "}).status_code == 422
    assert client.post("/chat/direct/new/", {"to": "@gold", "text": "x" * 6_001}).status_code == 422
    assert not Message.objects.filter(kind="text").exists() and Room.objects.filter(kind="direct").count() == 1
    assert client.get("/chat/direct/new/?to=nobody-here,%00").status_code == 200


@pytest.mark.django_db
def test_twenty_new_ones_a_day(house: House, browser: Any, limits_on: None) -> None:
    from community.trust import limits

    ann, at = house.people["ann"], AT
    for number in range(20):
        limits.spend("direct_room", member_id=ann.pk, trust=1, at=at, key=f"key-{number}")
    from django.test import override_settings

    with override_settings(CLOCK_OFFSET=timedelta(0)):
        from outbox.clock import now

        for number in range(20):
            limits.spend("direct_room", member_id=house.people["gold"].pk, trust=1, at=now(), key=f"key-{number}")
        answer = browser(house.people["gold"]).post("/chat/direct/new/", {"to": "@ann", "text": "the 21st"})
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert "the 21st" in answer.content.decode() and not Message.objects.filter(kind="text").exists()


@pytest.mark.django_db
def test_whoever_ignores_is_left_in_peace_and_nobody_learns_it(house: House, browser: Any) -> None:
    ann, gold = house.people["ann"], house.people["gold"]
    with transaction.atomic():
        levels.set_person_level(person_id=ann.pk, level=0, by=gold.pk, at=AT)
    said = {"to": "@gold", "text": "listen!", "key": "abc123abc125"}
    assert browser(ann).post("/chat/direct/new/", said).status_code == 302
    room = Room.objects.get(direct_key=rules.direct_key([ann.pk, gold.pk]))
    assert "listen!" in browser(ann).get(f"/chat/{room.slug}/").content.decode()
    assert unread.unread_total(viewer=gold, at=AT) == unread.Unread()
    [row], _folded = queries.conversations(viewer=gold, at=AT)
    assert row.away and row.last_text == ""
    assert "listen!" not in browser(gold).get("/chat/").content.decode()
    refused = browser(gold).post("/chat/direct/new/", {"to": "@ann @bo", "text": "hi", "key": "abc123abc126"})
    assert refused.status_code == 422 and "You ignore one of them" in refused.content.decode()


@pytest.mark.django_db
def test_one_more_person_is_another_conversation(house: House, browser: Any, say: Any) -> None:
    ann, keeper, two = house.people["ann"], house.people["keeper"], house.rooms["direct"]
    say(two, keeper, "only for you")
    people = browser(ann).get(f"/chat/{two.slug}/people/").content.decode()
    assert "/chat/direct/new/?to=keeper" in people
    said = {"to": "@keeper, @gold", "text": "all three of us", "key": "abc123abc127"}
    assert browser(ann).post("/chat/direct/new/", said).status_code == 302
    three = Room.objects.get(direct_key=rules.direct_key([ann.pk, keeper.pk, house.people["gold"].pk]))
    assert three.pk != two.pk and "only for you" not in browser(house.people["gold"]).get("/chat/").content.decode()
    left = browser(keeper).post(f"/chat/{three.slug}/leave/")
    assert left.status_code == 302 and browser(keeper).get(f"/chat/{three.slug}/").status_code == 404
    assert room_people.breaches() == []
    with transaction.atomic(), pytest.raises(memberships.MembershipRefused):
        memberships.leave_room(room_id=two.pk, member_id=ann.pk, by=ann.pk, at=AT)
    with transaction.atomic():  # the same three begin anew
        room_id, made = conversations.open_conversation(
            member_ids=[keeper.pk, house.people["gold"].pk], by=ann.pk, at=AT
        )
    assert made and room_id != three.pk


@pytest.mark.django_db
def test_put_away_until_somebody_speaks(house: House, browser: Any, say: Any) -> None:
    ann, keeper, room = house.people["ann"], house.people["keeper"], house.rooms["direct"]
    say(room, keeper, "first")
    client = browser(ann)
    assert client.post(f"/chat/{room.slug}/hide/").status_code == 302
    assert f"/chat/{room.slug}/" not in client.get("/chat/").content.decode()
    assert "1 put away" in client.get("/chat/direct/").content.decode()
    say(room, keeper, "second")
    assert f"/chat/{room.slug}/" in client.get("/chat/").content.decode()
    client.get(f"/chat/{room.slug}/")
    assert f"/chat/{room.slug}/" in client.get("/chat/").content.decode()  # read, and still there
