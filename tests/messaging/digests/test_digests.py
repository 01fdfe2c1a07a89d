"""The digest: what one missed, at one's own hour, once a day at most, and nothing when there is nothing to say."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from members.models import User
from messaging import actions, rounds, sender
from messaging.models import Delivery, Notice
from messaging.rules import Limits
from messaging.slots import DigestLine, DigestPart, digest_parts

from ..bundles.test_bundles import text
from ..mail.conftest import Sink, person
from ..telling import prefer, tell, yes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("teas")]
MONDAY = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def parts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What other apps say in digests: nothing, unless a test adds it."""
    functions: list[Any] = []
    monkeypatch.setattr(digest_parts, "_functions", functions)
    return functions


def reader(name: str = "lin", *, seen: datetime | None = MONDAY - 3 * DAY, rhythm: str = "", **more: Any) -> User:
    user = person(name, consents=False, **more)
    yes(user, MONDAY - 30 * DAY, "digest")
    User.objects.filter(pk=user.pk).update(last_seen_at=seen)
    if rhythm:
        prefer(user, digest=rhythm)
    return user


def round_at(at: datetime) -> int:
    rounds.queue_all_digests(clock=lambda: at)
    return sender.send_due(clock=lambda: at)


def test_once_a_week_it_tells_what_was_missed(sink: Sink, parts: list[Any]) -> None:
    asked = []

    def topics(*, viewer: Any, since: datetime, at: datetime) -> DigestPart:
        asked.append((viewer.username, since))
        return DigestPart("The best new topics", [DigestLine("Pu-erh of 2006", "/t/pu-erh-x/", "12 replies")])

    parts.append(topics)
    lin = reader()
    tell(lin, tea=4, at=MONDAY - 2 * DAY)
    assert round_at(MONDAY - timedelta(minutes=10)) == 0
    assert round_at(MONDAY) == 1
    assert [round_at(MONDAY + hours) for hours in (timedelta(hours=1), timedelta(hours=9), DAY)] == [0, 0, 0]
    assert asked == [("lin", MONDAY - 3 * DAY)]
    words = text(sink.mails[0])
    for said in (
        "What you missed",
        "1 notice you have not seen",
        "words of 4",
        "Pu-erh of 2006",
        "12 replies",
        "/t/pu-erh-x/",
    ):
        assert said in words
    assert b"List-Unsubscribe-Post" in sink.mails[0].content
    assert round_at(MONDAY + 7 * DAY) == 1
    assert asked[-1] == ("lin", MONDAY), "what the last digest told is not told again"
    assert "words of 4" not in text(sink.mails[1])


def test_nothing_to_say_is_nothing_sent(sink: Sink) -> None:
    reader()
    assert round_at(MONDAY) == 0
    assert list(Delivery.objects.values_list("state", "reason")) == [("nothing_to_say", "nothing_missed")]


def test_who_did_not_ask_was_here_today_rests_or_stays_away_gets_none(sink: Sink) -> None:
    people = [
        person("never-asked", consents=False),
        reader("here-today", seen=MONDAY - timedelta(hours=2), rhythm="daily"),
        reader("away-for-long", seen=MONDAY - 181 * DAY),
        reader("never-here", seen=None),
        reader("resting"),
        reader("stopped", rhythm="never"),
        reader("other-day"),
    ]
    User.objects.filter(username="never-asked").update(last_seen_at=MONDAY - 3 * DAY)
    prefer(people[6], digest_day=2)
    with transaction.atomic():
        actions.pause_mail(member_id=people[4].pk, by=people[4].pk, at=MONDAY, until=MONDAY + DAY)
    always = reader("always", seen=MONDAY - timedelta(hours=2))
    prefer(always, digest="daily", digest_always=True)
    tell(*people, always, at=MONDAY - DAY)
    assert round_at(MONDAY) == 1
    assert sink.mails[0].rcpt_tos == ["always@example.org"]
    assert Delivery.objects.filter(purpose="digest").count() == 1


