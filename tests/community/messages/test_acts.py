"""What is done to messages through their pages and by the script: each act by whoever may, and by nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from community.actions.chat import memberships, rooms, saying
from community.models import Board, Message, MessageReaction, MessageRevision, Post, Room, ThreadReading, Topic
from community.rules import chat as rules
from outbox.dispatch import run_pending
from tests.community.messages.conftest import Tell
from tests.community.rooms.conftest import AT

Browser = Callable[..., Any]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands a minute after what was said."""
    for name in ("chat.acts", "chat.messages", "chat.threads", "chat.transcripts", "chat.page"):
        monkeypatch.setattr(f"community.views.{name}.now", lambda: AT + timedelta(minutes=1))


def state() -> list[Any]:
    return list(Message.objects.order_by("seq").values_list("seq", "changed_seq", "raw", "removed_at", "pinned_at"))


def test_reacting_by_script_and_by_form(tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell, browser: Browser) -> None:
    tell(tea, ann)
    answer = browser(bo, json=True).post("/chat/tea/1/react/", {"kind": "thanks"}).json()
    assert answer["code"] == "unknown_kind"
    for who, kind in ((bo, "like"), (mo, "laugh"), (bo, "hug"), (bo, "hug")):
        answer = browser(who, json=True).post("/chat/tea/1/react/", {"kind": kind})
    assert answer.json()["own"] == {"reaction": "hug", "bookmarked": False}
    assert answer.json()["message"]["reactions"] == {"laugh": 1, "hug": 1}
    people = browser(ann, json=True).get("/chat/tea/1/reactions/").json()["reactions"]
    assert {one["kind"]: [who["name"] for who in one["people"]] for one in people} == {"laugh": ["mo"], "hug": ["bo"]}
    assert "Who reacted" in browser(ann).get("/chat/tea/1/reactions/").content.decode()
    assert browser(bo).post("/chat/tea/1/react/", {"kind": "none"}).status_code == 302
    assert Message.objects.get().reaction_counts == {"laugh": 1}
    refused = browser(ann, json=True).post("/chat/tea/1/react/", {"kind": "like"})
    assert (refused.status_code, refused.json()["code"]) == (403, "own_message")
    assert browser(json=True).post("/chat/tea/1/react/", {"kind": "like"}).status_code == 401
    assert Message.objects.get().reaction_counts == {"laugh": 1}


def test_pins_are_for_who_keeps_order_and_at_most_fifty(
    tea: Room, ann: Any, mo: Any, tell: Tell, browser: Browser, monkeypatch: Any
) -> None:
    for n in range(3):
        tell(tea, ann, f"words {n}")
    before = state()
    assert browser(ann).post("/chat/tea/1/pin/", {"pin": "1"}).status_code == 403 and state() == before
    monkeypatch.setattr(rules, "PINS_MOST", 2)
    for seq in (1, 2, 2):
        assert browser(mo, json=True).post(f"/chat/tea/{seq}/pin/", {"pin": "1"}).json()["message"]["pinned"]
    refused = browser(mo, json=True).post("/chat/tea/3/pin/", {"pin": "1"})
    assert (refused.status_code, refused.json()["code"]) == (403, "pins_full")
    listed = browser(json=True).get("/chat/tea/pins/").json()["messages"]
    assert sorted(one["seq"] for one in listed) == [1, 2]
    assert "words 1" in browser(ann).get("/chat/tea/pins/").content.decode()
    browser(mo).post("/chat/tea/1/remove/")  # a removed one is not pinned any more
    assert browser(mo).post("/chat/tea/2/pin/", {"pin": "0"}).status_code == 302
    assert not Message.objects.filter(pinned_at__isnull=False).exists()


def test_people_of_a_conversation_pin_for_themselves(
    make_room: Any, ann: Any, bo: Any, tell: Tell, browser: Browser
) -> None:
    Room.objects.create(kind="direct", direct_key="1-2", slug="words", name="", created_at=AT)
    room = Room.objects.get(slug="words")
    with transaction.atomic():
        for who in (ann, bo):
            rooms.add_to_room(room_id=room.pk, member_id=who.pk, by=ann.pk, at=AT)
    tell(room, ann)
    assert browser(bo, json=True).post("/chat/words/1/pin/").json()["ok"]


