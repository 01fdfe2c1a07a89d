"""Pages about people at the door: what a stranger, a friend and the person themselves find there."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.actions.forum import posts, reactions
from community.actions.forum.boards import allow
from community.actions.people import levels
from community.models import Level, PersonLevel, Post
from members.access import SUSPENDED
from members.actions import ensure_identity, join_group, set_openness
from members.models import Identity, User
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_cast, reply, start_topic

pytestmark = pytest.mark.django_db

TABS = ("", "topics/", "replies/", "reactions/", "badges/")
SECRET = "Underneaththefloorboards"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def like(post: Any, by: Any) -> None:
    with transaction.atomic():
        reactions.react(post_id=post.post_id, kind="like", by=by.pk, at=AT)


def locked_board() -> int:
    board = make_board("back")
    with transaction.atomic():
        for audience in ("guests", "members"):
            allow(board_id=board, audience=audience, acts=["see", "browse"], value="never", at=AT)
    return board


def test_what_a_stranger_may_not_read_is_on_no_page_and_in_no_count(cast: Cast) -> None:
    tea, back = make_board("tea"), locked_board()
    start_topic(tea, cast.ada, title="About the weather of today")
    for board, mark in ((back, SECRET),):
        topic = start_topic(board, cast.ada, title=f"{mark} in a title", raw=f"{TEXT} {mark}")
        start = Post.objects.get(topic_id=topic.topic_id)
        answer = reply(topic.topic_id, cast.mei, raw=f"{TEXT} {mark} said mei")
        like(answer, cast.ada)
        Post.objects.filter(pk=start.pk).update(like_count=1, reaction_counts={"like": 1})
    for person in ("ada", "mei"):
        for tab in TABS:
            for viewer in (None, "mei", "gold"):
                page = cast.client(viewer).get(f"/members/{person}/{tab}")
                assert page.status_code == 200
                assert SECRET not in page.content.decode(), (person, tab, viewer)
            owner = cast.client("owner").get(f"/members/{person}/{tab}").content.decode()
            if (person, tab) in (
                ("ada", "topics/"),
                ("mei", "replies/"),
                ("mei", "reactions/"),
                ("mei", ""),
                ("ada", ""),
            ):
                assert SECRET in owner
    page = cast.client("gold").get("/members/mei/").content.decode()
    assert re.search(r"Replies</a>", page)
    assert re.search(r'Replies <span class="count quiet">1', cast.client("owner").get("/members/mei/").content.decode())


def test_a_hidden_beginning_is_not_quoted(cast: Cast) -> None:
    topic = start_topic(make_board("tea"), cast.ada, raw=f"{TEXT} {SECRET}")
    Post.objects.filter(topic_id=topic.topic_id).update(state=Post.State.HIDDEN)
    for tab in TABS:
        assert SECRET not in cast.client("mei").get(f"/members/ada/{tab}").content.decode()


def test_following_and_ignoring_without_script(cast: Cast) -> None:
    mei = cast.client("mei")
    assert 'value="follow"' in mei.get("/members/ada/").content.decode()
    mei.post("/members/ada/level/", {"level": "follow"})
    assert PersonLevel.objects.get(member=cast.mei).level == Level.WATCHING
    assert "Ada" in mei.get("/settings/people/").content.decode()
    mei.post("/members/ada/level/", {"level": "ignore"})
    assert PersonLevel.objects.get(member=cast.mei).level == Level.MUTED
    assert "Stop ignoring" in mei.get("/members/ada/").content.decode()
    assert mei.post("/members/ada/level/", {"level": "", "from": "settings"})["Location"] == "/settings/people/"
    assert not PersonLevel.objects.exists()
    for bad in ({"level": "worship"}, {}, {"level": "3"}):
        mei.post("/members/ada/level/", bad)
    assert not PersonLevel.objects.filter(level=Level.WATCHING).exists()
    assert mei.post("/members/mei/level/", {"level": "follow"}).status_code == 302  # oneself: told, nothing changes
    assert not PersonLevel.objects.filter(person=cast.mei).exists()
    assert Client().post("/members/ada/level/", {"level": "follow"}).status_code in (302, 403)


def test_the_team_cannot_be_ignored(cast: Cast) -> None:
    for one in (cast.helper, cast.owner):
        with pytest.raises(levels.TeamIsHeard), transaction.atomic():
            levels.set_person_level(person_id=one.pk, level=Level.MUTED, by=cast.mei.pk, at=AT)
    with transaction.atomic():
        levels.set_person_level(person_id=cast.helper.pk, level=Level.WATCHING, by=cast.mei.pk, at=AT)


def test_nobody_learns_who_ignores_them(cast: Cast) -> None:
    before = cast.client("ada").get("/members/mei/").content
    with transaction.atomic():
        levels.set_person_level(person_id=cast.ada.pk, level=Level.MUTED, by=cast.mei.pk, at=AT)
    strip = re.compile(rb"csrfmiddlewaretoken[^>]*>|nonce=\"[^\"]*\"")
    assert strip.sub(b"", cast.client("ada").get("/members/mei/").content) == strip.sub(b"", before)


def test_what_the_followed_wrote_is_one_list(cast: Cast) -> None:
    topic = start_topic(make_board("tea"), cast.ada, title="How long may a white tea rest?")
    reply(topic.topic_id, cast.gold, raw=f"{TEXT} by gold")
    with transaction.atomic():
        levels.set_person_level(person_id=cast.gold.pk, level=Level.WATCHING, by=cast.mei.pk, at=AT)
    page = cast.client("mei").get("/forum/people/").content.decode()
    assert "by gold" in page
    assert page.count('class="kept"') == 1


def test_a_page_costs_at_most_ten_statements_however_much_there_is(cast: Cast) -> None:
    tea = make_board("tea")
    topic = start_topic(tea, cast.ada)
    client = cast.client("mei")
    client.get("/members/ada/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/members/ada/")
    for number in range(25):
        made = start_topic(tea, cast.ada, title=f"A question number {number} of many", at=AT + timedelta(hours=number))
        like(reply(made.topic_id, cast.mei, raw=f"{TEXT} {number}", at=AT + timedelta(hours=number)), cast.ada)
        like(reply(topic.topic_id, cast.ada, raw=f"{TEXT} {number}", at=AT + timedelta(days=number + 1)), cast.mei)
    for tab in TABS:
        with CaptureQueriesContext(connection) as many:
            assert client.get(f"/members/ada/{tab}").status_code == 200
        assert len(many) <= 10, [one["sql"][:150] for one in many.captured_queries]
    assert len(few) <= 10
    pages, url = 0, "/members/ada/replies/"
    seen: list[str] = []
    while url:
        text = client.get(url).content.decode()
        seen += re.findall(r'class="topic-title" href="([^"]+)"', text)
        older = re.search(r'rel="next" href="([^"]+)"', text)
        url, pages = (f"/members/ada/replies/{older[1].replace('&amp;', '&')}" if older else ""), pages + 1
    assert pages == 2
    assert len(seen) == len(set(seen)) == 25


def test_when_somebody_was_here_last_is_told_only_if_they_allow_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.ada.pk).update(last_seen_at=now())
    assert "last here" not in cast.client("mei").get("/members/ada/").content.decode()
    client = cast.client("ada")
    client.post("/settings/profile/", {"display_name": "Ada", "last_seen": "on"})
    assert "last here" in cast.client("mei").get("/members/ada/").content.decode()
    assert "Ada" not in re.findall(
        r'class="person-name"[^>]*>([^<]*)', cast.client("mei").get("/members/").content.decode()
    )


def test_a_customer_who_was_never_here_has_no_page_until_they_are_known(cast: Cast) -> None:
    with transaction.atomic():
        number = ensure_identity(source="shop", external_id="4711", name="Paula Buyer", by=None, at=AT)
    name = User.objects.get(pk=number).username
    for viewer in (None, "mei"):
        for tab in TABS:
            assert cast.client(viewer).get(f"/members/{name}/{tab}").status_code == 404
    assert cast.client("helper").get(f"/members/{name}/").status_code == 200
    topic = start_topic(make_board("tea"), User.objects.get(pk=number))
    assert topic.topic_id
    assert cast.client("mei").get(f"/members/{name}/").status_code == 200


def test_the_directory_names_whom_it_may(cast: Cast) -> None:
    with transaction.atomic():
        ensure_identity(source="shop", external_id="4711", name="Paula Buyer", by=None, at=AT)
        set_openness(member_id=cast.gold.pk, listed=False, last_seen=False, by=cast.gold.pk, at=AT)
    User.objects.filter(pk=cast.ada.pk).update(bio="Drinks green.")
    page = cast.client("mei").get("/members/").content.decode()
    assert "Drinks green." in page
    assert "Paula" not in page
    assert "@gold" not in page
    assert "example.com" not in page
    assert Client().get("/members/").status_code == 302
    assert Identity.objects.count() == 1
    run_pending()
    for query in (
        "?q=ad",
        "?q=%00",
        "?order=helpful",
        "?badge=none",
        "?group=none",
        "?before=x",
        "?before=99999999999999999999",
        "?order=helpful&before=7",
    ):
        assert cast.client("mei").get(f"/members/{query}").status_code == 200, query


def test_guests_see_the_directory_where_the_site_says_so(cast: Cast, settings: Any) -> None:
    settings.DIRECTORY_FOR_GUESTS = True
    assert Client().get("/members/").status_code == 200


def test_an_erased_member_has_no_page_and_a_suspended_one_is_away(cast: Cast) -> None:
    with transaction.atomic():
        join_group(member_id=cast.ada.pk, group=SUSPENDED, by=None, at=AT)
    page = cast.client("mei").get("/members/ada/").content.decode()
    assert "Away at the moment." in page
    assert "Suspended" not in page
    assert "Suspended" in cast.client("helper").get("/members/ada/").content.decode()
    User.objects.filter(pk=cast.ada.pk).update(erased_at=now(), is_active=False)
    for tab in TABS:
        assert cast.client("mei").get(f"/members/ada/{tab}").status_code == 404


def test_cursors_that_mean_nothing_are_the_beginning(cast: Cast) -> None:
    topic = start_topic(make_board("tea"), cast.ada)
    with transaction.atomic():
        posts.reply(topic_id=topic.topic_id, raw=f"{TEXT} again", by=cast.gold.pk, at=AT)
    for before in (
        "x",
        "_",
        "2026-01-01_5",
        "0001-01-01T00:00:00+23:59_1",
        "9999-12-31T23:59:59-23:59_9",
        "1" * 40,
        "%00",
    ):
        for tab in ("topics/", "replies/", "reactions/"):
            assert cast.client("mei").get(f"/members/ada/{tab}?before={before}").status_code == 200, (tab, before)
