"""Calendar files, read back by a library that is not ours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.db import transaction

from community.actions.live import rsvp
from community.actions.live import series as series_actions
from community.actions.live import sessions as actions
from community.models import CalendarFeed, LiveSession
from outbox.clock import now
from tests.community.schedule.conftest import AT, Cast, plan, plan_series, repeat, show

pytestmark = pytest.mark.django_db


def parse(answer: Any) -> Any:
    raw = answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    return icalendar.Calendar.from_ical(raw)


def entries(answer: Any) -> list[Any]:
    return list(parse(answer).walk("VEVENT"))


def test_one_session_says_what_it_is(cast: Cast) -> None:
    title = "老友茶会, 第一夜; 一起喝茶\\聊天" + "茶" * 40
    session = plan(cast.gold, title=title, description="第一段。\n\n- 白茶\n- **普洱**, 十秒")
    (entry,) = entries(cast.client("mei").get(f"/live/{session.public_id}/calendar.ics"))
    assert str(entry["SUMMARY"]) == title
    assert "普洱, 十秒" in str(entry["DESCRIPTION"])
    assert entry["DTSTART"].dt == session.starts_at.replace(microsecond=0)
    assert entry["DTEND"].dt == session.ends_at.replace(microsecond=0)
    assert (str(entry["STATUS"]), int(entry["SEQUENCE"])) == ("CONFIRMED", 0)
    assert str(entry["URL"]).endswith(f"/live/{session.public_id}/")
    assert str(entry["UID"]).startswith(f"session-{session.public_id}@")
    assert entry["DTSTAMP"].dt.tzinfo is not None


def test_changes_raise_the_sequence_and_a_cancelled_one_goes(cast: Cast) -> None:
    session = plan(cast.gold)
    url = f"/live/{session.public_id}/calendar.ics"
    client = cast.client("mei")
    uid = str(entries(client.get(url))[0]["UID"])
    with transaction.atomic():
        actions.change_session(
            session_id=session.pk, show=show(cast.gold, title="Another"), starts_at=session.starts_at,
            ends_at=session.ends_at + timedelta(minutes=5), by=None, at=now(),
        )  # fmt: skip
    (entry,) = entries(client.get(url))
    assert (int(entry["SEQUENCE"]), str(entry["SUMMARY"]), str(entry["UID"])) == (1, "Another", uid)
    with transaction.atomic():
        actions.cancel_session(session_id=session.pk, reason="Ill, sorry.", by=cast.gold.pk, at=now())
    (entry,) = entries(client.get(url))
    assert (int(entry["SEQUENCE"]), str(entry["STATUS"])) == (2, "CANCELLED")
    assert "Ill, sorry." in str(entry["DESCRIPTION"])


def test_the_secret_feed_holds_ones_own_and_ends_at_once(cast: Cast) -> None:
    mine, other = plan(cast.gold, title="Mine"), plan(cast.gold, title="Not mine")
    with transaction.atomic():
        rsvp.answer(session_id=mine.pk, answer="maybe", by=cast.mei.pk, at=now())
        rsvp.answer(session_id=other.pk, answer="no", by=cast.mei.pk, at=now())
    client, anybody = cast.client("mei"), cast.client(None)
    assert client.post("/live/calendar/", {"act": "renew"}).status_code == 302
    key = CalendarFeed.objects.get().key
    assert key in client.get("/live/calendar/").text
    answer = anybody.get(f"/live/calendar/{key}.ics")
    assert answer["Cache-Control"] == "private, no-store"
    assert [(str(one["SUMMARY"]), str(one["STATUS"])) for one in entries(answer)] == [("Mine", "TENTATIVE")]
    client.post("/live/calendar/", {"act": "renew"})
    assert anybody.get(f"/live/calendar/{key}.ics").status_code == 404
    key = CalendarFeed.objects.get().key
    assert anybody.get(f"/live/calendar/{key}.ics").status_code == 200
    cast.mei.is_active = False
    cast.mei.save(update_fields=["is_active"])
    assert anybody.get(f"/live/calendar/{key}.ics").status_code == 404


def test_the_public_feed_says_the_same_to_everybody(cast: Cast) -> None:
    plan(cast.gold, title="Open", audience="everybody")
    plan(cast.gold, title="Members")
    for who in (None, "mei", "owner"):
        assert [str(one["SUMMARY"]) for one in entries(cast.client(who).get("/live/calendar.ics"))] == ["Open"]


def test_a_series_repeats_by_the_clock_of_its_zone(cast: Cast) -> None:
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    series = plan_series(
        cast.gold, at=at, rule=repeat(starts_on=at.date(), weekdays=(1, 5, 7), until=date(2026, 4, 30))
    )
    friday, sunday = LiveSession.objects.order_by("starts_at")[0], LiveSession.objects.order_by("starts_at")[1]
    with transaction.atomic():
        actions.cancel_session(session_id=friday.pk, reason="No.", by=cast.gold.pk, at=at)
        actions.change_session(
            session_id=sunday.pk, show=show(cast.gold, title="Late"), starts_at=sunday.starts_at + timedelta(hours=1),
            ends_at=sunday.ends_at + timedelta(hours=1), by=None, at=at,
        )  # fmt: skip
        series_actions.set_free_days(series_id=series.pk, free_days=(date(2026, 3, 29),), by=None, at=at)
    file = parse(cast.client("mei").get(f"/live/series/{series.public_id}/calendar.ics"))
    rule, moved = file.walk("VEVENT")
    assert rule["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert rule["DTSTART"].dt.strftime("%m-%d %H:%M") == "03-20 20:00"
    assert rule["RRULE"]["BYDAY"] == ["MO", "FR", "SU"]
    assert rule["RRULE"]["UNTIL"][0] == datetime(2026, 4, 30, 18, tzinfo=UTC)
    assert [one.dt.strftime("%m-%d") for one in rule["EXDATE"].dts] == ["03-20", "03-29"]
    assert moved["RECURRENCE-ID"].dt.strftime("%m-%d %H:%M") == "03-22 20:00"
    assert (str(moved["SUMMARY"]), str(moved["UID"])) == ("Late", str(rule["UID"]))
    (zone,) = file.walk("VTIMEZONE")
    changes = {(one.name, str(one["TZOFFSETTO"].to_ical())) for one in zone.subcomponents}
    assert changes == {("STANDARD", "+0100"), ("DAYLIGHT", "+0200")}
    summer = [one for one in zone.subcomponents if one["DTSTART"].dt == datetime(2026, 3, 29, 2)]
    assert [one.name for one in summer] == ["DAYLIGHT"]


@pytest.mark.parametrize("key", ["nobody", "%00", "x" * 300, "..%2f"])
def test_an_address_that_nobody_has_is_absent(cast: Cast, key: str) -> None:
    assert cast.client(None).get(f"/live/calendar/{key}.ics").status_code == 404
    assert not LiveSession.objects.filter(starts_at__lt=AT).exists()
