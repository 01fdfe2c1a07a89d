"""Closing, timers, pins, wiki posts, ideas, events: as people click them, and as time does them."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from community import tasks
from community.actions.forum import answers, ideas, posts, timers, topics
from community.models import Board, EventDetails, IdeaVote, Post, PostRevision, Topic
from outbox import clock
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, reply, start_topic, url_of

pytestmark = pytest.mark.django_db


def run_timers(at: Any) -> int:
    done = 0
    for topic_id, what in timers.due(at=at):
        with transaction.atomic():
            done += timers.act(topic_id=topic_id, what=what, at=at)
    return done


def lines() -> list[str]:
    return [post.line["code"] for post in Post.objects.filter(kind="line").order_by("id") if post.line]


def test_closing_says_why_and_the_line_has_a_place(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    reply(topic, cast.ada)
    url = url_of(topic) + "moderate/"
    assert cast.client("mei").get(url).status_code == 403
    helper = cast.client("helper")
    assert helper.get(url).status_code == 200
    assert helper.post(url, {"act": "close", "reason": "Said <b>all</b> there is."}).status_code == 302
    row, line = Topic.objects.get(), Post.objects.get(kind="line")
    assert (row.state, row.highest_number, row.visible_posts, row.last_post_at) == ("closed", 3, 2, AT)
    assert (line.number, line.raw, line.line) == (3, "Said <b>all</b> there is.", {"code": "closed"})
    page = cast.client("ada").get(url_of(topic)).text
    assert "Said &lt;b&gt;all&lt;/b&gt; there is." in page
    with transaction.atomic():
        assert topics.set_state(topic_id=topic, state="closed", by=cast.helper.pk, at=AT) is False
    assert len(lines()) == 1
    assert not StoredEvent.objects.filter(name="post.published", payload__number=3).exists()
    for act in ("edit", "remove", "react", "accept", "restore"):
        assert cast.client("helper").post(f"{url_of(topic)}3/{act}/", {"raw": TEXT}).status_code == 404


@pytest.mark.parametrize("data", [{"act": "explode"}, {"act": "close", "until": "never"}, {"act": "close", "until": "2001-01-01T10:00"}, {"act": "slow", "seconds": "-5"}, {"act": "move", "board": "9999999"}, {"act": "pin", "until": "2001-01-01T10:00"}, {}])  # fmt: skip
def test_senseless_buttons_change_nothing(cast: Cast, tea: int, data: dict[str, str]) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    before = Topic.objects.values().get()
    assert cast.client("helper").post(url_of(topic) + "moderate/", data).status_code in (302, 422)
    assert Topic.objects.values().get() == before


def test_timers_close_open_and_unpin_once(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    hour = timedelta(hours=1)
    with transaction.atomic():
        topics.close_later(topic_id=topic, closes_at=AT + hour, by=cast.helper.pk, at=AT)
        topics.pin(topic_id=topic, pinned="everywhere", until=AT + hour, by=cast.helper.pk, at=AT)
    assert run_timers(AT + hour - timedelta(seconds=1)) == 0
    assert run_timers(AT + hour) == 2
    assert run_timers(AT + hour) == 0
    row = Topic.objects.get()
    assert (row.state, row.closes_at, row.pinned, row.pinned_until) == ("closed", None, "no", None)
    with transaction.atomic():
        topics.set_state(topic_id=topic, state="open", by=cast.helper.pk, at=AT + hour)
        topics.set_state(topic_id=topic, state="closed", by=cast.helper.pk, at=AT + hour, opens_at=AT + 2 * hour)
    assert run_timers(AT + 2 * hour) == 1
    assert Topic.objects.get().state == "open"
    assert lines() == ["closed_by_time", "opened", "closed", "reopened_by_time"]


def test_a_board_closes_what_is_quiet(cast: Cast, tea: int) -> None:
    start_topic(tea, cast.mei), start_topic(make_board("other"), cast.mei)
    assert run_timers(AT + timedelta(days=400)) == 0
    Board.objects.filter(pk=tea).update(auto_close_days=30)
    assert run_timers(AT + timedelta(days=29)) == 0
    assert run_timers(AT + timedelta(days=30)) == 1
    assert (lines(), Topic.objects.filter(state="closed").count()) == (["closed_quiet"], 1)


def test_a_solved_question_closes_after_thirty_days(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, kind="question").topic_id
    answer = reply(topic, cast.ada)
    assert cast.client("mei").post(f"{url_of(topic)}2/accept/").status_code == 302
    assert lines() == ["solved"]
    with transaction.atomic():
        answers.unaccept(post_id=answer.post_id, by=cast.mei.pk, at=AT)
    assert Topic.objects.get().closes_at is None
    with transaction.atomic():
        answers.accept(post_id=answer.post_id, by=cast.mei.pk, at=AT, trust=2)
    assert StoredEvent.objects.filter(name="answer.accepted").order_by("-id")[0].payload["by_trust"] == 2
    assert run_timers(AT + timedelta(days=30)) == 1
    assert lines()[-1] == "closed_solved"
    with transaction.atomic():
        posts.remove(post_id=answer.post_id, by=cast.helper.pk, at=AT)
    assert Topic.objects.get().accepted_post_id is None


def test_level_four_says_what_solved_a_question(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei, kind="question").topic_id
    reply(topic, cast.ada)
    assert cast.client("gold").post(f"{url_of(topic)}2/accept/").status_code == 403
    cast.gold.groups.add(Group.objects.get_or_create(name="trust:4")[0])
    assert cast.client("gold").post(f"{url_of(topic)}2/accept/").status_code == 302
    assert Topic.objects.get().accepted_post_id


def test_a_wiki_post_is_everybodys_and_its_history_says_whose(cast: Cast, tea: int) -> None:
    topic = start_topic(tea, cast.mei).topic_id
    reply(topic, cast.ada)
    url = f"{url_of(topic)}2/"
    edit = {"raw": TEXT + " And stir.", "revision": 1}
    assert cast.client("ada").post(url + "wiki/").status_code == 403  # level 3 marks
    cast.ada.groups.add(Group.objects.get_or_create(name="trust:3")[0])
    assert cast.client("mei").post(url + "wiki/").status_code == 403
    assert cast.client("ada").post(url + "wiki/").status_code == 302
    assert cast.client("gold").post(url + "edit/", edit).status_code == 403  # level 1 edits
    cast.gold.groups.add(Group.objects.get_or_create(name="trust:1")[0])
    assert cast.client("gold").post(url + "edit/", edit).status_code == 302
    assert Post.objects.get(number=2).raw == TEXT + " And stir."
    assert PostRevision.objects.get().by_id == cast.gold.pk
    assert cast.client("gold").post(url + "remove/").status_code == 403
    assert cast.client("ada").post(url + "wiki/", {"wiki": "no"}).status_code == 302
    assert cast.client("gold").post(url + "edit/", edit | {"revision": 2}).status_code == 403


def idea(board: int, by: Any, **more: Any) -> int:
    return start_topic(board, by, title="A lid that does not drip", kind="idea", **more).topic_id


def test_ideas_have_one_vote_of_each(cast: Cast) -> None:
    board = make_board("wishes", kinds=["idea"])
    topic = idea(board, cast.mei)
    vote = url_of(topic) + "vote/"
    assert cast.client(None).post(vote, {"voted": "no"}).status_code in (302, 403)
    for who in ("mei", "ada", "ada", "gold"):
        assert cast.client(who).post(vote, {"voted": "no"}).status_code == 302
    assert Topic.objects.get().vote_count == IdeaVote.objects.count() == 3
    for _twice in range(2):
        cast.client("ada").post(vote, {"voted": "yes"})
    assert Topic.objects.get().vote_count == IdeaVote.objects.count() == 2
    assert StoredEvent.objects.filter(name="idea.voted").count() == 4
    rows = cast.client(None).get("/b/wishes/ideas/")
    assert rows.status_code == 200 and [row.votes for row in rows.context["rows"]] == [2]


def test_what_became_of_an_idea_is_said_by_moderators(cast: Cast) -> None:
    board = make_board("wishes", kinds=["idea"])
    topic = idea(board, cast.mei)
    page = url_of(topic) + "moderate/"
    assert cast.client("mei").post(page, {"act": "progress", "progress": "done"}).status_code == 403
    assert (
        cast.client("helper").post(page, {"act": "progress", "progress": "planned", "reason": "In spring."}).status_code
        == 302
    )
    assert (Topic.objects.get().progress, lines()) == ("planned", ["planned"])
    cast.client("helper").post(page, {"act": "progress", "progress": "declined"})
    cast.client("ada").post(url_of(topic) + "vote/", {"voted": "no"})
    assert Topic.objects.get().vote_count == 0  # decided
    with transaction.atomic():
        assert ideas.set_progress(topic_id=topic, progress="declined", by=cast.helper.pk, at=AT) is False


def test_an_event_is_on_the_clock_of_its_place(cast: Cast) -> None:
    make_board("meet", kinds=["discussion", "event"])
    data = {"kind": "event", "title": "Tasting in Shanghai, in June", "raw": TEXT}
    mei = cast.client("mei")
    assert "kind" in mei.get("/b/meet/new/?kind=event").text
    assert mei.post("/b/meet/new/", data).status_code == 422
    when = {"event_starts": "2027-06-05T19:00", "event_ends": "2027-06-05T21:00", "event_zone": "Asia/Shanghai"}
    assert mei.post("/b/meet/new/", data | when | {"event_ends": "2027-06-05T18:00"}).status_code == 422
    assert mei.post("/b/meet/new/", data | when | {"event_zone": "Mars/Olympus"}).status_code == 422
    assert mei.post("/b/meet/new/", data | when | {"event_link": "javascript:alert(1)"}).status_code == 422
    answer = mei.post("/b/meet/new/", data | when | {"event_place": "Tea house; room 3, upstairs"})
    assert answer.status_code == 302, answer.text
    event = EventDetails.objects.get()
    assert event.starts_at.astimezone(ZoneInfo("Asia/Shanghai")).hour == 19
    assert event.starts_at.hour == 11
    file = cast.client(None).get(answer["Location"] + "event.ics")
    assert file["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20270605T110000Z\r\n" in file.text and "LOCATION:Tea house\\; room 3\\, upstairs" in file.text
    assert all(len(line.encode()) <= 75 for line in file.text.split("\r\n"))
    assert cast.client("ada").post(answer["Location"] + "event/", when).status_code == 403
    assert mei.post(answer["Location"] + "event/", when | {"event_starts": "2027-06-05T20:00"}).status_code == 302
    assert EventDetails.objects.get().starts_at.hour == 12
    other = start_topic(Board.objects.get().pk, cast.mei).topic_id
    assert cast.client(None).get(url_of(other) + "event.ics").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_tasks_of_the_worker(db: None) -> None:
    from tests.community.forum.conftest import make_cast

    cast = make_cast()
    start_topic(make_board("tea"), cast.mei)
    Topic.objects.update(closes_at=clock.now() - timedelta(seconds=1))
    tasks.keep_time()
    tasks.recount_tags()
    assert Topic.objects.get().state == "closed"
