"""A room's page, a thread's and the history as they come from the server: everything that needs no script."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from community.actions.chat import pins, rooms, saying
from community.actions.chat import reactions as message_reactions
from community.actions.composer import drafts
from community.models import Draft, Membership, Message, Room
from community.models.reading import PersonLevel
from tests.community.rooms.conftest import AT

Say = Callable[..., Any]
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Callable[[Any], Client]:
    def sign_in(user: Any) -> Client:
        signed_in = Client()
        signed_in.force_login(user, "members.backends.MemberBackend")
        return signed_in

    return sign_in


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def join(room: Room, *people: Any) -> None:
    for person in people:
        with transaction.atomic():
            rooms.join_room(room_id=room.pk, member_id=person.pk, by=person.pk, at=AT)


def test_a_reply_by_plain_form_quotes_what_it_answers(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    say(tea, ann, "Which <b>oolong</b>?")
    page = browser(bo)
    form = shown(page, "/chat/tea/?reply=1")
    assert 'name="parent" value="1"' in form and "Ann Lee: Which &lt;b&gt;oolong&lt;/b&gt;?" in form
    assert page.post("/chat/tea/", {"text": "Tieguanyin", "parent": "1"})["Location"] == "/chat/tea/#m2"
    log = shown(page, "/chat/tea/")
    assert re.search(r'class="message-parent" href="/chat/tea/\?around=1#m1" data-to="1">.*<b>Ann Lee</b>', log)
    with transaction.atomic():
        saying.unsay(message_id=Message.objects.get(seq=1).pk, by=ann.pk, at=AT)
    assert "oolong" not in shown(page, "/chat/tea/")  # a quote is no way around a removal
    for odd in ("999", "x", "0", "-1", "9" * 30):
        assert 'name="parent" value=""' in shown(page, f"/chat/tea/?reply={odd}")


def test_a_refused_reply_keeps_its_words_and_what_it_answers(
    tea: Room, ann: Any, bo: Any, say: Say, browser: Any
) -> None:
    say(tea, ann)
    answer = browser(bo).post("/chat/tea/", {"text": "x" * 6001, "parent": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "x" * 6001 in page and 'name="parent" value="1"' in page


def test_pages_before_after_and_around_lead_to_each_other(tea: Room, ann: Any, say: Say, browser: Any) -> None:
    for number in range(1, 151):
        say(tea, ann, f"line {number}.", at=AT + timedelta(minutes=number))
    client = browser(ann)
    around = shown(client, "/chat/tea/?around=75")
    assert "line 75." in around and "line 51." in around and "line 100." in around and "line 101." not in around
    assert 'href="?before=51"' in around and 'href="?after=100"' in around
    after = shown(client, "/chat/tea/?after=100")
    assert "line 101." in after and "line 150." in after and 'id="newer"' not in after
    assert "line 100." not in after and "data-detached" not in after
    assert "data-detached" in around  # the script does not mistake it for the end
    for odd in ("?around=0", "?around=9999", "?after=9999", "?after=x", "?around=" + "9" * 40):
        assert client.get("/chat/tea/" + odd).status_code == 200


def test_what_is_ones_own_is_marked_for_oneself_alone(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    say(tea, ann)
    message = Message.objects.get()
    with transaction.atomic():
        message_reactions.react(message_id=message.pk, kind="clap", by=bo.pk, at=AT)
        pins.pin(message_id=message.pk, pinned=True, by=ann.pk, at=AT)
    own, others, guests = (shown(client, "/chat/tea/") for client in (browser(bo), browser(ann), Client()))
    assert 'data-reacted="clap"' in own and 'value="none" aria-pressed="true"' in own
    assert "data-reacted" not in others and "data-reacted" not in guests
    assert "data-react=" not in others and "Applause, </span>1" in others  # one's own message is for others to like
    assert all("message-pinned" in page for page in (own, others, guests))


def test_a_thread_is_a_page_and_the_room_tells_of_it(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    say(tea, ann, "Which pot?")
    page = browser(bo)
    assert page.post("/chat/tea/1/thread/", {"text": "The small one."}).status_code == 302
    log = shown(page, "/chat/tea/")
    assert "The small one." not in log.split('id="chat-log"')[1] and "<b>1 reply</b>" in log and ">last " in log
    thread = shown(page, "/chat/tea/1/thread/")
    assert "Which pot?" in thread and "The small one." in thread and 'id="t2"' in thread
    assert thread.count('class="date-line"') <= 2 and 'action="/chat/tea/1/thread/"' in thread
    assert "<textarea" not in shown(Client(), "/chat/tea/1/thread/")


def test_a_draft_waits_in_the_box_and_goes_with_the_message(tea: Room, ann: Any, browser: Any) -> None:
    page = browser(ann)
    key = f"room:{tea.public_id}"
    with transaction.atomic():
        drafts.save_draft(key=key, raw="half a thought", meta={}, revision=0, by=ann.pk, at=AT)
    form = shown(page, "/chat/tea/")
    assert ">half a thought</textarea>" in form and 'data-revision="1"' in form
    page.post("/chat/tea/", {"text": "half a thought, and the rest"})
    assert not Draft.objects.exists()


def test_whom_one_ignores_is_folded(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    say(tea, ann, "words of Ann"), say(tea, ann, "more words")
    PersonLevel.objects.create(member=bo, person=ann, level=0, created_at=AT)
    folded = shown(browser(bo), "/chat/tea/")
    assert "2 messages of somebody you ignore – show" in folded and f'data-ignored="{ann.public_id}"' in folded
    assert "somebody you ignore – show</summary>" not in shown(browser(ann), "/chat/tea/")
    for path in ("/chat/", "/chat/direct/"):  # their scripts know whose words are not for this reader
        assert f'data-ignored="{ann.public_id}"' in shown(browser(bo), path)
        assert "data-ignored" not in shown(browser(ann), path)


def test_with_a_script_the_page_leaves_reading_to_it(tea: Room, ann: Any, bo: Any, say: Say, browser: Any) -> None:
    join(tea, bo)
    say(tea, ann), say(tea, ann)
    page, held = browser(bo), Membership.objects.filter(member=bo, room=tea)
    page.cookies["time_zone"] = "Asia/Shanghai"
    for _ in range(2):
        assert '<li class="unread-line" id="new">' in shown(page, "/chat/tea/")
        assert held.get().last_read_seq == 0
    assert page.post("/chat/tea/read/", {"seq": "1"}, headers={"accept": "application/json"}).json() == {"ok": True}
    assert held.get().last_read_seq == 1
    assert page.post("/chat/tea/read/").status_code == 302 and held.get().last_read_seq == 2
    assert page.post("/chat/tea/read/", {"seq": "1"}).status_code == 302 and held.get().last_read_seq == 2
    assert Client().post("/chat/tea/read/").status_code == 302


def test_a_picture_attached_by_plain_form_keeps_the_words(tea: Room, ann: Any, browser: Any) -> None:
    page = browser(ann)
    given = {"text": "look:", "draft_key": f"room:{tea.public_id}"}
    assert page.post("/uploads/", given).status_code == 302  # no picture was chosen: the words are kept all the same
    assert ">look:</textarea>" in shown(page, "/chat/tea/")


def test_the_history_is_pages_of_days(make_room: Any, ann: Any, say: Say, client: Client) -> None:
    tea, inner = make_room("tea"), make_room("inner", kind="private", by=ann.pk)
    for offset in (0, 0, 3, 400):
        say(tea, ann, f"said after {offset} days", at=AT + timedelta(days=offset))
    say(inner, ann, "our secret")
    year = shown(client, "/chat/tea/days/?year=2026")
    assert "3 messages in 2026" in year and 'href="/chat/tea/days/2026-05-03/"' in year and ">2<span" in year
    assert 'rel="canonical"' in year and "noindex" not in year and 'rel="next" href="?year=2027"' in year
    assert "1 message in 2027" in shown(client, "/chat/tea/days/")
    day = shown(client, "/chat/tea/days/2026-05-03/")
    assert day.count("said after 0 days") == 2 and "said after 3 days" not in day
    assert '<link rel="next" href="/chat/tea/days/2026-05-06/">' in day and "<title>Room tea, May 3, 2026" in day
    assert 'rel="prev"' not in day
    for absent in ("2026-05-04/", "2026-02-30/", "1999-01-01/", "2026-5-3/", "?year=1999", "?year=99999"):
        assert client.get("/chat/tea/days/" + absent).status_code == 404, absent
    for hidden in ("days/", "days/2026-05-03/"):
        assert client.get("/chat/inner/" + hidden).status_code == 404
    own = Client()
    own.force_login(ann, "members.backends.MemberBackend")
    assert "our secret" in shown(own, "/chat/inner/days/2026-05-03/")
    assert 'content="noindex"' in shown(own, "/chat/inner/days/2026-05-03/")


def test_a_long_day_has_pages(tea: Room, ann: Any, say: Say, client: Client) -> None:
    for number in range(1, 206):
        say(tea, ann, f"line {number}.", at=AT + timedelta(seconds=number))
    first = shown(client, "/chat/tea/days/2026-05-03/")
    assert "line 200." in first and "line 201." not in first and 'rel="next" href="?after=200"' in first
    assert "line 201." in shown(client, "/chat/tea/days/2026-05-03/?after=200")


def test_a_page_of_the_past_is_not_indexed_and_a_private_room_never(
    make_room: Any, ann: Any, say: Say, client: Client
) -> None:
    tea, inner = make_room("tea"), make_room("inner", kind="private", by=ann.pk)
    say(tea, ann), say(inner, ann)
    assert "noindex" not in shown(client, "/chat/tea/") and "noindex" in shown(client, "/chat/tea/?around=1")
    own = Client()
    own.force_login(ann, "members.backends.MemberBackend")
    assert "noindex" in shown(own, "/chat/inner/")


def test_moderators_slow_a_room_and_quieten_it_and_the_room_is_told(
    make_room: Any, ann: Any, mo: Any, say: Say, browser: Any
) -> None:
    make_room("tea")
    keeper, member = browser(mo), browser(ann)
    assert 'name="slow" value="30"' in shown(keeper, "/chat/tea/")
    assert "/chat/tea/pace/" not in shown(member, "/chat/tea/")
    assert keeper.post("/chat/tea/pace/", {"slow": "30"}).status_code == 302
    json = {"accept": "application/json"}
    assert keeper.post("/chat/tea/pace/", {"slow": "30"}, headers=json).json() == {"ok": True, "changed": False}
    assert "Mo switched slow mode on" in shown(member, "/chat/tea/").replace("mo switched", "Mo switched")
    assert member.post("/chat/tea/", {"text": "one"}).status_code == 302
    assert member.post("/chat/tea/", {"text": "two"}).status_code == 429
    keeper.post("/chat/tea/pace/", {"slow": "0"}), keeper.post("/chat/tea/pace/", {"quiet": "yes"})
    quiet = shown(member, "/chat/tea/")
    assert re.search(r'id="chat-composer"[^>]* hidden', quiet) and "asked for quiet" in quiet
    assert "Only moderators speak here at the moment.</span>" in quiet
    keeper.post("/chat/tea/pace/", {"quiet": "no"})
    assert member.post("/chat/tea/", {"text": "three"}).status_code == 302
    before = Room.objects.values().get()
    for odd in ({}, {"slow": "7"}, {"slow": "x"}, {"quiet": "perhaps"}):
        assert keeper.post("/chat/tea/pace/", odd, headers=json).status_code in (403, 409)
    assert member.post("/chat/tea/pace/", {"slow": "10"}, headers=json).status_code == 403
    assert Client().post("/chat/tea/pace/", {"slow": "10"}).status_code == 302
    assert Room.objects.values().get() == before
