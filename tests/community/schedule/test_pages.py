"""The pages: finding, planning, what search engines read, what they cost."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.live import clock as session_clock
from community.actions.live import rsvp
from community.actions.live import sessions as actions
from community.models import LiveSession, Room, SessionPerson, SessionSeries
from outbox.clock import now
from tests.community.schedule.conftest import Cast, plan

pytestmark = pytest.mark.django_db

GOOD = {
    "title": "The evening table", "description": "Bring a **cup**.", "starts": "2027-03-01T20:00", "minutes": "60",
    "zone": "Asia/Shanghai", "repeats": "once", "audience": "members", "capacity": "0", "age_minutes": "0",
    "spectators_read": "on",
}  # fmt: skip


def form_data(**changed: Any) -> dict[str, Any]:
    """The form as a browser would send it, for a day in two months."""
    day = (now() + timedelta(days=60)).date()
    return {name: value for name, value in ({**GOOD, "starts": f"{day}T20:00"} | changed).items() if value is not None}


def test_a_session_is_planned_by_the_clock_of_its_host(cast: Cast) -> None:
    answer = cast.client("owner").post("/live/new/", form_data(host="@gold", guests="mei, ada", moderators="helper"))
    assert answer.status_code == 302
    session = LiveSession.objects.get()
    assert answer["Location"] == f"/live/{session.public_id}/"
    local = session.starts_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (local.hour, local.minute) == (20, 0)
    assert session.ends_at - session.starts_at == timedelta(hours=1)
    assert session.host == cast.gold
    roles = dict(SessionPerson.objects.values_list("member__username", "role"))
    assert roles == {"mei": "guest", "ada": "guest", "helper": "moderator"}
    room = Room.objects.get()
    assert (room.kind, room.name, room.session) == ("session", "The evening table", session)
    page = cast.client("mei").get(f"/live/{session.public_id}/").text
    assert "<strong>cup</strong>" in page and "Asia/Shanghai" in page


def test_both_clocks_are_shown(cast: Cast) -> None:
    cast.mei.time_zone = "America/New_York"
    cast.mei.save(update_fields=["time_zone"])
    starts = datetime.combine((now() + timedelta(days=9)).date(), datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    session = plan(cast.gold, starts=starts.replace(hour=20), time_zone="Asia/Shanghai")
    page = cast.client("mei").get(f"/live/{session.public_id}/").text
    local = session.starts_at.astimezone(ZoneInfo("America/New_York"))
    assert "on your clock" in page and "Asia/Shanghai" in page
    assert f"{local:%-I}" in page and "8:00 PM" in page
    assert "Asia/Shanghai" in cast.client("mei").get("/live/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "x" * 81), ("title", "nul\x00"), ("description", "x" * 8001), ("description", "\x00"),
        ("starts", "2001-01-01T10:00"), ("starts", "2427-01-01T10:00"), ("starts", "9999-12-31T23:59"),
        ("starts", "0001-01-01T00:00"), ("starts", "soon"), ("starts", ""), ("minutes", "0"), ("minutes", "-60"),
        ("minutes", "721"), ("minutes", "1e9"), ("minutes", ""), ("zone", "Mars/Base"), ("zone", "../etc/passwd"),
        ("zone", ""), ("zone", "\x00"), ("capacity", "-1"), ("capacity", "100001"), ("capacity", "many"),
        ("age_minutes", "-1"), ("age_minutes", "1441"), ("audience", "aliens"), ("audience", "board"),
        ("audience", "group"), ("host", "nobody"), ("guests", "nobody"), ("moderators", "\x00"),
        ("guests", ", ".join(f"x{n}" for n in range(40))),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_words_kept(cast: Cast, field: str, value: str) -> None:
    answer = cast.client("owner").post("/live/new/", form_data(**{field: value}))
    assert answer.status_code == 422
    assert ('role="alert"' in answer.text and "20:00" in answer.text) or field == "starts"
    assert not LiveSession.objects.exists() and not Room.objects.filter(kind="session").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"until": "2001-01-01"}, {"free_days": "Christmas"}, {"weekdays": ["9"]}, {"repeats": "hourly"}, {"until": "x"}],
)
def test_rules_that_cannot_be_are_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    answer = cast.client("owner").post("/live/new/", form_data(repeats="weekly") | wrong)
    assert answer.status_code == 422
    assert not SessionSeries.objects.exists()


def test_every_evening_from_the_form(cast: Cast) -> None:
    tomorrow = (now() + timedelta(days=1)).date()
    answer = cast.client("owner").post("/live/new/", form_data(repeats="daily", starts=f"{tomorrow}T20:00", zone="UTC"))
    assert answer.status_code == 302
    series = SessionSeries.objects.get()
    assert (series.weekdays, series.until) == ([1, 2, 3, 4, 5, 6, 7], None)
    assert LiveSession.objects.count() == 14
    first = LiveSession.objects.order_by("starts_at")[0]
    client, url = cast.client("owner"), f"/live/{first.public_id}/edit/"
    assert 'value="20:00' not in client.get(url).text and f"{tomorrow}T20:00" in client.get(url).text
    data = form_data(repeats="daily", starts=f"{tomorrow}T21:00", zone="UTC", title="Later")
    assert client.post(url, data | {"which": "this"}).status_code == 302
    assert list(LiveSession.objects.filter(title="Later").values_list("pk", flat=True)) == [first.pk]
    assert client.post(url, data | {"which": "following", "title": "All later"}).status_code == 302
    assert LiveSession.objects.filter(title="All later", starts_at__hour=21).count() == 14
    page = client.get(f"/live/series/{series.public_id}/").text
    assert page.count("/edit/") == 14
    assert (
        client.post(f"/live/series/{series.public_id}/", {"act": "free_days", "free_days": f"{tomorrow}"}).status_code
        == 302
    )
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert (
        client.post(f"/live/series/{series.public_id}/", {"act": "free_days", "free_days": "soon"}).status_code == 422
    )
    for act in ("pause", "resume"):
        assert client.post(f"/live/series/{series.public_id}/", {"act": act, "free_days": ""}).status_code == 302
    assert client.post(f"/live/series/{series.public_id}/", {"act": "explode"}).status_code == 422
    second = LiveSession.objects.order_by("starts_at")[1]
    assert (
        client.post(f"/live/{second.public_id}/cancel/", {"reason": "Moving.", "which": "following"}).status_code == 302
    )
    assert not LiveSession.objects.filter(state="scheduled").exists()


def test_a_local_hour_that_is_none_for_the_planner_is_one_for_the_host(cast: Cast) -> None:
    """Berlin skips 2:30 in the night of 28 March 2027; Shanghai has it."""
    cast.owner.time_zone = "Europe/Berlin"
    cast.owner.save(update_fields=["time_zone"])
    answer = cast.client("owner").post("/live/new/", form_data(starts="2027-03-28T02:30"))
    assert answer.status_code == 302
    assert LiveSession.objects.get().starts_at.isoformat() == "2027-03-27T18:30:00+00:00"


def test_what_is_left_of_it(cast: Cast) -> None:
    session = plan(cast.gold, audience="everybody")
    with transaction.atomic():
        session_clock.step(session_id=session.pk, at=session.starts_at)
        actions.start_session(session_id=session.pk, by=cast.gold.pk, at=session.starts_at)
        actions.end_session(session_id=session.pk, by=cast.gold.pk, at=session.ends_at)
    client, url = cast.client("gold"), f"/live/{session.public_id}/edit/"
    for wrong in ({"recording_url": "javascript:alert(1)"}, {"summary": "x" * 8001}, {"summary": "\x00"}):
        assert client.post(url, wrong).status_code == 422
    said = {"summary": "Six teas, **one** winner.", "recording_url": "https://example.com/v/1"}
    assert client.post(url, said).status_code == 302
    assert "<strong>one</strong>" in client.get(f"/live/{session.public_id}/").text  # for the host alone, until …
    for path in (f"/live/{session.public_id}/", "/live/"):
        page = cast.client(None).get(path).text
        assert "<strong>one</strong>" not in page and "https://example.com/v/1" not in page
    assert cast.client(None).get(f"/live/{session.public_id}/summary/").status_code == 404
    assert client.post(url, said | {"publish": "1"}).status_code == 302
    assert "<strong>one</strong>" in cast.client(None).get(f"/live/{session.public_id}/summary/").text
    page = cast.client(None).get(f"/live/{session.public_id}/").text
    assert "<strong>one</strong>" in page and 'href="https://example.com/v/1"' in page
    listed = cast.client(None).get("/live/").text
    assert "https://example.com/v/1" in listed and session.title in listed


def test_search_engines_read_public_ones_only(cast: Cast) -> None:
    open_one = plan(cast.gold, audience="everybody", title="Tea </script><b>&", description="About *tea*.")
    page = cast.client(None).get(f"/live/{open_one.public_id}/").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    data = json.loads(found[1])
    assert (data["@type"], data["name"], data["eventStatus"]) == (
        "Event", "Tea </script><b>&", "https://schema.org/EventScheduled",
    )  # fmt: skip
    assert datetime.fromisoformat(data["startDate"]) == open_one.starts_at.replace(
        microsecond=open_one.starts_at.microsecond
    )
    assert 'property="og:title"' in page and 'rel="canonical"' in page
    closed = plan(cast.gold)
    page = cast.client("mei").get(f"/live/{closed.public_id}/").text
    assert "ld+json" not in page and 'content="noindex"' in page


def test_the_list_costs_the_same_for_one_and_for_twenty(cast: Cast) -> None:
    plan(cast.gold)
    client = cast.client("mei")
    client.get("/live/")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/live/").status_code == 200
        counts.append(len(asked))
        for number in range(20):
            session = plan(cast.gold, title=f"Table {number}")
            with transaction.atomic():
                rsvp.answer(session_id=session.pk, answer="going", by=cast.ada.pk, at=now())
    assert counts[0] == counts[1] <= 6
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/live/{LiveSession.objects.all()[0].public_id}/").status_code == 200
    assert len(asked) <= 11


def test_the_front_page_of_the_forum_tells_what_is_next(cast: Cast) -> None:
    plan(cast.gold, title="Far", starts=now() + timedelta(days=20))
    assert "Next live session" not in cast.client("mei").get("/forum/").text
    session = plan(cast.gold, title="Near")
    page = cast.client("mei").get("/forum/").text
    assert "Next live session" in page and "Near" in page and "data-countdown" in page
    assert "Near" not in cast.client(None).get("/forum/").text
    with transaction.atomic():
        session_clock.step(session_id=session.pk, at=session.starts_at)
        actions.start_session(session_id=session.pk, by=cast.gold.pk, at=session.starts_at)
    client = cast.client("mei")
    UserSession.objects.create(user=cast.mei, session_key=client.session.session_key, ip="127.0.0.1", user_agent="")
    page = client.get("/forum/").text
    assert page.count("Live now") == 2 and "Come in" in page  # in the navigation, too
    assert "Live now" not in cast.client(None).get("/forum/").text


def test_mine_and_old_pages(cast: Cast) -> None:
    mine = plan(cast.gold, title="One of mine")
    plan(cast.gold, title="One of others")
    with transaction.atomic():
        rsvp.answer(session_id=mine.pk, answer="going", by=cast.mei.pk, at=now())
    page = cast.client("mei").get("/live/?mine=1").text
    assert "One of mine" in page and "One of others" not in page
    for asked in ("?page=2", "?page=0", "?page=99999999", "?page=x", "?page=%00", "?mine=2"):
        assert cast.client("mei").get(f"/live/{asked}").status_code == 200


def test_seats_are_never_fewer_than_people(cast: Cast) -> None:
    session = plan(cast.gold, capacity=5)
    LiveSession.objects.filter(pk=session.pk).update(seated=3)
    data = form_data(
        zone="Europe/Berlin", starts=f"{session.starts_at.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%dT%H:%M}"
    )
    client, url = cast.client("gold"), f"/live/{session.public_id}/edit/"
    assert client.post(url, data | {"capacity": "2"}).status_code == 422
    assert client.post(url, data | {"capacity": "3"}).status_code == 302
    assert LiveSession.objects.get().capacity == 3
    page = cast.client("mei").get(f"/live/{session.public_id}/").text
    assert "How seats are given" in page and "There are 3 seats." in page


def test_a_live_session_keeps_its_beginning(cast: Cast) -> None:
    session = plan(cast.gold, starts=now() + timedelta(minutes=10))
    with transaction.atomic():
        session_clock.step(session_id=session.pk, at=now())
    client, url = cast.client("gold"), f"/live/{session.public_id}/"
    assert "Go live" in client.get(url).text
    assert client.post(url + "move/", {"act": "start"}).status_code == 302
    assert LiveSession.objects.get().state == "live"
    local = session.starts_at.astimezone(ZoneInfo("Europe/Berlin"))
    data = form_data(zone="Europe/Berlin", starts=f"{local + timedelta(minutes=30):%Y-%m-%dT%H:%M}")
    assert client.post(url + "edit/", data).status_code == 422
    data["starts"] = f"{local:%Y-%m-%dT%H:%M}"
    assert client.post(url + "edit/", data | {"minutes": "90", "title": "Longer"}).status_code == 302
    changed = LiveSession.objects.get()
    assert (changed.title, changed.starts_at) == ("Longer", session.starts_at)
    assert client.post(url + "move/", {"act": "dance"}).status_code == 302
    assert client.post(url + "move/", {"act": "end"}, headers={"accept": "application/json"}).json() == {"ok": True}
    assert LiveSession.objects.get().state == "ended"


def test_public_ids_with_senseless_signs_are_absent(cast: Cast) -> None:
    for wrong in ("x", "%00", "a" * 400, "%E8%80%81"):
        for rest in ("", "edit/", "cancel/", "calendar.ics"):
            assert cast.client("owner").get(f"/live/{wrong}/{rest}").status_code == 404
        assert cast.client("owner").get(f"/live/series/{wrong}/").status_code == 404
        assert cast.client("owner").get(f"/live/series/{wrong}/calendar.ics").status_code == 404
