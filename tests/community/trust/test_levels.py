"""Reading and taking part move members between levels; hands and groups hold them; boards follow at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community import access
from community.actions.forum import posts, reactions, topics
from community.actions.people import trust as actions
from community.actions.people.activity import day_of, note_reading
from community.models import ActivityDay, MemberActivity, TrustChange
from community.problems import Problem
from community.queries.people import trust as queries
from community.trust import nightly as nightly_trust
from messaging.models import Notice
from outbox.dispatch import run_pending
from outbox.models import StoredEvent
from tests.community.forum.conftest import Cast, make_board, make_member
from tests.community.trust.conftest import AT, read

pytestmark = pytest.mark.django_db


def level(member: Any) -> int:
    """As the groups have it, which is what every door asks."""
    return access.rights(type(member).objects.get(pk=member.pk)).trust


def changed() -> list[tuple[int, int, int | None]]:
    names = StoredEvent.objects.filter(name="trust.changed").order_by("id").values_list("payload", flat=True)
    return [(payload["before"], payload["after"], payload["by_id"]) for payload in names]


def joined(member: Any, ago: timedelta) -> Any:
    type(member).objects.filter(pk=member.pk).update(date_joined=AT - ago)
    return member


@pytest.fixture
def ada(db: None) -> Any:
    return joined(make_member("ada"), timedelta(days=90))


def test_reading_lifts_to_one_at_once(ada: Any) -> None:
    read(ada, AT - timedelta(minutes=11), topics_opened=5, posts_read=29)
    for minute in range(10, 0, -1):
        read(ada, AT - timedelta(minutes=minute), seconds=60)
    assert level(ada) == 0
    read(ada, AT, posts_read=1)
    assert level(ada) == 1
    assert changed() == [(0, 1, None)]
    assert list(TrustChange.objects.values_list("member_id", "before", "after", "reason", "by_id", "at")) == [
        (ada.pk, 0, 1, "rule", None, AT)
    ]
    run_pending()
    assert Notice.objects.filter(member_id=ada.pk, kind="trust.raised", data={"level": 1}).count() == 1


def test_a_new_account_waits_ten_minutes(db: None) -> None:
    mei = joined(make_member("mei"), timedelta(minutes=9))
    MemberActivity.objects.create(member=mei, topics_opened=9, posts_read=90, seconds=900, noted_at=AT)
    read(mei, AT, posts_read=1)
    assert level(mei) == 0
    read(mei, AT + timedelta(minutes=1), posts_read=0)
    assert level(mei) == 1


def test_nobody_reads_longer_than_the_clock_runs(ada: Any) -> None:
    read(ada, AT, seconds=1_000_000)
    read(ada, AT + timedelta(seconds=30), seconds=1_000_000)
    read(ada, AT + timedelta(seconds=30), seconds=60)  # another window reports the same half minute
    read(ada, AT + timedelta(seconds=50))  # a page without script
    read(ada, AT + timedelta(hours=2))  # and after lunch
    read(ada, AT - timedelta(hours=1), seconds=60)  # a clock that went back
    row = MemberActivity.objects.get(member=ada)
    assert row.seconds == 60 + 30 + 0 + 20 + 60 + 0
    assert row.noted_at == AT + timedelta(hours=2)


def test_days_are_counted_once_each(ada: Any) -> None:
    for hours in (0, 1, 2, 24, 24, 49):
        read(ada, AT + timedelta(hours=hours), topics_opened=1, posts_read=2)
    row = MemberActivity.objects.get(member=ada)
    assert (row.days_visited, row.topics_opened, row.posts_read) == (3, 6, 12)
    days = ActivityDay.objects.filter(member=ada).order_by("day")
    assert list(days.values_list("day", "topics_opened", "posts_read")) == [
        (date(2026, 5, 4), 3, 6), (date(2026, 5, 5), 2, 4), (date(2026, 5, 6), 1, 2),
    ]  # fmt: skip


def test_day_is_the_sites(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    assert day_of(AT.replace(hour=15, minute=59)) == date(2026, 5, 4)
    assert day_of(AT.replace(hour=16)) == date(2026, 5, 5)


def test_noting_is_one_statement(ada: Any) -> None:
    for trust in (0, 1, 2, 4):
        MemberActivity.objects.update_or_create(member=ada, defaults={"trust": trust, "noted_at": AT})
        with (
            CaptureQueriesContext(
                connection,
            ) as asked,
            transaction.atomic(),
        ):
            note_reading(member_id=ada.pk, at=AT, topics_opened=1, posts_read=3, seconds=10)
        assert len([row for row in asked if "SAVEPOINT" not in row["sql"]]) == 1


def almost_two(member: Any, **less: int) -> None:
    facts = {"topics_opened": 20, "posts_read": 100, "seconds": 3600, "days_visited": 15} | less
    MemberActivity.objects.create(member=member, trust=1, noted_at=AT, **facts)
    member.groups.add(Group.objects.get(name="trust:1"))


def replies_in(board: int, topics_of: Any, by: Any, count: int) -> list[Any]:
    written = []
    for number in range(count):
        with transaction.atomic():
            started = topics.start_topic(
                board_id=board, title=f"Which leaf for a long evening, {number}?", raw="Something calm, please, thank you.",
                by=topics_of.pk, at=AT,
            )  # fmt: skip
            written.append(
                posts.reply(topic_id=started.topic_id, raw="A roasted oolong does not keep you awake.", by=by.pk, at=AT)
            )
    return written


def test_taking_part_lifts_to_two_when_the_last_need_is_met(cast: Cast, tea: int) -> None:
    ada = joined(cast.ada, timedelta(days=90))
    almost_two(ada)
    replies = replies_in(tea, cast.mei, ada, 3)
    with transaction.atomic():
        reactions.react(post_id=replies[0].post_id, by=cast.mei.pk, at=AT)
    run_pending()
    assert level(ada) == 1  # she has given none yet
    first = posts.Post.objects.get(topic_id=replies[0].topic_id, number=1)
    with transaction.atomic():
        reactions.react(post_id=first.pk, by=ada.pk, at=AT)
    run_pending()
    assert level(ada) == 2
    assert changed() == [(1, 2, None)]
    assert set(ada.groups.values_list("name", flat=True)) == {"trust:2"}


def test_own_topics_are_no_replies_and_deliveries_twice_change_nothing(cast: Cast, tea: int) -> None:
    ada = joined(cast.ada, timedelta(days=90))
    almost_two(ada)
    replies = replies_in(tea, ada, ada, 3)
    with transaction.atomic():
        reactions.react(post_id=replies[0].post_id, by=cast.mei.pk, at=AT)
    assert queries.standing(member_id=ada.pk, joined_at=AT, at=AT).life.topics_replied == 0
    replies_in(tea, cast.mei, ada, 3)
    with transaction.atomic():
        for _ in range(2):
            actions.review(member_id=ada.pk, at=AT)
    life = queries.standing(member_id=ada.pk, joined_at=AT, at=AT).life
    assert (life.topics_replied, life.reactions_received, life.reactions_given) == (3, 1, 0)
    assert level(ada) == 1


def test_two_at_once_change_once(ada: Any) -> None:
    MemberActivity.objects.create(member=ada, topics_opened=9, posts_read=90, seconds=900, noted_at=AT)
    with transaction.atomic():
        assert actions.review(member_id=ada.pk, at=AT) == 1
        assert actions._change(ada.pk, 0, 1, TrustChange.Reason.RULE, by=None, at=AT) is False
    assert TrustChange.objects.count() == 1


def test_board_for_level_two_opens_and_closes_at_once(cast: Cast) -> None:
    board = make_board("inner", permissions={"trust:2": ["see", "browse"]})
    assert board not in access.browsable_board_ids(cast.viewer("ada"))
    with transaction.atomic():
        actions.set_trust(member_id=cast.ada.pk, level=2, by=cast.owner.pk, at=AT)
    assert board in access.browsable_board_ids(cast.viewer("ada"))
    with transaction.atomic():
        actions.set_trust(member_id=cast.ada.pk, level=1, by=cast.owner.pk, at=AT)
    assert board not in access.browsable_board_ids(cast.viewer("ada"))


def test_by_hand_with_a_note_and_held(cast: Cast) -> None:
    ada, owner = joined(cast.ada, timedelta(days=90)), cast.owner
    with transaction.atomic():
        assert actions.set_trust(member_id=ada.pk, level=4, by=owner.pk, at=AT, note="helps everybody") is True
        assert actions.set_trust(member_id=ada.pk, level=4, by=owner.pk, at=AT) is False
        with pytest.raises(Problem):
            actions.set_trust(member_id=ada.pk, level=5, by=owner.pk, at=AT)
    assert level(ada) == 4
    assert changed() == [(0, 4, owner.pk)]
    with transaction.atomic():
        actions.set_trust(member_id=ada.pk, level=0, by=owner.pk, at=AT, hold=True)
    MemberActivity.objects.filter(member=ada).update(topics_opened=9, posts_read=90, seconds=900)
    read(ada, AT, posts_read=1)
    assert level(ada) == 0  # held
    with transaction.atomic():
        assert actions.unlock_trust(member_id=ada.pk, by=owner.pk, at=AT) is True
        assert actions.unlock_trust(member_id=ada.pk, by=owner.pk, at=AT) is False
    assert level(ada) == 1  # the rules speak again


def test_group_holds_and_lets_go(cast: Cast) -> None:
    teachers = Group.objects.create(name="teachers")
    ada = joined(cast.ada, timedelta(days=90))
    ada.groups.add(teachers)
    with transaction.atomic():
        assert actions.hold_group(group_id=teachers.pk, level=3, by=cast.owner.pk, at=AT) == 1
        assert actions.follow_groups(at=AT) == 0
        assert actions.review_lately(member_ids=[ada.pk], at=AT + timedelta(days=90)) == 0
    assert level(ada) == 3
    cast.mei.groups.add(teachers)
    ada.groups.remove(teachers)
    MemberActivity.objects.filter(member=ada).update(topics_opened=9, posts_read=90, seconds=900)
    with transaction.atomic():
        assert actions.follow_groups(at=AT) == 2
        assert actions.follow_groups(at=AT) == 0
    assert (level(ada), level(cast.mei)) == (1, 3)
    with transaction.atomic():
        actions.hold_group(group_id=teachers.pk, level=None, by=cast.owner.pk, at=AT)
    assert level(cast.mei) == 0


@pytest.mark.parametrize("name", ["tier:gold", "trust:2"])
def test_money_never_buys_trust(cast: Cast, name: str) -> None:
    group = Group.objects.get_or_create(name=name)[0]
    with transaction.atomic(), pytest.raises(Problem):
        actions.hold_group(group_id=group.pk, level=2, by=cast.owner.pk, at=AT)
    assert level(cast.gold) == 0


class TestNight:
    @pytest.fixture
    def active(self, cast: Cast, tea: int) -> Any:
        """Ada, who does everything that level 3 asks, exactly; the forum has eight new topics with sixteen posts."""
        ada = joined(cast.ada, timedelta(days=90))
        almost_two(ada)
        with transaction.atomic():
            actions.set_trust(member_id=ada.pk, level=2, by=cast.owner.pk, at=AT - timedelta(days=50))
        replies = replies_in(tea, cast.mei, ada, 6)
        replies_in(tea, cast.mei, cast.helper, 2)
        for day in range(25):
            ActivityDay.objects.create(
                member=ada, day=(AT - timedelta(days=day)).date(), posts_read=1, topics_opened=int(day < 2)
            )
        self.react(replies, [cast.mei, cast.gold, cast.helper], givers=ada)
        return ada

    def react(self, replies: list[Any], people: list[Any], *, givers: Any) -> None:
        from community.models import Post, Reaction

        for number in range(10):
            Reaction.objects.create(
                post_id=replies[number // 3].post_id, member=people[number % 3], kind="like",
                created_at=AT - timedelta(days=number % 4, seconds=number),
            )  # fmt: skip
        Post.objects.filter(pk__in=[row.post_id for row in replies[:4]]).update(like_count=3)
        others = list(Post.objects.exclude(author=givers).values_list("id", flat=True))
        while len(others) < 15:
            first = Post.objects.get(pk=others[0])
            extra = Post.objects.create(
                topic_id=first.topic_id, number=100 + len(others), author_id=first.author_id, raw="x", cooked="x",
                cook_version=1, text="x", created_at=AT - timedelta(days=90),
            )  # fmt: skip
            others.append(extra.pk)
        for post in others[:15]:
            Reaction.objects.create(post_id=post, member=givers, kind="like", created_at=AT)

    def test_reaches_three_and_keeps_it_for_thirty_days(self, active: Any) -> None:
        found = queries.lately(member_ids=[active.pk], at=AT)[active.pk]
        assert (found.days_read, found.topics_opened, found.posts_read, found.topics_replied) == (25, 2, 25, 6)
        assert (found.reactions_given, found.reactions_received, found.reaction_givers, found.reaction_days) == (
            15, 10, 3, 4,
        )  # fmt: skip
        assert (found.new_topics, found.new_posts, found.flags, found.sanctions) == (8, 16, 0, 0)
        with transaction.atomic():
            assert actions.review_lately(member_ids=[active.pk], at=AT) == 1
        assert level(active) == 3
        with transaction.atomic():
            assert actions.review_lately(member_ids=[active.pk], at=AT + timedelta(days=29)) == 0
            assert actions.review_lately(member_ids=[active.pk], at=AT + timedelta(days=61)) == 1
        assert level(active) == 2

    def test_a_day_less_is_not_enough(self, active: Any) -> None:
        ActivityDay.objects.filter(member=active).order_by("day").first().delete()  # type: ignore[union-attr]
        with transaction.atomic():
            assert actions.review_lately(member_ids=[active.pk], at=AT) == 0

    def test_people_cost_no_statements_each(self, cast: Cast, active: Any) -> None:
        for name in ("mei", "gold"):
            MemberActivity.objects.create(member=getattr(cast, name), trust=2, noted_at=AT)
        MemberActivity.objects.filter(member=active).update(trust=3, trust_since=AT - timedelta(days=40))
        access.member_board_ids()  # kept for everybody once it is known
        with transaction.atomic(), CaptureQueriesContext(connection) as one:
            actions.review_lately(member_ids=[active.pk], at=AT)
        with transaction.atomic(), CaptureQueriesContext(connection) as three:
            actions.review_lately(member_ids=[active.pk, cast.mei.pk, cast.gold.pk], at=AT)
        assert len(one) == len(three)


@pytest.mark.django_db(transaction=True)
def test_night_runs_and_clears(cast: Cast) -> None:
    ActivityDay.objects.create(member=cast.ada, day=(AT - timedelta(days=68)).date())
    ActivityDay.objects.create(member=cast.ada, day=(AT - timedelta(days=60)).date())
    assert nightly_trust.run(at=AT) == 0
    assert ActivityDay.objects.count() == 1
