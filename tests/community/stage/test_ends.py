"""Endings: of a session, however it ends and whenever a worker dies; of somebody's stay, when they may not come any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from community.actions.live import asking, seats, winding_up
from community.actions.live import clock as session_clock
from community.actions.order import review, sanctions
from community.models import (
    Attendance,
    LiveSession,
    ReviewItem,
    Sanction,
    Seat,
    SessionPoll,
    SessionQuestion,
    Stage,
    WordRule,
)
from community.moderation import Verdict
from outbox.dispatch import run_pending
from tests.community.stage.conftest import AT, sure

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stage", "host", "talk", "sessions"):
        monkeypatch.setattr(f"community.views.live.{name}.now", lambda: AT + 30 * MINUTE)


def running(make_show: Any, people: list[Any], hana: Any) -> LiveSession:
    """A show of one seat for an hour, half an hour old: one sits, one waits, a poll runs."""
    show: LiveSession = make_show(capacity=1)
    with transaction.atomic():
        for one in people[:2]:
            seats.join(session_id=show.pk, by=one.pk, at=AT + 30 * MINUTE)
        asking.ask_poll(
            session_id=show.pk, question="Green?", options=["Yes", "No"], shown=True, by=hana.pk, at=AT + MINUTE
        )
    Attendance.objects.create(session=show, member=people[0], came_at=AT, last_beat_at=AT, present=25 * MINUTE)
    return show


def settled(show: LiveSession) -> bool:
    """Everything that ran is at its end, without any subscriber having run."""
    show.refresh_from_db()
    return (
        show.state == "ended"
        and not SessionPoll.objects.filter(closed_at=None).exists()
        and not Seat.objects.filter(state__in=("waiting", "offered")).exists()
        and Attendance.objects.filter(attended_at__isnull=False).count() == 1
        and Stage.objects.filter(session=show, wound_up=True).exists()
    )


@pytest.mark.parametrize("door", ["page of the session", "host's desk", "clock"])
def test_whoever_ends_it_everything_ends_in_the_same_commit(
    make_show: Any, people: list[Any], hana: Any, door: str
) -> None:
    show = running(make_show, people, hana)
    client = Client()
    client.force_login(hana)
    if door == "clock":
        with transaction.atomic():
            session_clock.step(session_id=show.pk, at=show.ends_at + 31 * MINUTE)
    elif door == "host's desk":
        client.post(f"/live/{show.public_id}/room/host/", {"act": "end"})
    else:
        client.post(f"/live/{show.public_id}/move/", {"act": "end"})
    assert settled(show)
    at = show.last_seq
    run_pending()  # the subscriber finds nothing left to do
    show.refresh_from_db()
    assert show.last_seq == at and settled(show)
    sure(show)


def test_who_dies_between_the_end_and_what_follows_leaves_it_live(
    make_show: Any, people: list[Any], hana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = running(make_show, people, hana)
    late = show.ends_at + 31 * MINUTE

    def die(**_given: Any) -> None:
        raise SystemExit

    for part in ("asking.close_polls", "drops.close_all", "seats.close", "attendance.close"):
        with monkeypatch.context() as killed:
            killed.setattr(f"community.actions.live.{part}", die)
            with pytest.raises(SystemExit), transaction.atomic():
                session_clock.step(session_id=show.pk, at=late)
        show.refresh_from_db()
        assert show.state == "live" and SessionPoll.objects.filter(closed_at=None).exists()
    assert session_clock.due(at=late) == [show.pk]  # the next run does it
    with transaction.atomic():
        session_clock.step(session_id=show.pk, at=late)
    assert settled(show)


def test_one_that_ended_without_it_is_wound_up_by_its_event(make_show: Any, people: list[Any], hana: Any) -> None:
    show = running(make_show, people, hana)
    LiveSession.objects.filter(pk=show.pk).update(state="ended", ended_at=AT + 31 * MINUTE)
    for told in (True, False):
        with transaction.atomic():
            assert winding_up.wind_up(session_id=show.pk, at=AT + 32 * MINUTE) is told
    assert settled(show)


# --- People ------------------------------------------------------------------------------------------------------------


def test_the_questions_of_a_spammer_go_with_everything_else(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    spammer, other = people[0], people[1]
    spammer.groups.add(Group.objects.get_or_create(name="trust:0")[0])
    with transaction.atomic():
        for number in range(2):
            verdict = Verdict(text=f"Buy cheap {number}?")
            asking.ask(session_id=show.pk, verdict=verdict, client_id=f"{number}", by=spammer.pk, at=AT)
        asking.ask(session_id=show.pk, verdict=Verdict(text="Which tea?"), client_id="x", by=other.pk, at=AT)
        seats.join(session_id=show.pk, by=spammer.pk, at=AT)
        asked = SessionQuestion.objects.filter(author=spammer).first()
        assert asked
        item = review.raise_item(
            kind="flagged_question", target=asked.pk, author_id=spammer.pk, reasons=[{"code": "x"}], at=AT
        )
    hana.groups.add(Group.objects.get_or_create(name="Moderators")[0])
    _decide(item, hana, "delete_spammer")
    states = dict(SessionQuestion.objects.values_list("text", "state"))
    assert states == {"Buy cheap 0?": "hidden", "Buy cheap 1?": "hidden", "Which tea?": "open"}
    run_pending()
    assert Seat.objects.get(member=spammer).state == "left"  # suspended
    with transaction.atomic():
        review.undo(item_id=item, by=hana.pk, at=AT + MINUTE)
    assert set(SessionQuestion.objects.values_list("state", flat=True)) == {"open"}


def _decide(item: int, moderator: Any, act: str) -> None:
    held = ReviewItem.objects.get(pk=item)
    with transaction.atomic():
        review.decide(item_id=item, version=held.version, act=act, reason="", hours=None, by=moderator.pk, at=AT)


def test_a_rule_that_silences_does_so_for_questions_too(make_show: Any, people: list[Any], hana: Any) -> None:
    show = make_show()
    WordRule.objects.create(phrase="casino", act="silence", places=["message"], by=hana, created_at=AT)
    client = Client()
    client.force_login(people[0])
    url = f"/live/{show.public_id}/room/"
    client.post(url + "join/")
    client.post(url + "questions/", {"text": "casino tonight?"}, headers={"Accept": "application/json"})
    assert SessionQuestion.objects.get().state == "hidden"
    held = Sanction.objects.get()
    assert (held.member_id, held.kind, held.ends_at) == (people[0].pk, "silence", None)
    assert held.item_id == ReviewItem.objects.get().pk
    again = client.post(url + "questions/", {"text": "and now?"}, headers={"Accept": "application/json"})
    assert again.status_code == 403 and SessionQuestion.objects.count() == 1
    assert Seat.objects.get().state == "seated"  # who is silenced may listen


def test_who_is_suspended_loses_seat_and_place_and_the_next_is_asked(
    make_show: Any, people: list[Any], hana: Any
) -> None:
    show, other = make_show(capacity=1), make_show(capacity=1)
    with transaction.atomic():
        for one in people[:3]:
            seats.join(session_id=show.pk, by=one.pk, at=AT)
        for one in (people[3], people[0]):
            seats.join(session_id=other.pk, by=one.pk, at=AT)
        sanctions.impose(member_id=people[0].pk, kind="suspension", reason="rude", hours=1, by=hana.pk, at=AT + SECOND)
    run_pending()
    found = {(seat.session_id, seat.member_id): seat.state for seat in Seat.objects.all()}
    assert found[show.pk, people[0].pk] == found[other.pk, people[0].pk] == "left"
    assert found[show.pk, people[1].pk] == "offered" and found[show.pk, people[2].pk] == "waiting"
    sure(show), sure(other)


def test_who_is_switched_off_is_not_asked_and_gone_without_a_sign(make_show: Any, people: list[Any]) -> None:
    show = make_show(capacity=1)
    with transaction.atomic():
        for one in people[:3]:
            seats.join(session_id=show.pk, by=one.pk, at=AT)
    type(people[1]).objects.filter(pk=people[1].pk).update(is_active=False)
    with transaction.atomic():
        seats.leave(session_id=show.pk, by=people[0].pk, at=AT + SECOND)
    assert dict(Seat.objects.values_list("member_id", "state")) == {
        people[0].pk: "left", people[1].pk: "waiting", people[2].pk: "offered",
    }  # fmt: skip
    with transaction.atomic():
        seats.join(session_id=show.pk, by=people[2].pk, at=AT + 2 * SECOND)
        seats.leave(session_id=show.pk, by=people[2].pk, at=AT + 3 * SECOND)
        # The seat is free, and the one who waits is nobody any more: whoever comes sits down.
        assert seats.join(session_id=show.pk, by=people[3].pk, at=AT + 4 * SECOND).state == "seated"
    with transaction.atomic():
        seats.settle(session_id=show.pk, at=AT + 6 * MINUTE)
    assert Seat.objects.get(member=people[1]).state == "expired"
    sure(show)
