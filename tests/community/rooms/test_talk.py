"""What is said in a room, and what comes of it."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from community.actions.chat import messages
from community.actions.chat import rooms as actions
from community.models import Message, MessageRevision, Room
from community.problems import TooFast
from community.queries.chat import messages as message_queries
from community.queries.chat import unread
from members.access import Refused
from outbox.models import StoredEvent
from outbox.require import TransactionRequired
from tests.community.rooms.conftest import AT

Say = Callable[..., messages.Sent]


def test_a_message_takes_the_next_place_and_is_told(tea: Room, ann: Any, say: Say) -> None:
    assert say(tea, ann, "hello **you**").seq == 1
    assert say(tea, ann).seq == 2
    tea.refresh_from_db()
    assert (tea.last_seq, tea.last_message_at) == (2, AT)
    first = Message.objects.get(seq=1)
    assert first.cooked == "<p>hello <strong>you</strong></p>\n" and first.text == "hello you"
    told = StoredEvent.objects.filter(name="message.sent").order_by("id").values_list("payload", flat=True)
    assert [(one["room_id"], one["seq"], one["author_id"]) for one in told] == [
        (tea.pk, 1, ann.pk),
        (tea.pk, 2, ann.pk),
    ]


def test_a_resend_is_the_same_message_and_told_once(tea: Room, ann: Any, bo: Any, say: Say) -> None:
    first = say(tea, ann, key="key-same")
    again = say(tea, ann, "other words, same key", key="key-same", at=AT + timedelta(hours=3))
    assert (again.message_id, again.seq, again.again) == (first.message_id, 1, True)
    assert say(tea, bo, key="key-same").seq == 2  # keys are the author's own
    assert Message.objects.count() == StoredEvent.objects.filter(name="message.sent").count() == 2


def test_nothing_is_said_outside_a_transaction(tea: Room, ann: Any, django_db_blocker: Any) -> None:
    from django.db import connection

    connection.in_atomic_block, before = False, connection.in_atomic_block
    try:
        with pytest.raises(TransactionRequired):
            messages.send_message(room_id=tea.pk, raw="x", client_id="key-1234", by=ann.pk, at=AT)
    finally:
        connection.in_atomic_block = before


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n\t", "empty"), ("\x00\x07", "empty"), ("x" * 6001, "too_long")]
)
def test_what_cannot_be_said(tea: Room, ann: Any, say: Say, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        say(tea, ann, text)
    assert refused.value.code == code
    tea.refresh_from_db()
    assert tea.last_seq == 0 and not Message.objects.exists()


def test_hostile_markup_stays_text(tea: Room, ann: Any, say: Say) -> None:
    say(tea, ann, "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))\n# no heading")
    cooked = Message.objects.get().cooked
    assert "<script" not in cooked and "<img" not in cooked and "href" not in cooked and "<h" not in cooked


def test_an_edit_is_a_change_with_its_own_number_and_keeps_the_old_words(tea: Room, ann: Any, say: Say) -> None:
    first, second = say(tea, ann, "one"), say(tea, ann, "two")
    with transaction.atomic():
        messages.edit_message(message_id=first.message_id, raw="uno", by=ann.pk, at=AT)
        messages.edit_message(message_id=first.message_id, raw="uno", by=ann.pk, at=AT)  # the same words: no change
        messages.remove_message(message_id=second.message_id, by=ann.pk, at=AT)
        messages.remove_message(message_id=second.message_id, by=ann.pk, at=AT)
    assert list(Message.objects.order_by("seq").values_list("seq", "changed_seq")) == [(1, 3), (2, 4)]
    assert list(MessageRevision.objects.values_list("raw", flat=True)) == ["one"]
    replay = message_queries.replay(public_id=tea.public_id, since=2, limit=500)
    assert [(frame["seq"], frame["data"]["seq"], frame["data"]["removed"]) for frame in replay.frames] == [
        (3, 1, False),
        (4, 2, True),
    ]
    with transaction.atomic(), pytest.raises(Refused):
        messages.edit_message(message_id=second.message_id, raw="back?", by=ann.pk, at=AT)


def test_a_replay_of_too_much_is_a_reset(tea: Room, ann: Any, say: Say) -> None:
    for _ in range(4):
        say(tea, ann)
    assert message_queries.replay(public_id=tea.public_id, since=1, limit=3).reset is False
    replay = message_queries.replay(public_id=tea.public_id, since=0, limit=3)
    assert (replay.reset, replay.seq, replay.frames) == (True, 4, [])


def test_old_state_plus_changes_is_new_state(tea: Room, ann: Any, say: Say) -> None:
    dice = random.Random(7)
    seen: dict[int, Any] = {}
    at_seq = 0
    for step in range(60):
        visible = list(Message.objects.filter(removed_at=None).values_list("id", flat=True))
        act = dice.random()
        with transaction.atomic():
            if act < 0.5 or not visible:
                say(tea, ann, f"words {step}")
            elif act < 0.8:
                messages.edit_message(message_id=dice.choice(visible), raw=f"edited {step}", by=ann.pk, at=AT)
            else:
                messages.remove_message(message_id=dice.choice(visible), by=ann.pk, at=AT)
        if dice.random() < 0.3:
            replay = message_queries.replay(public_id=tea.public_id, since=at_seq, limit=500)
            seen |= {frame["data"]["seq"]: frame["data"] for frame in replay.frames}
            at_seq = replay.seq
            page = message_queries.messages_before(room_id=tea.pk, limit=500)
            assert dict(sorted(seen.items())) == {row.seq: message_queries.as_data(row) for row in page.messages}


def test_unread_equals_a_recount_whatever_happens(make_room: Callable[..., Room], ann: Any, bo: Any, say: Say) -> None:
    room, dice = make_room(), random.Random(11)
    with transaction.atomic():
        actions.join_room(room_id=room.pk, member_id=bo.pk, by=bo.pk, at=AT)
    pointer = 0
    for _ in range(80):
        room.refresh_from_db()
        visible = list(Message.objects.filter(removed_at=None).values_list("id", flat=True))
        act = dice.random()
        with transaction.atomic():
            if act < 0.5:
                say(room, dice.choice([ann, bo]))
            elif act < 0.65 and visible:
                messages.edit_message(message_id=dice.choice(visible), raw=str(act), by=ann.pk, at=AT)
            elif act < 0.8 and visible:
                messages.remove_message(message_id=dice.choice(visible), by=ann.pk, at=AT)
            else:
                to = dice.randint(0, room.last_seq + 3)
                actions.mark_read(room_id=room.pk, seq=to, by=bo.pk, at=AT)
                pointer = max(pointer, min(to, room.last_seq))
        recount = sum(
            seq > pointer and author != bo.pk
            for seq, author in Message.objects.filter(removed_at=None).values_list("seq", "author_id")
        )
        waits = unread.unread_counts(member_id=bo.pk, room_ids=[room.pk], at=AT).get(room.pk, unread.Unread())
        assert waits == unread.Unread(recount)


def test_slow_mode(make_room: Callable[..., Room], ann: Any, say: Say) -> None:
    room = make_room("slow", slow_seconds=60)
    say(room, ann)
    with pytest.raises(TooFast) as refused:
        say(room, ann, at=AT + timedelta(seconds=15))
    assert refused.value.retry_after == 45
    assert say(room, ann, at=AT + timedelta(seconds=60)).seq == 2


def test_the_tables_keep_the_promises(tea: Room, ann: Any, say: Say) -> None:
    say(tea, ann, key="key-once")
    for wrong in (
        {"seq": 1, "changed_seq": 9},
        {"seq": 9, "changed_seq": 1},
        {"seq": 9, "changed_seq": 8},
        {"client_id": "key-once"},
    ):
        row = {"seq": 9, "changed_seq": 9, "client_id": "key-other", **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(
                room=tea, author=ann, raw="x", cooked="x", cook_version=1, text="x", sent_at=AT, **row
            )
