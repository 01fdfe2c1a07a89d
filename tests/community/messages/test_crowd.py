"""Many people at once, with real commits; and what a reader has after any acts is what a reload shows."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from community.actions.chat import messages, pins, rooms, saying
from community.actions.chat import reactions as message_reactions
from community.actions.chat import rows as message_rows
from community.models import Message, MessageReaction, Room, WordRule
from community.queries.chat import messages as queries
from community.queries.chat import truth as room_truth
from community.streams.sends import send_many
from members.access import Refused
from messaging.streams import Sending
from tests.community.rooms.conftest import AT

PEOPLE = 16


@pytest.fixture
def people(transactional_db: None) -> list[Any]:
    make = get_user_model().objects.create_user
    return [make(f"person{n}", f"p{n}@example.com", "correct horse battery") for n in range(PEOPLE)]


@pytest.fixture
def hall(transactional_db: None) -> Room:
    with transaction.atomic():
        room_id = rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
    return Room.objects.get(pk=room_id)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    def run(act: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def say(room: Room, who: Any, text: str, key: str, **place: Any) -> messages.Sent:
    return saying.say(
        room_id=room.pk, raw=text, client_id=key, by=who.pk, trust=2, moderating=False, at=AT, **place
    )  # fmt: skip


def test_sixteen_react_answer_edit_and_pin_at_once(hall: Room, people: list[Any]) -> None:
    with transaction.atomic():
        root = say(hall, people[0], "root", "key-root")
        own = [say(hall, who, "mine", f"key-own{n}") for n, who in enumerate(people)]
    kinds = ["like", "laugh", "wow", "clap"]
    for round_ in range(3):
        at_once(
            [
                (lambda who=who, n=n, round_=round_: message_reactions.react(
                    message_id=root.message_id, kind=kinds[(n + round_) % 4], by=who.pk, at=AT))
                for n, who in enumerate(people[1:])
            ]
        )  # fmt: skip
        at_once(
            [
                (lambda who=who, n=n, round_=round_: say(hall, who, f"reply {n}", f"key-r{round_}{n}", thread=root.seq))
                for n, who in enumerate(people)
            ]
        )
        at_once(
            [
                (lambda who=who, n=n, round_=round_: messages.edit_message(
                    message_id=own[n].message_id, raw=f"round {round_}", by=who.pk, at=AT))
                for n, who in enumerate(people)
            ]
            + [lambda round_=round_: pins.pin(message_id=root.message_id, pinned=round_ % 2 == 0, by=people[0].pk, at=AT)]
        )  # fmt: skip
    held = Message.objects.get(pk=root.message_id)
    assert held.reply_count == 3 * PEOPLE and sum(held.reaction_counts.values()) == PEOPLE - 1
    assert MessageReaction.objects.count() == PEOPLE - 1
    assert room_truth.broken_promises() == []
    hall.refresh_from_db()
    assert hall.last_seq == 1 + PEOPLE + 3 * (PEOPLE - 1 + PEOPLE + PEOPLE + 1)


def test_the_same_message_sent_by_sixteen_connections_is_one(hall: Room, people: list[Any]) -> None:
    sent = at_once([lambda: say(hall, people[0], "hello", "key-same")] * PEOPLE)
    assert {one.seq for one in sent} == {1} and sum(not one.again for one in sent) == 1
    assert Message.objects.count() == 1


def test_batches_of_several_processes_have_no_holes(hall: Room, people: list[Any]) -> None:
    def batch(number: int) -> list[Any]:
        try:
            return send_many(
                key=hall.public_id,
                asked=[Sending(who.pk, f"key-{number}-{n:03}", {"text": f"{number} {n}"}) for n, who in enumerate(people)],
            )  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = [one for batch_ in pool.map(batch, range(6)) for one in batch_]
    assert sorted(one["seq"] for one in answers) == list(range(1, 6 * PEOPLE + 1))
    assert room_truth.broken_promises() == []


def test_who_may_not_speak_is_refused_alone_and_nothing_of_theirs_is_counted(
    hall: Room, people: list[Any], settings: Any
) -> None:
    from django.contrib.auth.models import Group

    ann, bo, cy = people[:3]
    bo.groups.add(Group.objects.get_or_create(name="order:silenced")[0])
    get_user_model().objects.filter(pk=cy.pk).update(is_active=False)
    WordRule.objects.create(phrase="nonsense", act="block", places=["message"], by=ann, created_at=AT)
    asked = [
        Sending(ann.pk, "key-00001", {"text": "good"}),
        Sending(bo.pk, "key-00002", {"text": "hm"}),
        Sending(cy.pk, "key-00003", {"text": "hm"}),
        Sending(ann.pk, "key-00004", {"text": "nonsense"}, "zh-hans"),
        Sending(ann.pk, "key-00005", {"text": 7}),
        Sending(ann.pk, "key-00006", {"text": "answer", "parent": True}),
        Sending(ann.pk, "key-00007", {"text": "\ud800 half a sign \x00"}),
        Sending(ann.pk, "key-00008", {"text": "fine", "parent": 1}),
    ]
    assert send_many(key=hall.public_id, asked=asked[:1]) == [{"seq": 1}]  # a resend comes with the others below
    answers = send_many(key=hall.public_id, asked=asked)
    codes = [one["seq"] if isinstance(one, dict) else one.code for one in answers]
    assert codes[:6] == [1, "silenced", "sign_in_required", "blocked_word", "bad_frame", "bad_frame"]
    assert isinstance(answers[7], dict), answers[6:]
    assert answers[7]["seq"] == Message.objects.get(text="fine").seq  # whatever became of half a sign
    assert Message.objects.filter(text="good").count() == 1
    assert send_many(key="nowhere", asked=asked[:1])[0].code == "not_found"


def test_one_who_breaks_the_statement_does_not_harm_the_others(
    hall: Room, people: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(room: Room, rows: Any, **others: Any) -> Any:
        if any("poison" in row.raw for row in rows):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        return real(room, rows, **others)

    real = message_rows.write
    monkeypatch.setattr(message_rows, "write", poisoned)
    texts = ("one", "poison", "three")
    asked = [
        Sending(who.pk, f"key-0000{n}", {"text": text})
        for n, (who, text) in enumerate(zip(people, texts, strict=False))
    ]
    answers = send_many(key=hall.public_id, asked=asked)
    assert [one["seq"] if isinstance(one, dict) else one.code for one in answers] == [1, "failed", 2]


def act(dice: random.Random, hall: Room, people: list[Any], step: int) -> None:  # noqa: C901 - one branch for each act
    shown = list(
        Message.objects.filter(room=hall, removed_at=None).exclude(kind="line").values_list("pk", "seq", "author_id")
    )
    what, who = dice.random(), dice.choice(people)
    if what < 0.35 or not shown:
        place = {}
        if shown and dice.random() < 0.5:
            place = {dice.choice(["parent", "thread"]): dice.choice(shown)[1]}
        say(hall, who, dice.choice(["words", "/me waves"]) + f" {step}", f"key-{step:05}", **place)
        return
    pk, _seq, author = dice.choice(shown)
    if what < 0.5:
        messages.edit_message(message_id=pk, raw=f"edited {step}", by=author, at=AT)
    elif what < 0.6:
        messages.remove_message(message_id=pk, by=author, at=AT)
    elif what < 0.7 and (gone := Message.objects.filter(room=hall, removed_at__isnull=False).first()):
        messages.restore_message(message_id=gone.pk, by=author, at=AT)
    elif what < 0.85:
        message_reactions.react(message_id=pk, kind=dice.choice(["like", "hug"]), by=who.pk, at=AT)
    elif what < 0.9:
        message_reactions.unreact(message_id=pk, by=who.pk, at=AT)
    elif what < 0.97:
        pins.pin(message_id=pk, pinned=dice.random() < 0.7, by=who.pk, at=AT)
    else:
        messages.say_line(room_id=hall.pk, code="topic", args={"topic": f"t{step}"}, by=who.pk, at=AT, topic=f"t{step}")


def applied(seen: dict[int, Any], data: dict[str, Any]) -> None:
    """What a page does with a frame: the message itself, the quotes of it, and the numbers of its thread."""
    seen[data["seq"]] = data
    for other in seen.values():
        if other["parent"] and other["parent"]["seq"] == data["seq"]:
            words = "" if data["removed"] else queries.excerpt_of(data["html"])
            other["parent"] = other["parent"] | {"removed": data["removed"], "excerpt": words}
        if data["thread"] and other["seq"] == data["thread"]["seq"]:
            other["replies"] = {key: data["thread"][key] for key in ("count", "last_reply_seq")}
        if data["thread"] and other["thread"] and other["thread"]["seq"] == data["thread"]["seq"]:
            other["thread"] = data["thread"]


@pytest.mark.parametrize("seed", range(6))
def test_old_state_and_frames_are_the_new_state(hall: Room, people: list[Any], seed: int) -> None:
    dice, seen, at_seq = random.Random(seed), dict[int, Any](), 0
    for step in range(90):
        with transaction.atomic():
            try:
                act(dice, hall, people[:4], step)
            except Refused:
                continue
        if dice.random() < 0.25:  # frames of single changes arrive together after a pause
            replay = queries.replay(public_id=hall.public_id, since=at_seq, limit=500)
            seqs = [frame["seq"] for frame in replay.frames]
            assert seqs == sorted(set(seqs)) and all(seq > at_seq for seq in seqs)
            for frame in replay.frames:
                applied(seen, frame["data"])
            at_seq = replay.seq
            truth = queries.replay(public_id=hall.public_id, since=0, limit=500)
            assert seen == {frame["data"]["seq"]: frame["data"] for frame in truth.frames}
    assert room_truth.broken_promises(room_id=hall.pk) == []
