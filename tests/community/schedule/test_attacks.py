"""What somebody tries who wants more of live sessions than is theirs. Each of these worked once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from community.actions.forum.boards import ensure_board
from community.actions.live import rsvp
from community.models import Drop, LiveSession, SessionPoll, SessionSeries, Topic
from community.queries.live import calendar
from outbox.clock import now
from tests.community.forum.conftest import Cast
from tests.community.schedule.conftest import AT, plan, plan_series, repeat

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def test_one_day_of_a_series_for_a_smaller_circle_is_not_in_its_calendar(cast: Cast) -> None:
    series = plan_series(
        cast.owner, rule=repeat(starts_on=now().date() + timedelta(days=2)), at=now(), title="Tea every evening"
    )
    day = LiveSession.objects.filter(series=series).order_by("starts_at")[1]
    LiveSession.objects.filter(pk=day.pk).update(
        differs=True, audience="group", group=Group.objects.get(name="tier:gold"), title="Secret tasting",
        description="Of rare leaves", cancel_reason="",
    )  # fmt: skip
    url = f"/live/series/{series.public_id}/calendar.ics"
    assert "Secret tasting" in cast.client("gold").get(url).content.decode()
    for who in ("mei", None):
        answer = cast.client(who).get(url)
        assert "Secret tasting" not in answer.content.decode() and day.public_id not in answer.content.decode()
    text = cast.client("mei").get(url).content.decode().replace("\r\n ", "")
    assert f"{day.occurs_on:%Y%m%d}" in text.partition("EXDATE")[2].partition("\r\n")[0]  # that day is free, to them


def test_a_calendar_with_ones_own_answer_is_kept_by_nobody_else(cast: Cast) -> None:
    evening = plan(cast.gold, audience="everybody")
    with transaction.atomic():
        rsvp.answer(session_id=evening.pk, answer="maybe", by=cast.mei.pk, at=now())
    url = f"/live/{evening.public_id}/calendar.ics"
    own = cast.client("mei").get(url)
    assert "TENTATIVE" in own.content.decode() and own["Cache-Control"] == "private, no-store"
    guest = cast.client(None).get(url)
    assert "TENTATIVE" not in guest.content.decode() and "public" in guest["Cache-Control"]


def test_who_is_suspended_has_no_calendar(cast: Cast) -> None:
    evening = plan(cast.gold)
    with transaction.atomic():
        rsvp.answer(session_id=evening.pk, answer="going", by=cast.mei.pk, at=now())
        key = rsvp.renew_feed(by=cast.mei.pk, at=now())
    guest, url = cast.client(None), f"/live/calendar/{key}.ics"
    assert evening.title in guest.get(url).content.decode()
    cast.mei.groups.add(Group.objects.get_or_create(name="order:suspended")[0])
    gone, none = guest.get(url), guest.get("/live/calendar/nobody.ics")
    assert gone.status_code == none.status_code == 404
    said = [re.sub(rb'(nonce|content|value)="[^"]*"|nonce-[^\'" ]*', b"", answer.content) for answer in (gone, none)]
    assert said[0].replace(key.encode(), b"nobody") == said[1]
    assert calendar.member_of_feed(key="a\x00b") is None


@pytest.mark.parametrize(
    ("audience", "possible"),
    [
        ("everybody", {"open", "inner", "circle"}),
        ("members", {"inner", "circle"}),
        ("group", set()),
        ("board", {"circle"}),
    ],
)
def test_what_a_circle_said_becomes_no_topic_for_others(cast: Cast, audience: str, possible: set[str]) -> None:
    """Not by the host either, who may be any member of trust 4."""
    acts = ("see", "browse", "start", "reply")
    with transaction.atomic():
        ensure_board(slug="open", name="Open", by=None, at=AT)
        ensure_board(slug="inner", name="Inner", by=None, at=AT, permissions={"members": acts})
        circle = ensure_board(slug="circle", name="Circle", by=None, at=AT, permissions={"tier:gold": acts})
    more: dict[str, Any] = {"audience": audience}
    more |= {"group_id": Group.objects.get(name="tier:gold").pk} if audience == "group" else {}
    more |= {"board_id": circle} if audience == "board" else {}
    evening = plan(cast.gold, **more)
    LiveSession.objects.filter(pk=evening.pk).update(state="live", doors_at=evening.created_at, started_at=now())
    client = cast.client("gold")
    assert client.post(f"/live/{evening.public_id}/room/say/", {"text": "among us"}).status_code == 302
    made = set()
    for board in ("open", "inner", "circle"):
        form = {"from": "1", "to": "1", "title": f"What we said about {board}", "board": board}
        answer = client.post(f"/chat/{evening.room.slug}/transcript/", form, headers=JSON)
        made |= {board} if answer.status_code == 200 and answer.json().get("ok") else set()
    assert made == possible
    assert Topic.objects.count() == len(made)


def test_numbers_and_days_beyond_all_sense(cast: Cast) -> None:
    evening = plan(cast.gold, audience="everybody")
    LiveSession.objects.filter(pk=evening.pk).update(state="live", doors_at=evening.created_at, started_at=now())
    client = cast.client("gold")
    base = f"/live/{evening.public_id}/room/"
    for form in (
        {"prize": "reward:999999999999999999999", "stock": "5"},
        {"prize": "reward:1", "stock": "999999", "rank": "999999"},
        {"prize": "reward:x", "stock": "1", "rank": "32768"},
    ):
        assert client.post(f"{base}drops/", form, headers=JSON).status_code == 422, form
    assert not Drop.objects.exists()
    for form in (
        {"question": "q" * 5_000, "options": "a\nb"},
        {"question": "q", "options": "\n".join(["a" * 1_000] * 3)},
        {"question": "q", "options": "\n".join(map(str, range(1_000)))},
        {"question": "\u202eq", "options": "a\na"},
    ):
        assert client.post(f"{base}polls/", form, headers=JSON).status_code in (200, 422), form
    assert all(len(one.options) <= 10 for one in SessionPoll.objects.all())
    owner = cast.client("owner")
    form = {
        "title": "For ever", "starts": f"{now() + timedelta(days=1):%Y-%m-%dT20:00}", "minutes": "60",
        "zone": "America/Los_Angeles", "repeats": "daily", "until": "9999-12-31", "audience": "everybody",
        "capacity": "0", "age_minutes": "0",
    }  # fmt: skip
    assert owner.post("/live/new/", form).status_code in (302, 422)
    for series in SessionSeries.objects.all():
        assert owner.get(f"/live/series/{series.public_id}/calendar.ics").status_code == 200
        assert owner.get(f"/live/series/{series.public_id}/").status_code == 200
    for starts in ("0001-01-01T00:00", "9999-12-31T23:59", "2426-05-05T20:00"):
        assert owner.post("/live/new/", form | {"starts": starts, "until": ""}).status_code == 422, starts


def test_a_host_plans_no_calendar_full(cast: Cast, limits_on: None) -> None:
    """Each session has a room, a line in every feed, and people who may be reminded. Managers plan as they like."""
    cast.mei.groups.add(Group.objects.get_or_create(name="trust:4")[0])
    form = {
        "title": "Again", "starts": f"{now() + timedelta(days=1):%Y-%m-%dT20:00}", "minutes": "60", "zone": "UTC",
        "repeats": "once", "audience": "everybody", "capacity": "0", "age_minutes": "0",
    }  # fmt: skip
    client = cast.client("mei")
    assert [client.post("/live/new/", form).status_code for _ in range(11)] == [302] * 10 + [429]
    assert LiveSession.objects.count() == 10
    assert cast.client("owner").post("/live/new/", form).status_code == 302


def test_a_title_ends_nothing_that_it_stands_in(cast: Cast) -> None:
    """Not a script, not an entry of a calendar, not a line of a mail."""
    title = "</script><script>x\r\nBEGIN:VEVENT\r\n;,\\"
    evening = plan(cast.gold, audience="everybody", title=title)
    page = cast.client(None).get(f"/live/{evening.public_id}/").content.decode()
    assert "<script>x" not in page and "</script><script>" not in page.replace("</script>\n", "")
    text = cast.client(None).get(f"/live/{evening.public_id}/calendar.ics").content.decode()
    assert text.count("BEGIN:VEVENT") == 2 and text.count("\r\nBEGIN:VEVENT") == 1