def test_everybody_gets_it_at_their_own_hour_in_24_zones(sink: Sink) -> None:
    zones = [f"Etc/GMT{offset:+d}" for offset in range(-12, 13) if offset]
    zones += ["", "Asia/Kathmandu", "Not/AZone", "Australia/Lord_Howe"]
    people = {}
    for number, zone in enumerate(zones):
        people[reader(f"friend{number}", zone=zone, rhythm="daily", seen=MONDAY - 5 * DAY).pk] = zone
    tell(*User.objects.filter(pk__in=people), at=MONDAY - 2 * DAY)
    at = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    got: dict[int, list[datetime]] = {pk: [] for pk in people}
    for step in range(24 * 6):
        moment = at + step * timedelta(minutes=10)
        rounds.queue_all_digests(clock=lambda moment=moment: moment)
        rounds.queue_all_digests(clock=lambda moment=moment: moment)
    for delivery in Delivery.objects.all():
        got[delivery.member_id].append(delivery.queued_at)
    for pk, zone in people.items():
        try:
            place = ZoneInfo(zone or "UTC")
        except (KeyError, OSError):
            place = ZoneInfo("UTC")
        days = [moment.astimezone(place).date() for moment in got[pk]]
        assert days, zone
        assert len(days) == len(set(days)), zone
        for moment in got[pk][1:] or got[pk]:
            if moment > at:  # who was past their hour when the test began gets it at its beginning
                assert (moment.astimezone(place).hour, moment.astimezone(place).minute // 31) == (9, 0), zone


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_days_of_23_and_25_hours_have_one_digest_and_a_clock_moved_back_makes_no_second(
    day: datetime, sink: Sink
) -> None:
    lin = reader(zone="Europe/Berlin", seen=day - 5 * DAY)
    prefer(lin, digest="daily", digest_hour=2)
    queued = []
    for step in range(0, 24 * 60, 10):
        rounds.queue_all_digests(clock=lambda step=step: day + step * timedelta(minutes=1))
        queued.append(Delivery.objects.count())
    rounds.queue_all_digests(clock=lambda: day + timedelta(hours=3))
    days = {one.queued_at.astimezone(ZoneInfo("Europe/Berlin")).date() for one in Delivery.objects.all()}
    assert Delivery.objects.count() == len(days) <= 2


def test_what_waits_over_the_budget_comes_in_the_digest_instead(sink: Sink) -> None:
    lin = reader()
    yes(lin, MONDAY - 30 * DAY, "community")
    with transaction.atomic():
        actions.update_limits(limits=Limits(week_units=3), by=lin.pk, at=MONDAY)
    early = MONDAY - 2 * DAY
    for tea in (1, 2, 3):
        Delivery.objects.filter(state="queued").exists()
        tell(lin, tea=tea, at=early)
        early += timedelta(minutes=11)
        rounds.bundle_all(clock=lambda early=early: early)
        if tea == 1:
            sender.send_due(clock=lambda early=early: early)
    with transaction.atomic():
        actions.update_limits(limits=Limits(week_units=1), by=lin.pk, at=MONDAY)
    assert sender.send_due(clock=lambda: early) == 0
    waiting = Delivery.objects.get(state="queued")
    assert waiting.reason == "cap_budget"
    with transaction.atomic():
        actions.update_limits(limits=Limits(week_units=3), by=lin.pk, at=MONDAY)
    assert round_at(MONDAY) == 1
    words = text(sink.mails[-1])
    assert "2 notices you have not seen" in words
    assert "words of 2" in words
    assert "words of 3" in words
    assert sender.send_due(clock=lambda: MONDAY + 6 * DAY) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("nothing_to_say", "read_meanwhile")
    assert not Notice.objects.filter(mail=None).exists()


def test_groups_that_are_off_are_not_in_it(sink: Sink) -> None:
    lin = reader()
    prefer(lin, {"mentions": {"email": "off"}})
    tell(lin, tea=1, at=MONDAY - DAY)
    tell(lin, tea=2, kind="tea.followed", at=MONDAY - DAY)
    assert round_at(MONDAY) == 1
    words = text(sink.mails[0])
    assert "words of 2" in words
    assert "words of 1" not in words