def test_words_may_be_changed_within_the_window_and_are_kept(
    tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell, browser: Browser
) -> None:
    tell(tea, ann, "first words")
    tell(tea, ann, "old words", at=AT - timedelta(days=3))
    answer = browser(ann, json=True).post("/chat/tea/1/", {"text": "second words"}).json()
    assert answer["ok"] and answer["message"]["edited"] and "second words" in answer["message"]["html"]
    late = browser(ann, json=True).post("/chat/tea/2/", {"text": "new"})
    assert (late.status_code, late.json()["code"]) == (403, "edit_window_over")
    assert browser(mo, json=True).post("/chat/tea/2/", {"text": "new"}).json()["ok"]  # whoever keeps order may, always
    empty = browser(ann, json=True).post("/chat/tea/1/", {"text": " "})
    assert (empty.status_code, empty.json()["code"]) == (422, "empty")
    assert MessageRevision.objects.count() == 2
    assert browser(bo).get("/chat/tea/1/revisions/").status_code == 404
    assert browser().get("/chat/tea/1/revisions/").status_code == 404
    for who in (ann, mo):
        page = browser(who).get("/chat/tea/1/revisions/").content.decode()
        assert "first" in page and "second" in page
    same = tell(tea, ann, "never changed")
    assert "Nothing was changed" in browser(ann).get(f"/chat/tea/{same.seq}/revisions/").content.decode()


