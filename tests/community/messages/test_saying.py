"""Many messages at once, answers, threads, commands, and slow mode that comes by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.chat import messages, pace, saying
from community.actions.chat.messages import Sent
from community.actions.chat.saying import Say
from community.models import Message, MessageMention, Room, RoomReminder, ThreadReading, WordRule
from community.problems import TooFast
from community.queries.chat import messages as queries
from community.rules import chat as rules
from community.subscribers import live
from members.access import Refused
from outbox.models import EventDelivery, StoredEvent
from tests.community.messages.conftest import Tell
from tests.community.rooms.conftest import AT


def many(room: Room, *asked: Say, at: datetime = AT) -> list[Any]:
    with transaction.atomic():
        return saying.say_many(room=room, asked=asked, at=at)


def test_a_batch_gets_places_in_order_and_one_answer_each(tea: Room, ann: Any, bo: Any) -> None:
    outcomes = many(
        tea,
        Say(ann.pk, "key-0001", "one"),
        Say(bo.pk, "key-0001", ""),
        Say(bo.pk, "key-0002", "two", parent=99),
        Say(ann.pk, "key-0001", "one again"),
        Say(bo.pk, "key-0003", "three"),
    )
    assert [one.seq if isinstance(one, Sent) else one.code for one in outcomes] == [
        1,
        "empty",
        "nothing_to_answer",
        1,
        2,
    ]
    assert (outcomes[0].again, outcomes[3].again, outcomes[3].message_id) == (False, True, outcomes[0].message_id)
    tea.refresh_from_db()
    assert tea.last_seq == 2 and list(Message.objects.order_by("seq").values_list("text", flat=True)) == [
        "one",
        "three",
    ]
    again = many(tea, Say(bo.pk, "key-0003", "three"), Say(ann.pk, "key-0009", "four"))
    assert [(one.seq, one.again) for one in again] == [(2, True), (3, False)]


def test_a_batch_is_one_delivery_for_each_who_works_for_messages(tea: Room, ann: Any, bo: Any) -> None:
    many(tea, *(Say(who.pk, f"key-{n:04}", f"words {n}") for n in range(20) for who in (ann, bo)))
    assert StoredEvent.objects.filter(name="message.sent").count() == 40
    assert StoredEvent.objects.filter(name="messages.sent").count() == 1
    assert not EventDelivery.objects.filter(event__name="message.sent").exists()
    assert EventDelivery.objects.filter(event__name="messages.sent").count() == 3  # search, notices, insights


def test_a_batch_costs_no_statement_for_each_message(tea: Room, ann: Any, bo: Any) -> None:
    def cost(count: int, start: int) -> int:
        asked = [Say(who.pk, f"key-{start + n:05}", f"w {n}") for n in range(count) for who in (ann, bo)]
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            saying.say_many(room=tea, asked=asked, at=AT)
        return len(captured)

    cost(1, 900)
    assert cost(2, 0) == cost(40, 100) == 4  # rules, lock, rows, events


def test_what_was_just_said_is_told_as_the_database_has_it_without_reading_it(
    tea: Room, ann: Any, bo: Any, tell: Tell, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(live.hub, "push_many", lambda frames: told.extend(frames))
    root = tell(tea, ann, "root")
    tell(tea, bo, "first", thread=root.seq)
    queries.faces([ann.pk, bo.pk])  # a busy room knows its people
    for author, text, options in (
        (bo, "yes, **this**", {"parent": 1}),
        (ann, "deeper", {"thread": 1}),
        (bo, "/me", {}),
    ):
        words = "/me waves" if text == "/me" else text
        with django_capture_on_commit_callbacks() as callbacks:
            sent = tell(tea, author, words, **options)
        with CaptureQueriesContext(connection) as captured:
            for callback in callbacks:
                callback()
        read = queries.message(message_id=sent.message_id)
        assert read and told.pop() == (f"room:{tea.public_id}", queries.as_frame(read[1]))
        assert not [one for one in captured if "community_message " in one["sql"]] and not told


def test_an_answer_names_what_it_answers(tea: Room, ann: Any, bo: Any, tell: Tell) -> None:
    first = tell(tea, ann, "A long question  about\ntea " + "x" * 300)
    tell(tea, bo, "Green.", parent=first.seq)
    answer = queries.as_data(queries.messages_before(room_id=tea.pk).messages[1])
    assert answer["parent"]["author"] == {"id": ann.public_id, "name": "Ann Lee"}
    assert (
        answer["parent"]["excerpt"].startswith("A long question about tea xxx")
        and len(answer["parent"]["excerpt"]) == rules.EXCERPT
    )
    with transaction.atomic():
        messages.remove_message(message_id=first.message_id, by=ann.pk, at=AT)
    answer = queries.as_data(queries.messages_before(room_id=tea.pk).messages[1])
    assert answer["parent"]["removed"] and answer["parent"]["excerpt"] == ""
    with pytest.raises(Refused, match="removed"):
        tell(tea, bo, "again", parent=first.seq)


def test_a_thread_is_read_by_itself_and_counted_at_its_root(tea: Room, ann: Any, bo: Any, tell: Tell) -> None:
    root, other = tell(tea, ann, "root"), tell(tea, ann, "other")
    first = tell(tea, bo, "in it", thread=root.seq)
    second = tell(tea, ann, "answer", parent=first.seq)  # an answer stays in the thread
    third = tell(tea, bo, "deep", thread=second.seq)  # a reply's thread is its root's
    page = queries.messages_before(room_id=tea.pk).messages
    assert [row.seq for row in page] == [root.seq, other.seq]
    assert (page[0].replies, page[0].last_reply_seq) == (3, third.seq)
    replies = queries.messages_before(room_id=tea.pk, thread_id=root.message_id).messages
    assert [row.seq for row in replies] == [first.seq, second.seq, third.seq]
    assert queries.as_data(replies[0])["thread"] == {"seq": root.seq, "count": 3, "last_reply_seq": third.seq}
    assert set(ThreadReading.objects.values_list("member_id", "last_read_seq")) == {
        (ann.pk, second.seq),
        (bo.pk, third.seq),
    }
    with transaction.atomic():
        messages.remove_message(message_id=third.message_id, by=bo.pk, at=AT)
    assert Message.objects.values_list("reply_count", "last_reply_seq").get(pk=root.message_id) == (2, second.seq)
    with transaction.atomic():
        messages.restore_message(message_id=third.message_id, by=bo.pk, at=AT)
    assert Message.objects.values_list("reply_count", "last_reply_seq").get(pk=root.message_id) == (3, third.seq)
    for options in (
        {"thread": 77},
        {"thread": root.seq, "parent": other.seq},
        {"parent": first.seq, "thread": other.seq},
    ):
        with pytest.raises(Refused) as refused:
            tell(tea, bo, "nowhere", **options)
        assert refused.value.code == "nothing_to_answer"
    Room.objects.filter(pk=tea.pk).update(threads=False)
    with pytest.raises(Refused) as refused:
        tell(tea, bo, "late", thread=root.seq)
    assert refused.value.code == "threads_off"


def test_nobody_answers_across_rooms(make_room: Any, tea: Room, ann: Any, tell: Tell) -> None:
    elsewhere = make_room("coffee")
    for text in ("one", "two", "three"):
        tell(elsewhere, ann, text)
    with pytest.raises(Refused):
        tell(tea, ann, "hm", parent=3)
    assert not Message.objects.filter(room=tea).exists()


def test_an_archived_room_hears_nothing_even_from_who_was_just_allowed(tea: Room, ann: Any, tell: Tell) -> None:
    Room.objects.filter(pk=tea.pk).update(status=Room.Status.ARCHIVED)
    with pytest.raises(Refused) as refused:
        tell(tea, ann)
    assert refused.value.code == "room_archived"


def test_slow_mode_waits_for_members_and_not_for_who_keeps_order(make_room: Any, ann: Any, mo: Any, tell: Tell) -> None:
    slow = make_room("slow", slow_seconds=30)
    tell(slow, ann)
    with pytest.raises(TooFast) as refused:
        tell(slow, ann, at=AT + timedelta(seconds=10))
    assert refused.value.retry_after == 20
    tell(slow, ann, at=AT + timedelta(seconds=30))
    tell(slow, mo, moderating=True)
    tell(slow, mo, moderating=True)
    outcomes = many(slow, *(Say(ann.pk, f"key-s{n:04}", "hm") for n in range(2)))
    assert all(isinstance(one, TooFast) for one in outcomes)


def test_a_rush_switches_slow_mode_on_and_says_so(tea: Room, ann: Any, settings: Any) -> None:
    settings.COMMUNITY_LIMITS_ON = True
    many(tea, *(Say(ann.pk, f"key-{n:05}", f"w {n}") for n in range(rules.RUSH)))
    tea.refresh_from_db()
    assert tea.slow_seconds == 0
    many(tea, Say(ann.pk, "key-one-more", "and"))
    tea.refresh_from_db()
    assert tea.slow_seconds == rules.RUSH_SLOW
    line = Message.objects.get(kind="line")
    assert line.line == {"code": "slow_rush", "args": {"seconds": 10}} and line.seq == tea.last_seq == rules.RUSH + 2
    assert isinstance(many(tea, Say(ann.pk, "key-too-much", "and"))[0], TooFast)


def test_slow_mode_that_came_by_itself_goes_when_it_is_calm(tea: Room, ann: Any, mo: Any, settings: Any) -> None:
    settings.COMMUNITY_LIMITS_ON = True

    def rush(at: Any) -> None:
        many(tea, *(Say(mo.pk, f"{at:%M%S}-{n:05}", "w", moderating=True) for n in range(rules.RUSH + 1)), at=at)
        tea.refresh_from_db()
        assert tea.slow_seconds == rules.RUSH_SLOW

    def ended(at: Any) -> bool:
        with transaction.atomic():
            done = [pace.calm(room_id=room_id, at=at) for room_id in pace.rushed(at=at)]
        tea.refresh_from_db()
        return any(done)

    rush(AT)
    soon, later = AT + timedelta(seconds=119), AT + timedelta(seconds=125)
    assert not ended(soon), "a breath is no calm"
    many(tea, *(Say(mo.pk, f"key-m{n:04}", "m", moderating=True) for n in range(rules.CALM + 1)), at=later)
    assert not ended(later + timedelta(seconds=5)) and tea.slow_seconds == rules.RUSH_SLOW, "much is said still"
    assert ended(later + timedelta(seconds=70)) and tea.slow_seconds == 0
    assert Message.objects.filter(kind="line").order_by("-seq")[0].line == {"code": "slow_calm", "args": {}}
    assert not ended(later + timedelta(hours=1))
    # What somebody chose stays until somebody ends it.
    rush(later + timedelta(hours=2))
    with transaction.atomic():
        pace.slow_down(room_id=tea.pk, seconds=30, by=mo.pk, at=later + timedelta(hours=2, minutes=1))
        pace.slow_down(room_id=tea.pk, seconds=10, by=mo.pk, at=later + timedelta(hours=2, minutes=2))
    assert not ended(later + timedelta(hours=5)) and tea.slow_seconds == 10
    # So does the same pace, when somebody chooses it while it is there by itself.
    with transaction.atomic():
        pace.slow_down(room_id=tea.pk, seconds=0, by=mo.pk, at=later + timedelta(hours=5))
    rush(later + timedelta(hours=6, minutes=1))
    with transaction.atomic():
        assert not pace.slow_down(room_id=tea.pk, seconds=10, by=mo.pk, at=later + timedelta(hours=6, minutes=2))
    assert not ended(later + timedelta(hours=7)) and tea.slow_seconds == 10


@pytest.mark.parametrize("act", ["block", "hold", "flag", "censor", "silence"])
def test_word_rules_touch_only_who_broke_them(tea: Room, ann: Any, bo: Any, act: str) -> None:
    WordRule.objects.create(
        phrase="nonsense",
        act=act,
        places=["message"],
        with_what="***" if act == "censor" else "",
        by=ann,
        created_at=AT,
    )
    outcomes = many(
        tea, Say(ann.pk, "key-0001", "good"), Say(bo.pk, "key-0002", "pure nonsense"), Say(ann.pk, "key-0003", "fine")
    )
    assert [isinstance(one, Sent) for one in outcomes] == [True, act != "block", True]
    texts = list(Message.objects.order_by("seq").values_list("text", flat=True))
    assert (texts[0], texts[-1]) == ("good", "fine")
    assert ("nonsense" in "".join(texts)) == (act not in ("block", "censor"))


# --- Commands --------------------------------------------------------------------------------------------------------


def test_me_is_an_act(tea: Room, ann: Any, tell: Tell) -> None:
    tell(tea, ann, "/me pours **tea**")
    row = queries.messages_before(room_id=tea.pk).messages[0]
    assert row.kind == "act" and "<strong>tea</strong>" in row.html and "/me" not in row.html
    with pytest.raises(Refused):
        tell(tea, ann, "/me ")
    tell(tea, ann, "/etc/hosts is a file")
    assert Message.objects.filter(kind="text").count() == 1


def test_the_topic_is_set_by_who_keeps_order_and_told(tea: Room, ann: Any, mo: Any, tell: Tell) -> None:
    with pytest.raises(Refused):
        tell(tea, ann, "/topic mine")
    tell(tea, mo, "/topic Tonight: green tea", moderating=True)
    assert tell(tea, mo, "/topic Tonight: green tea", moderating=True).message_id == 0
    tea.refresh_from_db()
    assert tea.topic == "Tonight: green tea" and tea.last_seq == 1
    data = queries.as_data(queries.messages_before(room_id=tea.pk).messages[0])
    assert data["line"] == {"code": "topic", "args": {"topic": "Tonight: green tea"}} and data["html"] == ""
    with pytest.raises(Refused):
        tell(tea, mo, "/topic " + "x" * 201, moderating=True)
    tell(tea, mo, "/topic", moderating=True)
    tea.refresh_from_db()
    assert tea.topic == "" and tea.last_seq == 2


def test_a_reminder_is_told_once_when_it_is_due(tea: Room, ann: Any, tell: Tell) -> None:
    from community.actions.chat.telling import remind_due
    from messaging.models import Notice

    sent = tell(tea, ann, "/remind in 20 minutes the kettle", client_id="key-remind")
    assert (sent.message_id, "12:20" in sent.note) == (0, True)
    tell(tea, ann, "/remind in 20 minutes the kettle", client_id="key-remind")
    assert RoomReminder.objects.count() == 1 and not Message.objects.exists()
    for minutes, told in ((19, 0), (21, 1), (60, 0)):
        with transaction.atomic():
            assert remind_due(at=AT + timedelta(minutes=minutes)) == told
    assert list(Notice.objects.values_list("member_id", "kind")) == [(ann.pk, "room.reminder")]
    with pytest.raises(Refused) as refused:
        tell(tea, ann, "/remind sometime tea")
    assert refused.value.code == "reminder_unclear"


@pytest.mark.parametrize(
    ("words", "due", "what"),
    [
        ("in 20 minutes tea", "2026-05-03T12:20", "tea"),
        ("2h call Lin", "2026-05-03T14:00", "call Lin"),
        ("1 day", "2026-05-04T12:00", ""),
        ("at 18:30 to call", "2026-05-03T18:30", "call"),
        ("9:05", "2026-05-04T09:05", ""),
        ("20分钟后泡茶", "2026-05-03T12:20", "泡茶"),
        ("tomorrow", None, ""),
        ("25:00 x", None, ""),
        ("3 mangos", None, ""),
        ("0m", None, ""),
        ("99999d x", None, ""),
    ],
)
def test_when_a_reminder_is(words: str, due: str | None, what: str) -> None:
    found = rules.reminder(words, at=datetime(2026, 5, 3, 12, tzinfo=UTC), zone=UTC)
    assert (found and (f"{found.due_at:%Y-%m-%dT%H:%M}", found.words)) == (due and (due, what))


# --- Calls -----------------------------------------------------------------------------------------------------------


def test_a_call_is_a_row_for_those_who_may_read(make_room: Any, ann: Any, bo: Any, mo: Any, tell: Tell) -> None:
    from community.actions.chat import rooms

    den = make_room("den", kind="private", by=ann.pk)
    with transaction.atomic():
        rooms.add_to_room(room_id=den.pk, member_id=mo.pk, by=ann.pk, at=AT)
    tell(den, ann, "@mo and @bo and @ann, `@mo` in code")
    assert list(MessageMention.objects.values_list("member_id", "seq")) == [(mo.pk, 1)]
    with pytest.raises(Refused):
        tell(den, ann, "@all come")
    with pytest.raises(Refused):
        tell(den, mo, "@here please", trust=1)
    tell(den, ann, "@all come", moderating=True)
    assert MessageMention.objects.filter(seq=2).values_list("member_id", flat=True).get() == mo.pk
    tell(den, mo, "@here who is up?", trust=2)  # nobody is connected: those who spoke a moment ago
    assert MessageMention.objects.filter(seq=3).values_list("member_id", flat=True).get() == ann.pk
    assert 'class="mention-group"' in Message.objects.get(seq=3).cooked


def test_an_edit_calls_only_whom_it_names_anew(tea: Room, ann: Any, bo: Any, mo: Any, tell: Tell) -> None:
    sent = tell(tea, ann, "@bo hello")
    for text in ("@bo and @mo hello", "@mo hello"):
        with transaction.atomic():
            saying.reword(message_id=sent.message_id, raw=text, by=ann.pk, trust=2, moderating=False, at=AT)
    assert set(MessageMention.objects.values_list("member_id", flat=True)) == {bo.pk, mo.pk}
