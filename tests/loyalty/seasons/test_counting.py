"""What a season's tables say, from the ledger alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from community.actions.forum import boards, posts, topics
from loyalty import actions
from loyalty.actions import ledger
from loyalty.actions.ledger import Earning
from loyalty.actions.seasons import closing, counting, playing
from loyalty.models import Gift, Reward, Season, SeasonLeague, SeasonPlayer, SeasonPrize, SeasonResult, SeasonScore
from loyalty.queries import seasons as queries
from loyalty.rules import seasons as rules
from outbox.models import StoredEvent
from tests.loyalty.conftest import make_order, points_of, record

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 4, 1, tzinfo=UTC)
MIDDLE = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def season(db: None) -> Season:
    made = Season.objects.create(starts_at=START, ends_at=END, daily_cap=75)
    for kind in ("everybody", "newcomers"):
        SeasonLeague.objects.create(season=made, kind=kind)
    return made


def league(season: Season, kind: str = "everybody") -> int:
    return SeasonLeague.objects.get(season=season, kind=kind).pk


def earn(
    member_id: int, amount: int, at: datetime = MIDDLE, *, act: str = "answer.accepted", origin: str = "activity"
) -> int:
    with transaction.atomic():
        [posted] = ledger.earn(
            earnings=[
                Earning(
                    key=uuid4(), member_id=member_id, currency="credit", amount=amount, reason=act, origin=origin,
                    source_type="cause", effective_at=at, available_at=at,
                )
            ],
            by=None,
            at=at,
        )  # fmt: skip
    return posted.txn_id


def join(season: Season, *members: int, at: datetime = MIDDLE) -> None:
    with transaction.atomic():
        for member_id in members:
            playing.join_season(season_id=season.pk, member_id=member_id, by=member_id, at=at)


def count(season: Season, at: datetime = MIDDLE, **how: bool) -> None:
    with transaction.atomic():
        assert counting.count_season(season_id=season.pk, at=at, **how)


def scores(season: Season, kind: str = "everybody") -> dict[int, int]:
    rows = SeasonScore.objects.filter(league_id=league(season, kind))
    return dict(rows.values_list("member_id", "score"))


def close(season: Season) -> None:
    with transaction.atomic():
        assert closing.close_season(season_id=season.pk, at=END + timedelta(days=7))


def test_only_those_who_are_in_are_counted_and_at_once(season: Season, new_member: Callable[..., int]) -> None:
    inside, outside = new_member(), new_member()
    earn(inside, 30)
    earn(outside, 50)
    join(season, inside)
    assert scores(season) == {inside: 30}, "who joins is counted in the same moment, from the first day on"
    count(season)
    assert scores(season) == {inside: 30}


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (START, True), (START - timedelta(microseconds=1), False), (END - timedelta(microseconds=1), True), (END, False),
    ],
)  # fmt: skip
def test_the_first_moment_belongs_to_it_and_the_last_does_not(
    season: Season, member: int, at: datetime, counts: bool
) -> None:
    join(season, member)
    earn(member, 10, at)
    count(season)
    assert scores(season) == ({member: 10} if counts else {})


def test_a_kind_of_act_counts_up_to_its_cap_each_day_of_the_programmes_clock(
    season: Season, member: int, settings: Any
) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    join(season, member)
    for _time in range(4):
        earn(member, 25)
    earn(member, 25, act="quest")
    count(season)
    assert scores(season) == {member: 75 + 25}
    earn(member, 25, datetime(2026, 2, 10, 16, 30, tzinfo=UTC))  # half past midnight there
    count(season)
    assert scores(season) == {member: 75 + 25 + 25}


def test_what_is_taken_back_counts_no_more_whenever_that_happens(season: Season, member: int) -> None:
    join(season, member)
    first, second = earn(member, 25), earn(member, 20)
    before = earn(member, 40, START - timedelta(days=2))
    count(season)
    for txn, at in [(first, MIDDLE + timedelta(days=3)), (before, MIDDLE), (second, END + timedelta(days=2))]:
        with transaction.atomic():
            actions.reverse_txn(txn_id=txn, reason="unaccepted", by=None, at=at)
    count(season)
    assert scores(season) == {}, "and what was earned before it costs nothing in it"


def test_purchases_count_only_where_the_season_says_so(season: Season, member: int) -> None:
    join(season, member)
    record(make_order(member_id=member, placed_at=MIDDLE, paid_at=MIDDLE), at=MIDDLE)
    earn(member, 500, origin="goodwill")
    count(season)
    assert scores(season) == {}
    Season.objects.filter(pk=season.pk).update(counts_purchases=True)
    count(season, whole=True)
    assert scores(season) == {member: 42}


def test_newcomers_have_a_table_of_their_own(season: Season, new_member: Callable[..., int]) -> None:
    old, new = new_member(), new_member()
    get_user_model().objects.filter(pk=old).update(date_joined=START - timedelta(days=61))
    get_user_model().objects.filter(pk=new).update(date_joined=START - timedelta(days=59))
    for one in (old, new):
        earn(one, 10)
    join(season, old, new)
    assert scores(season) == {old: 10, new: 10} and scores(season, "newcomers") == {new: 10}


def test_a_board_has_its_table(season: Season, member: int, new_member: Callable[..., int]) -> None:
    asker = new_member()
    with transaction.atomic():
        tea, rest = (boards.ensure_board(slug=slug, name=slug, at=MIDDLE) for slug in ("tea", "rest"))
        for board in (tea, rest):
            topic = topics.start_topic(
                board_id=board, title=f"How long in {board}, friends?", raw="I mean the leaves, between two infusions.",
                by=asker, at=MIDDLE,
            )  # fmt: skip
            answer = posts.reply(
                topic_id=topic.topic_id, raw=f"Ten seconds at {board} degrees, then taste.", by=member,
                at=MIDDLE + timedelta(minutes=board),
            )  # fmt: skip
            actions.accept_answer(
                post_id=answer.post_id, author_id=member, by_id=asker, self_answer=False, at=MIDDLE, author_trust=2
            )
    SeasonLeague.objects.create(season=season, kind="board", board_id=tea)
    join(season, member)
    assert scores(season) == {member: 50} and scores(season, "board") == {member: 25}


def test_counting_again_from_the_last_place_is_counting_everything(
    season: Season, new_member: Callable[..., int]
) -> None:
    people = [new_member() for _one in range(4)]
    join(season, *people)
    for round_ in range(6):
        for place, one in enumerate(people[: round_ + 1]):
            earn(one, 3 + place, MIDDLE + timedelta(days=round_))
        count(season)
    step_by_step = scores(season)
    count(season, whole=True)
    assert scores(season) == step_by_step and len(step_by_step) == 4
    assert Season.objects.get(pk=season.pk).counted_at == MIDDLE


def test_who_leaves_or_may_not_be_shown_is_gone(season: Season, new_member: Callable[..., int]) -> None:
    stays, leaves, suspended, erased, closed = (new_member() for _one in range(5))
    people = [stays, leaves, suspended, erased, closed]
    for one in people:
        earn(one, 10)
    join(season, *people)
    with transaction.atomic():
        playing.leave_season(season_id=season.pk, member_id=leaves, by=leaves, at=MIDDLE)
    get_user_model().objects.get(pk=suspended).groups.add(Group.objects.get_or_create(name="order:suspended")[0])
    get_user_model().objects.filter(pk=erased).update(erased_at=MIDDLE)
    get_user_model().objects.filter(pk=closed).update(is_active=False)
    assert [place.card.id for place in queries.top(league_id=league(season), final=False, viewer_id=stays)] == [stays]
    count(season)
    assert scores(season) == {stays: 10}


def test_never_means_no_season_at_all_and_always_the_next_too(season: Season, new_member: Callable[..., int]) -> None:
    never, always = new_member(), new_member()
    earn(never, 10)
    join(season, never)
    with transaction.atomic():
        playing.wish_seasons(member_id=never, wish="never", by=never, at=MIDDLE)
        playing.wish_seasons(member_id=always, wish="always", by=always, at=MIDDLE)
    assert scores(season) == {} and not queries.standing(season_id=season.pk, member_id=never).inside
    assert queries.standing(season_id=season.pk, member_id=always) == queries.Standing(True, "always")
    with transaction.atomic():
        following = closing.begin_next(at=END + timedelta(days=1))
    assert following is not None and queries.players(season_id=following) == [always]


def test_the_neighbourhood_has_shared_ranks(season: Season, new_member: Callable[..., int]) -> None:
    people = [new_member() for _one in range(30)]
    for place, one in enumerate(people):
        earn(one, 70 - place // 2)  # pairs
    join(season, *people)
    top = queries.top(league_id=league(season), final=False, viewer_id=people[24])
    assert [place.rank for place in top[:5]] == [1, 1, 3, 3, 5] and len(top) == 20
    near = queries.around(league_id=league(season), final=False, viewer_id=people[24])
    assert [place.card.id for place in near] == people[19:30]
    assert [place.rank for place in near] == [19, 21, 21, 23, 23, 25, 25, 27, 27, 29, 29]
    assert [place.own for place in near].index(True) == 5
    stranger = new_member()
    assert queries.around(league_id=league(season), final=False, viewer_id=stranger) == []


def test_the_end_is_final_after_a_week_and_prizes_are_given_once(
    season: Season, new_member: Callable[..., int]
) -> None:
    first, tied, third = (new_member() for _one in range(3))
    for one, amount in [(first, 60), (tied, 60), (third, 20)]:
        earn(one, amount)
    late = earn(third, 30)
    join(season, first, tied, third)
    SeasonPrize.objects.create(season=season, league="everybody", first_rank=1, last_rank=1, points=100)
    gift = Reward.objects.create(name="Pot", kind="physical", cost=1, stock=5)
    SeasonPrize.objects.create(season=season, league="everybody", first_rank=3, last_rank=3, points=7, reward=gift)
    with transaction.atomic():
        assert not closing.close_season(season_id=season.pk, at=END + timedelta(days=6, hours=23))
        actions.reverse_txn(txn_id=late, reason="unaccepted", by=None, at=END + timedelta(days=5))
    close(season)
    results = SeasonResult.objects.filter(league__kind="everybody").order_by("rank", "member_id")
    assert list(results.values_list("member_id", "rank", "score")) == [(first, 1, 60), (tied, 1, 60), (third, 3, 20)]
    with transaction.atomic():
        assert not closing.close_season(season_id=season.pk, at=END + timedelta(days=30)), "once, never again"
    at = END + timedelta(days=7)
    for _time in range(2):
        for result in results:
            with transaction.atomic():
                closing.reward_result(result_id=result.pk, at=at)
    assert [points_of(one, at) for one in (first, tied, third)] == [100, 100, 7]
    assert closing.unrewarded(at=at) == []
    assert list(Gift.objects.values_list("member_id", flat=True)) == [third]
    assert StoredEvent.objects.filter(name="season.closed").count() == 1
    places = queries.top(league_id=league(season), final=True, viewer_id=third)
    assert [(place.rank, place.own) for place in places] == [(1, False), (1, False), (3, True)]
    with transaction.atomic():
        playing.leave_season(season_id=season.pk, member_id=first, by=first, at=at)
    assert first not in [place.card.id for place in queries.top(league_id=league(season), final=True, viewer_id=third)]


def test_the_next_begins_by_itself_with_the_same_rules(season: Season) -> None:
    SeasonPrize.objects.create(season=season, first_rank=1, last_rank=3, points=50)
    with transaction.atomic():
        assert closing.begin_next(at=END - timedelta(days=1)) is None, "one runs"
        following = closing.begin_next(at=END + timedelta(hours=1))
        assert closing.begin_next(at=END + timedelta(hours=1)) is None, "once"
    new = Season.objects.get(pk=following)
    assert (new.starts_at, new.leagues.count(), new.prizes.get().points) == (END, 2, 50)
    Season.objects.update(continues=False)
    with transaction.atomic():
        assert closing.begin_next(at=END + timedelta(days=400)) is None


def test_a_site_that_never_had_one_gets_this_quarter(db: None) -> None:
    Season.objects.all().delete()
    with transaction.atomic():
        made = closing.begin_next(at=MIDDLE)
    assert Season.objects.get(pk=made).starts_at <= MIDDLE < Season.objects.get(pk=made).ends_at
    assert SeasonLeague.objects.filter(season_id=made).count() == 2


def test_a_season_that_is_over_is_not_joined(season: Season, member: int) -> None:
    with pytest.raises(playing.SeasonRefused), transaction.atomic():
        playing.join_season(season_id=season.pk, member_id=member, by=member, at=END)
    assert not SeasonPlayer.objects.exists()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"])
def test_quarters_follow_each_other_without_gap_whatever_the_clocks_do(zone: str) -> None:
    where = ZoneInfo(zone)
    moment = datetime(2025, 1, 1, tzinfo=where)
    for _quarter in range(12):
        first, end = rules.quarter(moment, where)
        assert first == moment and rules.quarter(end - timedelta(microseconds=1), where) == (first, end)
        moment = end
    assert moment == datetime(2028, 1, 1, tzinfo=where)
    assert rules.next_season(last_end=datetime(2020, 1, 1, tzinfo=where), at=moment, zone=where)[0] == moment


def test_prizes_add_up_and_keep_to_their_table() -> None:
    prizes = [
        rules.Prize(1, "", 1, 3, 5, None, None),
        rules.Prize(2, "board", 1, 1, 7, None, None),
        rules.Prize(3, "everybody", 2, 2, 9, None, None),
    ]
    assert [one.id for one in rules.prizes_for(prizes, league="board", rank=1)] == [1, 2]
    assert [one.id for one in rules.prizes_for(prizes, league="everybody", rank=2)] == [1, 3]
    assert rules.prizes_for(prizes, league="everybody", rank=4) == []
