"""Which level follows from what: a table, row by row, and each need from both sides of its number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from community.rules import trust as rules_trust
from community.rules.trust import Lately, Life, level_of_life, level_of_night

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=31)
ONE = Life(timedelta(minutes=10), topics_opened=5, posts_read=30, seconds=600)
TWO = Life(timedelta(days=20), 20, 100, 3600, 15, 1, 1, 3)
THREE = Lately(25, 25, 100, 6, 15, 10, 3, 4, 5, 5, 0, new_topics=100, new_posts=400)

LIFE = [
    ("nothing", Life(), 0, 0),
    ("just enough", ONE, 0, 1),
    ("one topic short", replace(ONE, topics_opened=4), 0, 0),
    ("one post short", replace(ONE, posts_read=29), 0, 0),
    ("a second short", replace(ONE, seconds=599), 0, 0),
    ("too young", replace(ONE, age=timedelta(minutes=9, seconds=59)), 0, 0),
    ("both steps at once", TWO, 0, 2),
    ("just enough for two", TWO, 1, 2),
    ("a topic short of two", replace(TWO, topics_opened=19), 1, 1),
    ("a post short of two", replace(TWO, posts_read=99), 1, 1),
    ("a second short of two", replace(TWO, seconds=3599), 1, 1),
    ("a day short of two", replace(TWO, days_visited=14), 1, 1),
    ("gave nothing", replace(TWO, reactions_given=0), 1, 1),
    ("got nothing", replace(TWO, reactions_received=0), 1, 1),
    ("replied in two topics", replace(TWO, topics_replied=2), 1, 1),
    ("never down", Life(), 1, 1),
    ("never down from two", Life(), 2, 2),
    ("not on to three", TWO, 2, 2),
    ("by hand stays", Life(), 4, 4),
]


@pytest.mark.parametrize(("life", "before", "after"), [row[1:] for row in LIFE], ids=[row[0] for row in LIFE])
def test_levels_one_and_two(life: Life, before: int, after: int) -> None:
    assert level_of_life(life, before) == after


NIGHT = [
    ("just enough", THREE, 2, LONG_AGO, 3),
    ("a day short", replace(THREE, days_read=24), 2, LONG_AGO, 2),
    ("a topic short", replace(THREE, topics_opened=24), 2, LONG_AGO, 2),
    ("a post short", replace(THREE, posts_read=99), 2, LONG_AGO, 2),
    ("a quarter is rounded up", replace(THREE, new_topics=101), 2, LONG_AGO, 2),
    ("topics are capped at 250", replace(THREE, new_topics=9_999, topics_opened=250), 2, LONG_AGO, 3),
    ("below the cap of topics", replace(THREE, new_topics=9_999, topics_opened=249), 2, LONG_AGO, 2),
    ("posts are capped at 2,000", replace(THREE, new_posts=99_999, posts_read=2_000), 2, LONG_AGO, 3),
    ("below the cap of posts", replace(THREE, new_posts=99_999, posts_read=1_999), 2, LONG_AGO, 2),
    ("replied in five topics", replace(THREE, topics_replied=5), 2, LONG_AGO, 2),
    ("gave fourteen", replace(THREE, reactions_given=14), 2, LONG_AGO, 2),
    ("got nine", replace(THREE, reactions_received=9), 2, LONG_AGO, 2),
    ("from two people", replace(THREE, reaction_givers=2), 2, LONG_AGO, 2),
    ("on three days", replace(THREE, reaction_days=3), 2, LONG_AGO, 2),
    ("six upheld flags", replace(THREE, flags=6), 2, LONG_AGO, 2),
    ("from six people", replace(THREE, flags=6, flaggers=6), 2, LONG_AGO, 2),
    ("a sanction", replace(THREE, sanctions=1), 2, LONG_AGO, 2),
    ("an empty forum asks for no topics", replace(THREE, new_topics=0, new_posts=0, posts_read=0), 2, LONG_AGO, 3),
    ("kept at nine tenths", replace(THREE, days_read=23, topics_opened=23, posts_read=90), 3, LONG_AGO, 3),
    ("lost below nine tenths of days", replace(THREE, days_read=22), 3, LONG_AGO, 2),
    ("lost below nine tenths of topics", replace(THREE, topics_opened=22), 3, LONG_AGO, 2),
    ("lost below nine tenths of posts", replace(THREE, posts_read=89), 3, LONG_AGO, 2),
    ("reactions kept at nine tenths", replace(THREE, reactions_given=14, reactions_received=9), 3, LONG_AGO, 3),
    ("lost by a sanction", replace(THREE, sanctions=1), 3, LONG_AGO, 2),
    ("lost by six flags", replace(THREE, flags=6), 3, LONG_AGO, 2),
    ("not within thirty days", Lately(new_topics=9), 3, AT - timedelta(days=29, hours=23), 3),
    ("on the thirtieth day", Lately(new_topics=9), 3, AT - timedelta(days=30), 2),
    ("level one waits for acts", THREE, 1, LONG_AGO, 1),
    ("four stays", Lately(sanctions=9), 4, LONG_AGO, 4),
]


@pytest.mark.parametrize(
    ("lately", "before", "since", "after"), [row[1:] for row in NIGHT], ids=[row[0] for row in NIGHT]
)
def test_level_three(lately: Lately, before: int, since: datetime, after: int) -> None:
    assert level_of_night(lately, before, since=since, at=AT) == after


def test_every_level_names_what_it_opens() -> None:
    assert {act: level for act, level in rules_trust.GATES.items()} == {
        "direct_message": 1, "flag": 1, "private_room": 1, "mention_here": 2, "new_tag": 3, "wiki": 3,
        "host_session": 4,
    }  # fmt: skip
    for act, level in rules_trust.GATES.items():
        assert [rules_trust.may(act, trust) for trust in rules_trust.LEVELS] == [trust >= level for trust in range(5)]


def test_reading_alone_is_worth_a_look_exactly_when_the_rest_could_do() -> None:
    assert rules_trust.life_may_rise(0, topics_opened=5, posts_read=30, seconds=600, days_visited=1)
    assert not rules_trust.life_may_rise(0, topics_opened=5, posts_read=29, seconds=600, days_visited=1)
    assert rules_trust.life_may_rise(1, topics_opened=20, posts_read=100, seconds=3600, days_visited=15)
    assert not rules_trust.life_may_rise(1, topics_opened=20, posts_read=100, seconds=3600, days_visited=14)
    assert not rules_trust.life_may_rise(2, topics_opened=999, posts_read=999, seconds=99999, days_visited=99)
