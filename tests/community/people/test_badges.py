"""Badges: each rule exactly at its number, once, taken back when its cause goes, told when it is news."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.actions.forum import answers, posts, reactions
from community.actions.people import badges
from community.badges import artwork
from community.models import BadgeAward, BadgeKind, MemberActivity
from community.words.badges import badge_about, badge_name, how
from members.models import User
from messaging.models import Notice
from outbox.clock import now
from outbox.dispatch import run_pending
from outbox.models import StoredEvent
from tests.community.forum.conftest import TEXT, Cast, make_board, make_cast, make_member, reply, start_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    User.objects.update(last_seen_at=now())
    return make_cast()


def codes(member: Any) -> set[str]:
    return set(BadgeAward.objects.filter(member=member).values_list("kind__code", flat=True))


def trusted(name: str) -> Any:
    member = make_member(name, "trust:2")
    MemberActivity.objects.create(member=member, trust=2, noted_at=now())
    return member


def solve(board: int, asker: Any, helper: Any, number: int, *, days: int = 0) -> tuple[int, Any]:
    at = now() - timedelta(days=30, minutes=-number)
    topic = start_topic(board, asker, title=f"Question {number} about the tea", kind="question", at=at)
    answer = reply(topic.topic_id, helper, raw=f"{TEXT} {number}", at=at + timedelta(days=days, hours=1))
    with transaction.atomic():
        answers.accept(post_id=answer.post_id, by=asker.pk, at=now())
    return topic.topic_id, answer


def test_the_first_answer_is_a_badge_told_once_and_gone_when_taken_back(cast: Cast) -> None:
    board = make_board()
    _topic, answer = solve(board, cast.mei, cast.ada, 1)
    run_pending()
    run_pending()
    assert codes(cast.ada) == {"first-good-cup"}
    assert StoredEvent.objects.filter(name="badge.earned").count() == 1
    assert Notice.objects.filter(member=cast.ada, kind="community.badge").count() == 1
    with transaction.atomic():
        badges.review(counts=None, member_ids=None, at=now())
    assert BadgeAward.objects.filter(member=cast.ada).count() == 1
    with transaction.atomic():
        posts.remove(post_id=answer.post_id, by=cast.helper.pk, at=now())
    run_pending()
    assert codes(cast.ada) == set()
    assert StoredEvent.objects.filter(name="badge.taken_back").count() == 1
    client = cast.client("ada")
    assert "earned the badge" not in client.get("/notices/").content.decode()  # what is gone is not told any more


def test_one_asker_makes_nobody_a_master(cast: Cast) -> None:
    board = make_board()
    for number in range(12):
        solve(board, cast.mei, cast.ada, number)
    run_pending()
    assert "steady-pourer" not in codes(cast.ada)
    askers = [make_member(f"asker{number}") for number in range(7)]
    for number, asker in enumerate(askers):
        assert "steady-pourer" not in codes(cast.ada), number
        solve(board, asker, cast.ada, 100 + number)
        run_pending()
    assert "steady-pourer" in codes(cast.ada)  # three of Mei's and seven others


def test_own_answers_do_not_count(cast: Cast) -> None:
    solve(make_board(), cast.ada, cast.ada, 1)
    run_pending()
    assert codes(cast.ada) == set()


def test_likes_count_by_people_who_are_known_here(cast: Cast) -> None:
    topic = start_topic(make_board(), cast.ada, at=now())
    post = reply(topic.topic_id, cast.mei, at=now())
    for number in range(12):
        with transaction.atomic():
            reactions.react(post_id=post.post_id, kind="like", by=make_member(f"new{number}").pk, at=now())
    run_pending()
    assert codes(cast.mei) == set()
    for number in range(10):
        assert "good-company" not in codes(cast.mei), number
        with transaction.atomic():
            reactions.react(post_id=post.post_id, kind="like", by=trusted(f"regular{number}").pk, by_trust=2, at=now())
        run_pending()
    assert {"good-company", "words-to-keep"} <= codes(cast.mei)


def test_welcoming_and_coming_back(cast: Cast) -> None:
    board = make_board()
    for number in range(3):
        newcomer = make_member(f"new{number}")
        User.objects.filter(pk=newcomer.pk).update(date_joined=now() - timedelta(days=2))
        topic = start_topic(board, newcomer, title=f"Good evening from number {number}", at=now())
        reply(topic.topic_id, cast.mei, raw=f"{TEXT} {number}", at=now())
        reply(topic.topic_id, cast.ada, raw=f"{TEXT} {number} too", at=now())
    run_pending()
    assert codes(cast.mei) == {"open-door"}
    assert codes(cast.ada) == set()
    start_topic(board, cast.gold, title="Long ago there was a cup", at=now() - timedelta(days=200))
    start_topic(board, cast.gold, title="And here I am again", at=now())
    run_pending()
    assert codes(cast.gold) == {"warm-kettle"}


def test_years_need_more_than_time_and_old_ones_are_given_quietly(cast: Cast) -> None:
    board = make_board()
    User.objects.filter(pk__in=[cast.ada.pk, cast.mei.pk]).update(date_joined=now() - timedelta(days=3 * 366 + 30))
    start_topic(board, cast.ada, at=now() - timedelta(days=100))
    with transaction.atomic():
        badges.review(counts=None, member_ids=None, at=now())
    assert codes(cast.ada) == set()  # was not here lately
    User.objects.filter(pk__in=[cast.ada.pk, cast.mei.pk]).update(last_seen_at=now())
    with transaction.atomic():
        badges.review(counts=None, member_ids=None, at=now())
    assert codes(cast.ada) == {"four-seasons", "three-springs"}
    assert codes(cast.mei) == set()  # never said a word
    assert not Notice.objects.filter(kind="community.badge").exists()
    assert not StoredEvent.objects.filter(name="badge.earned").exists()


def test_every_rule_runs_for_everybody_and_for_one(cast: Cast) -> None:
    solve(make_board(), cast.mei, cast.ada, 1, days=9)
    run_pending()
    assert {"first-good-cup", "late-lamp"} == codes(cast.ada)
    kinds = BadgeKind.objects.exclude(rule="").count()
    assert kinds == 18
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        badges.review(counts=None, member_ids=None, at=now())
    assert len(asked) <= 2 * kinds + 4
    with transaction.atomic():
        badges.review(counts=None, member_ids=[cast.ada.pk, cast.mei.pk], at=now())
    assert {"first-good-cup", "late-lamp"} == codes(cast.ada)


def test_one_badge_stands_beside_the_name(cast: Cast) -> None:
    topic, _answer = solve(make_board(), cast.mei, cast.ada, 1)
    run_pending()
    client = cast.client("ada")
    assert "Show it" in client.get("/members/ada/badges/").content.decode()
    client.post("/badges/wear/", {"badge": "tea-master"})
    assert not BadgeAward.objects.filter(worn=True).exists()  # not hers
    client.post("/badges/wear/", {"badge": "first-good-cup"})
    assert BadgeAward.objects.get(worn=True).member_id == cast.ada.pk
    from community.queries.forum.topics import url_of
    from community.topicpage import authors

    authors.forget()
    page = cast.client("mei").get(url_of(topic_id=topic)).content.decode()
    assert 'role="img" aria-label="First good cup"' in page
    client.post("/badges/wear/", {"badge": ""})
    assert not BadgeAward.objects.filter(worn=True).exists()


def test_badges_by_hand(cast: Cast) -> None:
    kind = BadgeKind.objects.create(code="host", name="Host of the evening", description="Poured for all.", motif="pot")
    with transaction.atomic():
        assert badges.give(kind_id=kind.pk, member_id=cast.mei.pk, note="The long night", by=cast.owner.pk, at=now())
        assert not badges.give(kind_id=kind.pk, member_id=cast.mei.pk, note="", by=cast.owner.pk, at=now())
        badges.review(counts=None, member_ids=None, at=now())
    assert codes(cast.mei) == {"host"}
    assert "The long night" in cast.client("ada").get("/members/mei/badges/").content.decode()
    with transaction.atomic():
        assert badges.take(award_id=BadgeAward.objects.get().pk, by=cast.owner.pk, at=now())
    assert codes(cast.mei) == set()


def test_pages_of_badges(cast: Cast) -> None:
    solve(make_board(), cast.mei, cast.ada, 1)
    run_pending()
    for viewer in (None, "mei"):
        page = cast.client(viewer).get("/badges/").content.decode()
        assert "Master of the house" in page
        one = cast.client(viewer).get("/badges/first-good-cup/").content.decode()
        assert ("@ada" in one or "/members/ada/" in one) == (viewer is not None)
    assert cast.client("mei").get("/badges/nothing/").status_code == 404
    assert cast.client("mei").get("/members/?badge=first-good-cup").content.decode().count('class="person-name"') == 1


def test_every_badge_has_words_and_a_picture() -> None:
    for kind in BadgeKind.objects.all():
        assert badge_name(kind.code, kind.name) != kind.code
        assert badge_about(kind.code, kind.threshold, kind.description)
        assert how(kind.rule)
        assert kind.motif in artwork.MOTIFS
        assert reverse("community:badge", args=[kind.code])


def test_the_sheet_is_what_the_drawing_says() -> None:
    sheet = Path(artwork.__file__).parents[1] / "static/community/badges.svg"
    assert sheet.read_text() == artwork.sheet()
