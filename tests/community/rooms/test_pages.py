"""The chat's pages without script, as everybody from a stranger to a moderator meets them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.actions.chat import messages
from community.actions.chat import rooms as actions
from community.models import Board, BoardPermission, Membership, Message, Room
from outbox.clock import now
from tests.community.rooms.conftest import AT

Say = Callable[..., messages.Sent]
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Callable[[Any], Client]:
    def sign_in(user: Any) -> Client:
        signed_in = Client()
        signed_in.force_login(user, "members.backends.MemberBackend")
        return signed_in

    return sign_in


def test_a_member_talks_with_a_plain_form(tea: Room, ann: Any, browser: Any) -> None:
    page = browser(ann)
    assert "Nobody has said anything yet" in page.get("/chat/tea/").content.decode()
    answer = page.post("/chat/tea/", {"text": "good *evening*", "client_id": "form-key-1"})
    assert (answer.status_code, answer["Location"]) == (302, "/chat/tea/#m1")
    page.post("/chat/tea/", {"text": "good *evening*", "client_id": "form-key-1"})  # the button was pressed twice
    shown = page.get("/chat/tea/").content.decode()
    assert shown.count("<em>evening</em>") == 1 and "Ann Lee" in shown


def test_a_refusal_keeps_the_words_in_the_box(tea: Room, ann: Any, browser: Any, limits_on: None) -> None:
    page = browser(ann)
    answer = page.post("/chat/tea/", {"text": "x" * 6001, "client_id": "form-key-1"})
    assert answer.status_code == 422
    assert "x" * 6001 in answer.content.decode() and "at most 6000 fit" in answer.content.decode()
    for number in range(10):
        assert page.post("/chat/tea/", {"text": f"line {number}"}).status_code == 302
    answer = page.post("/chat/tea/", {"text": "one more"})
    assert (answer.status_code, 0 < int(answer["Retry-After"]) <= 10) == (429, True)
    assert ">one more</textarea>" in answer.content.decode()


def test_a_guest_reads_a_public_room_and_is_asked_in(tea: Room, ann: Any, say: Say, client: Client) -> None:
    say(tea, ann, "hello all")
    shown = client.get("/chat/tea/").content.decode()
    assert "hello all" in shown and "Sign in to join the talk." in shown and "<textarea" not in shown
    answer = client.post("/chat/tea/", {"text": "me too"})
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert Message.objects.count() == 1


def test_a_hidden_room_looks_absent(make_room: Any, ann: Any, bo: Any, say: Say, browser: Any, client: Client) -> None:
    inner = make_room("inner", kind="private", by=ann.pk)
    say(inner, ann, "our secret")
    assert "our secret" in browser(ann).get("/chat/inner/").content.decode()
    for visitor in (client, browser(bo)):
        assert visitor.get("/chat/").content.decode().count("inner") == 0
        for path in ("/chat/inner/", "/chat/nowhere/", "/chat/inner/messages", "/chat/inner/1/", "/chat/%00/"):
            assert visitor.get(path).status_code == 404
    assert browser(bo).post("/chat/inner/", {"text": "let me in"}).status_code == 404
    assert browser(bo).post("/chat/inner/1/remove/").status_code == 404
    assert Message.objects.count() == 1


def test_a_boards_room_follows_its_board(make_room: Any, ann: Any, bo: Any, browser: Any, client: Client) -> None:
    board = Board.objects.create(name="Circle", slug="circle", depth=1)
    for act in ("see", "browse"):
        BoardPermission.objects.create(board=board, audience="members", act=act, value="yes")
    make_room("circle-room", kind="board", board_id=board.pk)
    assert client.get("/chat/circle-room/").status_code == 404
    page = browser(ann)
    assert "You may read here, but not reply." in page.get("/chat/circle-room/").content.decode()
    assert page.post("/chat/circle-room/", {"text": "hello"}).status_code == 403
    BoardPermission.objects.create(board=board, audience="members", act="reply", value="yes")
    assert page.post("/chat/circle-room/", {"text": "hello"}).status_code == 302


@pytest.mark.parametrize(
    ("status", "ann_may", "mo_may"), [("open", True, True), ("read_only", False, True), ("archived", False, False)]
)
def test_who_speaks_in_a_closed_room(
    tea: Room, ann: Any, mo: Any, browser: Any, status: str, ann_may: bool, mo_may: bool
) -> None:
    Room.objects.update(status=status)
    for user, may in ((ann, ann_may), (mo, mo_may)):
        assert browser(user).post("/chat/tea/", {"text": "hello"}).status_code == (302 if may else 403)


def test_the_author_and_moderators_change_a_message_and_nobody_else(
    tea: Room, ann: Any, bo: Any, mo: Any, say: Say, browser: Any
) -> None:
    say(tea, ann, "first words", at=now())
    assert browser(bo).post("/chat/tea/1/", {"text": "mine now"}).status_code == 403
    assert browser(bo).post("/chat/tea/1/remove/").status_code == 403
    assert "Say it differently" not in browser(bo).get("/chat/tea/1/").content.decode()
    assert "Say it differently" in browser(ann).get("/chat/tea/1/").content.decode()
    assert browser(ann).post("/chat/tea/1/", {"text": ""}).status_code == 422
    assert browser(ann).post("/chat/tea/1/", {"text": "second words"}).status_code == 302
    assert Message.objects.get().raw == "second words"
    assert browser(mo).post("/chat/tea/1/remove/").status_code == 302
    assert "This message was removed." in browser(ann).get("/chat/tea/").content.decode()
    assert "second words" not in browser(ann).get("/chat/tea/").content.decode()
    assert browser(ann).get("/chat/tea/1/").status_code == 404


def test_reading_moves_the_pointer_draws_the_new_line_and_clears_the_badge(
    make_room: Any, ann: Any, bo: Any, say: Say, browser: Any
) -> None:
    tea, soup = make_room("tea"), make_room("soup")
    page = browser(bo)
    page.post("/chat/tea/join/")
    page.get("/chat/soup/")
    say(tea, ann), say(tea, ann, at=AT + timedelta(minutes=1)), say(soup, ann)
    listed = page.get("/chat/").content.decode()
    assert (
        listed.count("data-unread") == 1 and ">2<span" in listed
    )  # soup was only looked into: nobody owes it anything
    assert '<li class="unread-line" id="new">' in page.get("/chat/tea/").content.decode()
    assert '<li class="unread-line" id="new">' not in page.get("/chat/tea/").content.decode()
    assert Membership.objects.get(member=bo, room=tea).last_read_seq == 2
    assert "data-unread" not in page.get("/chat/").content.decode()


def test_older_messages_are_pages_by_key(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    for number in range(1, 121):
        say(tea, ann, f"line {number}.", at=AT + timedelta(minutes=number))
    page = browser(bo)
    first = page.get("/chat/tea/").content.decode()
    assert "line 71." in first and "line 70." not in first and 'href="?before=71"' in first
    second = page.get("/chat/tea/?before=71").content.decode()
    assert "line 70." in second and "line 21." in second and "line 71." not in second
    data = page.get("/chat/tea/messages?before=21").json()
    assert [one["seq"] for one in data["messages"]] == list(range(1, 21)) and data["more"] is False
    for odd in ("?before=x", "?before=-1", "?before=" + "9" * 40, "?before="):
        assert page.get("/chat/tea/" + odd).status_code == 200


def test_messages_of_one_author_stand_under_one_name_for_five_minutes(
    tea: Room, ann: Any, bo: Any, say: Say, client: Client
) -> None:
    for minutes, author in ((0, ann), (4, ann), (10, ann), (10, bo), (24 * 60, bo)):
        say(tea, author, at=AT + timedelta(minutes=minutes))
    shown = client.get("/chat/tea/").content.decode()
    assert shown.count('<li class="message-group"') == 4 and shown.count('<li class="date-line"') == 2


def test_a_page_costs_the_same_whatever_is_in_the_room(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    page = browser(bo)

    def cost() -> int:
        page.get("/chat/tea/")
        with CaptureQueriesContext(connection) as found:
            page.get("/chat/tea/")
        return sum("community_" in query["sql"] for query in found)

    say(tea, ann)
    first = cost()
    for _ in range(60):
        say(tea, ann)
    assert cost() == first
    assert first <= 14


def test_a_room_has_a_place_in_the_navigation(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    page = browser(bo)
    page.post("/chat/tea/join/")
    say(tea, ann)
    for address in ("/chat/", "/forum/"):
        assert '<span class="nav-count" data-live="chat">1</span>' in page.get(address).content.decode()
    with transaction.atomic():
        actions.leave_room(room_id=tea.pk, member_id=bo.pk, by=bo.pk, at=AT)
    assert '<span class="nav-count" data-live="chat"></span>' in page.get("/chat/").content.decode()


def test_the_last_words_of_a_room_may_be_a_picture(tea: Room, ann: Any, say: Say, browser: Any) -> None:
    say(tea, ann, "![tea|8x8](/media/uploads/aaaaaaaaaaaaaaaaaaaaaaaa.webp)")
    assert "Ann Lee: A picture" in browser(ann).get("/chat/").content.decode()