def test_who_keeps_a_private_room_takes_words_away_and_puts_none_into_a_mouth(
    make_room: Any, ann: Any, bo: Any, mo: Any, tell: Tell, browser: Browser
) -> None:
    den = make_room("den", kind="private", by=ann.pk)
    with transaction.atomic():
        memberships.join_room(room_id=den.pk, member_id=bo.pk, by=ann.pk, at=AT)
    tell(den, bo, "I said exactly this")
    tell(den, ann, "and I that")
    refused = browser(ann, json=True).post("/chat/den/1/", {"text": "I said something else"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_message")
    assert Message.objects.get(seq=1).raw == "I said exactly this" and not MessageRevision.objects.exists()
    page, room = (browser(ann).get(f"/chat/den/{end}").content.decode() for end in ("1/", ""))
    assert "Say it differently" not in page and "Remove this message" in page
    assert "data-moderator" in room
    for dead_end in (
        "data-rewords",
        'data-sanction="/',
        "data-transcribes",
        "transcript/",
    ):  # what would be refused there
        assert dead_end not in room
    assert browser(ann, json=True).post("/chat/den/2/", {"text": "and I those"}).json()["ok"]  # their own
    assert browser(ann, json=True).post("/chat/den/1/remove/").json()["message"]["removed"]
    assert "Remove this message" not in browser(bo).get("/chat/den/2/").content.decode()


def test_who_keeps_order_in_the_open_is_offered_all_of_it(
    tea: Room, ann: Any, mo: Any, tell: Tell, browser: Browser
) -> None:
    tell(tea, ann)
    room = browser(mo).get("/chat/tea/").content.decode()
    assert all(
        offer in room for offer in ("data-rewords", 'data-sanction="/', "data-transcribes", "/chat/tea/transcript/")
    )
    assert "data-moderator" not in browser(ann).get("/chat/tea/").content.decode()


def test_an_edit_brings_no_more_links_than_a_newcomer_may_say(
    tea: Room, ann: Any, tell: Tell, browser: Browser
) -> None:
    tell(tea, ann, "look here", trust=0)
    many = " ".join(f"https://shop{n}.example/" for n in range(5))
    refused = browser(ann, json=True).post("/chat/tea/1/", {"text": many})
    assert refused.json()["code"] == "newcomer_links" and Message.objects.get().raw == "look here"


def test_what_one_removed_comes_back_for_ten_minutes(
    tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell, browser: Browser, monkeypatch: Any
) -> None:
    for n in range(2):
        tell(tea, ann, f"words {n}")
    gone = browser(ann, json=True).post("/chat/tea/1/remove/").json()
    assert gone["message"]["removed"] and gone["message"]["html"] == "" and gone["undo"] == 600
    assert browser(bo).get("/chat/tea/1/").status_code == 404
    assert browser(bo).post("/chat/tea/1/restore/").status_code == 404
    assert "Bring it back" in browser(ann).get("/chat/tea/1/").content.decode()
    assert browser(ann, json=True).post("/chat/tea/1/restore/").json()["message"]["removed"] is False
    browser(ann).post("/chat/tea/1/remove/")
    monkeypatch.setattr("community.views.chat.acts.now", lambda: AT + timedelta(minutes=12))
    assert browser(ann, json=True).post("/chat/tea/1/restore/").json()["code"] == "undo_over"
    assert browser(mo, json=True).post("/chat/tea/1/restore/").json()["ok"]
    browser(mo).post("/chat/tea/2/remove/")
    assert browser(ann).post("/chat/tea/2/restore/").status_code == 404  # what a moderator took stays taken


def test_moderators_take_many_away_at_once(tea: Room, ann: Any, mo: Any, tell: Tell, browser: Browser) -> None:
    for n in range(5):
        tell(tea, ann, f"spam {n}")
    before = state()
    assert browser(ann).post("/chat/tea/remove-many/", {"seq": ["1", "2"]}).status_code == 403 and state() == before
    assert browser(mo, json=True).post("/chat/tea/remove-many/", {"seq": ["1", "3", "99", "x"]}).json()["removed"] == 2
    assert set(Message.objects.filter(removed_at=None).values_list("seq", flat=True)) == {2, 4, 5}
    too_many = {"seq": [str(n) for n in range(1, 102)]}
    assert browser(mo, json=True).post("/chat/tea/remove-many/", too_many).json()["code"] == "too_many"


def test_a_thread_is_a_page_with_a_form_and_json(tea: Room, ann: Any, bo: Any, tell: Tell, browser: Browser) -> None:
    tell(tea, ann, "root words")
    posted = browser(bo).post("/chat/tea/1/thread/", {"text": "my answer", "client_id": "form-0001"})
    assert posted.status_code == 302 and posted["location"] == "/chat/tea/1/thread/#t2"
    browser(bo).post("/chat/tea/1/thread/", {"text": "my answer", "client_id": "form-0001"})
    answer = browser(ann, json=True).post("/chat/tea/1/thread/", {"text": "and mine", "parent": "2"}).json()
    assert answer["seq"] == 3 and answer["message"]["thread"]["count"] == 2 and answer["message"]["parent"]["seq"] == 2
    page = browser(bo).get("/chat/tea/1/thread/").content.decode()
    assert page.index("root words") < page.index("my answer") < page.index("and mine")
    assert ThreadReading.objects.get(member=bo).last_read_seq == 3  # who follows it has read it now
    data = browser(ann, json=True).get("/chat/tea/1/thread/").json()
    assert data["root"]["replies"] == {"count": 2, "last_reply_seq": 3} and [
        one["seq"] for one in data["messages"]
    ] == [2, 3]
    listed = browser(ann, json=True).get("/chat/tea/messages").json()["messages"]
    assert [one["seq"] for one in listed] == [1]
    assert browser(ann).get("/chat/tea/2/thread/")["location"] == "/chat/tea/1/thread/?around=2#t2"
    assert browser(ann, json=True).post("/chat/tea/1/thread/", {"text": ""}).json()["code"] == "empty"
    assert browser(ann).get("/chat/tea/77/thread/").status_code == 404
    assert [
        one["seq"] for one in browser(json=True).get("/chat/tea/1/thread/messages?around=2").json()["messages"]
    ] == [2, 3]


def test_following_muting_and_leaving_a_thread(
    tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell, browser: Browser
) -> None:
    tell(tea, ann, "root")
    tell(tea, bo, "one", thread=1)
    client = browser(ann, json=True)
    assert client.post("/chat/tea/1/thread/read/", {"seq": "1"}).json()["unread"] == 1
    assert client.post("/chat/tea/1/thread/read/", {"seq": "999"}).json() == {
        "ok": True, "following": {"last_read_seq": 2, "muted": False}, "unread": 0,
    }  # fmt: skip
    assert client.post("/chat/tea/1/thread/follow/", {"follow": "quiet"}).json()["following"]["muted"] is True
    assert client.post("/chat/tea/1/thread/follow/", {"follow": "no"}).json()["following"] is None
    assert client.post("/chat/tea/1/thread/follow/", {"follow": "what"}).status_code == 403
    assert (
        browser(mo, json=True)
        .post("/chat/tea/1/thread/follow/", {"follow": "yes"})
        .json()["following"]["last_read_seq"]
        == 2
    )


def test_messages_around_after_and_before_a_seq(tea: Room, ann: Any, tell: Tell, browser: Browser) -> None:
    for n in range(1, 121):
        tell(tea, ann, f"words {n}")
    client = browser(ann, json=True)

    def seqs(query: str) -> tuple[int, int, bool, bool]:
        found = client.get(f"/chat/tea/messages?{query}").json()
        listed = [one["seq"] for one in found["messages"]]
        return listed[0], listed[-1], found["more"], found["newer"]

    assert seqs("") == (71, 120, True, False)
    assert seqs("before=71") == (21, 70, True, True)
    assert seqs("around=60") == (36, 85, True, True)
    assert seqs("around=5") == (1, 30, False, True)
    assert seqs("after=100") == (101, 120, True, False)


def test_a_private_room_is_absent_for_every_act(
    make_room: Any, ann: Any, bo: Any, mo: Any, tell: Tell, browser: Browser
) -> None:
    den = make_room("den", kind="private", by=ann.pk)
    tell(den, ann, "secret")
    before = state()
    acts = ("react", "pin", "remove", "restore", "thread", "thread/read", "thread/follow")
    for who in (bo, mo, None):
        for json in (True, False):
            client = browser(who, json=json)
            for act in acts:
                form = {"kind": "like", "pin": "1", "text": "x", "follow": "yes"}
                assert client.post(f"/chat/den/1/{act}/", form).status_code in (404, 401, 302), act
            assert client.post("/chat/den/1/", {"text": "mine"}).status_code in (404, 401, 302)
            assert client.post("/chat/den/remove-many/", {"seq": "1"}).status_code in (404, 401, 302)
            for page in (
                "messages",
                "pins/",
                "1/",
                "1/thread/",
                "1/thread/messages",
                "1/reactions/",
                "1/revisions/",
                "transcript/",
            ):
                assert client.get(f"/chat/den/{page}").status_code == 404, page
    assert state() == before and not MessageReaction.objects.exists() and ThreadReading.objects.count() == 0


@pytest.mark.parametrize("act", ["react", "pin", "remove", "thread", "thread/follow"])
def test_who_is_silenced_does_nothing(tea: Room, ann: Any, bo: Any, tell: Tell, browser: Browser, act: str) -> None:
    from django.contrib.auth.models import Group

    tell(tea, ann)
    bo.groups.add(Group.objects.get_or_create(name="order:silenced")[0])
    before = state()
    form = {"kind": "like", "pin": "1", "text": "x", "follow": "yes"}
    answer = browser(bo, json=True).post(f"/chat/tea/1/{act}/", form)
    assert answer.status_code == 403 or act == "thread/follow"  # following is nobody's business but one's own
    assert state() == before and not MessageReaction.objects.exists()


# --- Transcripts -----------------------------------------------------------------------------------------------------


@pytest.fixture
def board(db: None) -> Board:
    from community.actions.forum.boards import ensure_board

    with transaction.atomic():
        ensure_board(slug="talk", name="Talk", by=None, at=AT)
    return Board.objects.get(slug="talk")


def test_what_was_said_becomes_a_topic_once(
    tea: Room, board: Board, ann: Any, bo: Any, mo: Any, tell: Tell, browser: Browser
) -> None:
    tell(tea, ann, "Which pot for *oolong*?")
    tell(tea, bo, "Clay.\n\nAlways clay.")
    tell(tea, ann, "A secret that goes")
    tell(tea, bo, "In the thread", thread=1)
    with transaction.atomic():
        saying.unsay(message_id=Message.objects.get(seq=3).pk, by=ann.pk, at=AT)
    assert browser(ann).get("/chat/tea/transcript/").status_code == 403
    page = browser(mo).get("/chat/tea/transcript/?from=1&to=9").content.decode()
    assert "oolong" in page and "secret" not in page and "In the thread" not in page
    form = {
        "from": "1",
        "to": "9",
        "replies": "yes",
        "title": "Which pot for oolong tea?",
        "board": "talk",
        "client_id": "once-0001",
    }
    for _again in range(2):
        made = browser(mo, json=True).post("/chat/tea/transcript/", form).json()
        assert made["ok"], made
    topic = Topic.objects.get()
    raw = Post.objects.get(topic=topic).raw
    assert raw.count("(/chat/tea/1/)") == 1 and "@ann in [#1](/chat/tea/1/):" in raw and "secret" not in raw
    assert raw.index("oolong") < raw.index("In the thread") < raw.index("Always clay")
    line = Message.objects.get(kind="line")
    assert (
        line.line["code"] == "transcript"
        and line.line["args"]["url"] == made["url"]
        and line.line["args"]["count"] == 3
    )
    topic_page = browser(bo).get(made["url"]).content.decode()
    assert 'href="/chat/tea/1/"' in topic_page and 'class="quote"' in topic_page


def test_what_was_said_among_a_few_stays_there(
    make_room: Any, board: Board, ann: Any, tell: Tell, browser: Browser
) -> None:
    den = make_room("den", kind="private", by=ann.pk)
    tell(den, ann, "between us")
    answer = browser(ann, json=True).post(
        "/chat/den/transcript/", {"from": "1", "title": "Now it is public", "board": "talk"}
    )
    assert answer.status_code == 403 and answer.json()["code"] == "closed_room" and not Topic.objects.exists()


def test_a_boards_room_becomes_a_topic_of_that_board_only(
    make_room: Any, board: Board, mo: Any, tell: Tell, browser: Browser
) -> None:
    from community.actions.forum.boards import ensure_board

    with transaction.atomic():
        ensure_board(slug="other", name="Other", by=None, at=AT)
    room = make_room("bench", kind="board", board_id=board.pk)
    tell(room, mo, "said here")
    form = {"from": "1", "title": "What was said here", "client_id": "once-0002"}
    refused = browser(mo, json=True).post("/chat/bench/transcript/", form | {"board": "other"})
    assert refused.json()["code"] == "smaller_circle" and not Topic.objects.exists()
    assert browser(mo, json=True).post("/chat/bench/transcript/", form | {"board": "talk"}).json()["ok"]


# --- Notices ---------------------------------------------------------------------------------------------------------


def told(member: Any) -> list[str]:
    from messaging.models import Notice

    run_pending()
    return sorted(Notice.objects.filter(member=member).values_list("kind", flat=True))


def test_who_is_told_and_why(tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell) -> None:
    tell(tea, ann, "root")
    tell(tea, bo, "answer", parent=1)
    tell(tea, bo, "in the thread", thread=1)
    tell(tea, mo, "@bo look", thread=1)
    assert told(ann) == ["room.reply", "thread.reply"] and told(bo) == ["room.mention"] and told(mo) == []


def test_nobody_is_told_who_does_not_want_to_be(tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell) -> None:
    from community.models import Level, Membership, PersonLevel

    tell(tea, ann, "root")
    Membership.objects.filter(room=tea, member=ann).update(level="never")
    Membership.objects.create(room=tea, member=mo, joined_at=AT, muted_until=AT + timedelta(hours=1))
    tell(tea, bo, "@ann @mo come", parent=1)
    assert told(ann) == told(mo) == []
    Membership.objects.filter(room=tea).update(level="mention", muted_until=None)
    PersonLevel.objects.create(member=ann, person=bo, level=Level.MUTED, created_at=AT)
    tell(tea, bo, "@ann come", parent=1)
    assert told(ann) == []
    Membership.objects.filter(room=tea, member=mo).update(last_read_seq=99)
    tell(tea, bo, "@mo come")
    assert told(mo) == []  # they have read it already
    Membership.objects.filter(room=tea, member=mo).update(
        last_read_seq=0
    )  # further than the room is no pointer to leave


def test_a_conversation_is_one_notice_while_it_is_unseen(make_room: Any, ann: Any, bo: Any, tell: Tell) -> None:
    room = Room.objects.create(kind="direct", direct_key="1-2", slug="words", name="", created_at=AT)
    with transaction.atomic():
        for who in (ann, bo):
            rooms.add_to_room(room_id=room.pk, member_id=who.pk, by=ann.pk, at=AT)
    for n in range(3):
        tell(room, ann, f"words {n}")
        assert told(bo) == ["direct.message"] and told(ann) == []


def test_a_notice_says_nothing_of_what_is_closed_or_gone(
    make_room: Any, ann: Any, bo: Any, tell: Tell, browser: Browser
) -> None:
    den = make_room("den", kind="private", by=ann.pk)
    with transaction.atomic():
        rooms.add_to_room(room_id=den.pk, member_id=bo.pk, by=ann.pk, at=AT)
    tell(den, ann, "@bo canary-words")
    assert told(bo) == ["room.mention"]
    assert "canary-words" in browser(bo).get("/notices/").content.decode()
    with transaction.atomic():
        rooms.leave_room(room_id=den.pk, member_id=bo.pk, by=bo.pk, at=AT)
    assert "canary-words" not in browser(bo).get("/notices/").content.decode()


def test_an_edit_tells_whom_it_names_for_the_first_time(tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell) -> None:
    sent = tell(tea, ann, "@bo hello")
    assert told(bo) == ["room.mention"]
    with transaction.atomic():
        saying.reword(message_id=sent.message_id, raw="@bo and @mo hello", by=ann.pk, trust=2, moderating=False, at=AT)
    assert told(bo) == told(mo) == ["room.mention"]
