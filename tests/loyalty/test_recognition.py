"""Accepted answers and likes: through the forum's events, as the workers deliver them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from community.events import AnswerAccepted, AnswerUnaccepted, PostRemoved, PostRestored, ReactionAdded, ReactionRemoved
from loyalty import actions, queries
from loyalty.models import EarningRule, Merit, Quest, RuleHit, Txn
from members.actions import join_group
from outbox.dispatch import run_pending
from outbox.events import Event
from outbox.publish import publish
from tests.loyalty.conftest import AT, at_once, points_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_quests(db: None) -> None:
    """What quests add has its own tests."""
    Quest.objects.update(active=False)


def tell(*events: Event) -> None:
    for event in events:
        with transaction.atomic():
            publish(event)
        run_pending()


def accepted(post: int, author: int, by: int, minutes: int = 0, own: bool = False) -> AnswerAccepted:
    at = AT + timedelta(minutes=minutes)
    return AnswerAccepted(topic_id=1, post_id=post, author_id=author, by_id=by, self_answer=own, at=at)


def unaccepted(post: int, author: int, by: int, minutes: int) -> AnswerUnaccepted:
    at = AT + timedelta(minutes=minutes)
    return AnswerUnaccepted(topic_id=1, post_id=post, author_id=author, by_id=by, self_answer=False, at=at)


def liked(post: int, author: int, by: int, minutes: int = 0, trust: int = 1) -> ReactionAdded:
    at = AT + timedelta(minutes=minutes)
    return ReactionAdded(post_id=post, topic_id=1, author_id=author, by_id=by, kind="like", by_trust=trust, at=at)


def test_an_accepted_answer_pays_once_however_often_it_is_told(member: int, new_member: Callable[..., int]) -> None:
    asker = new_member()
    tell(accepted(1, member, asker), accepted(1, member, asker), accepted(1, member, asker))
    assert points_of(member) == 25
    line = queries.statement(member_id=member, at=AT)[0]
    assert line.amount == 25 and line.pending and "accepted your answer" in line.why


def test_ones_own_answers_and_likes_pay_nothing(member: int, new_member: Callable[..., int]) -> None:
    tell(accepted(1, member, new_member(), own=True), accepted(2, member, member), liked(3, member, member))
    assert points_of(member) == 0 and Txn.objects.count() == 0


def test_un_acceptance_takes_back_exactly_and_re_acceptance_pays_again(
    member: int, new_member: Callable[..., int]
) -> None:
    asker = new_member()
    tell(accepted(1, member, asker), unaccepted(1, member, asker, 1))
    assert points_of(member) == 0
    assert Txn.objects.filter(reverses__isnull=False).count() == 2  # points and credit
    tell(accepted(1, member, asker, 2))
    assert points_of(member) == 25


def test_events_out_of_order_end_with_the_newest_word(member: int, new_member: Callable[..., int]) -> None:
    asker = new_member()
    tell(unaccepted(1, member, asker, 5), accepted(1, member, asker, 0))
    assert points_of(member) == 0
    tell(accepted(1, member, asker, 6), unaccepted(1, member, asker, 5))
    assert points_of(member) == 25


def test_a_newcomers_like_pays_nothing_but_stands_in_nobodys_way(member: int, new_member: Callable[..., int]) -> None:
    tell(liked(1, member, new_member(), trust=0))
    assert points_of(member) == 0 and Merit.objects.count() == 0
    tell(liked(1, member, new_member(), 1, trust=1))
    assert points_of(member) == 2


@pytest.mark.parametrize(("trust", "days"), [(0, 14), (1, 14), (2, 2), (3, 2)])
def test_what_newcomers_earn_waits_longer(member: int, new_member: Callable[..., int], trust: int, days: int) -> None:
    if trust:
        with transaction.atomic():
            join_group(member_id=member, group=f"trust:{trust}", by=None, at=AT)
    tell(accepted(1, member, new_member()), liked(2, member, new_member()))
    removed = {"post_id": 1, "topic_id": 1, "author_id": member, "by_id": member}
    tell(PostRemoved(**removed, at=AT + timedelta(minutes=1)))
    tell(PostRestored(**removed, at=AT + timedelta(minutes=2)))
    late = AT + timedelta(minutes=2)
    assert queries.balance(member_id=member, at=AT + timedelta(days=days) - timedelta(seconds=1)).available == 0
    assert queries.balance(member_id=member, at=late + timedelta(days=days)).available == 27


def test_liking_again_and_again_cannot_farm(member: int, new_member: Callable[..., int]) -> None:
    a, b = new_member(), new_member()
    away = ReactionRemoved(post_id=1, topic_id=1, author_id=member, by_id=a, kind="like", at=AT + timedelta(minutes=1))
    tell(liked(1, member, a), away, liked(1, member, a, 2), away, liked(1, member, b, 3))
    assert points_of(member) == 2


def test_a_removed_post_takes_everything_back_and_a_restored_one_gives_it(
    member: int, new_member: Callable[..., int]
) -> None:
    fan = new_member()
    gone = PostRemoved(post_id=1, topic_id=1, author_id=member, by_id=fan, at=AT + timedelta(minutes=5))
    tell(liked(1, member, fan), accepted(1, member, fan, 1), gone)
    assert points_of(member) == 0
    tell(liked(1, member, fan, 2))  # told late
    assert points_of(member) == 0
    tell(PostRestored(post_id=1, topic_id=1, author_id=member, by_id=fan, at=AT + timedelta(minutes=6)))
    assert points_of(member) == 27


def test_caps_a_day_and_a_giver(member: int, new_member: Callable[..., int]) -> None:
    fans = [new_member() for _ in range(3)]
    tell(*(accepted(post, member, fans[0], post) for post in range(1, 6)))
    assert points_of(member) == 3 * 25  # three a day from one person
    tell(*(accepted(post, member, fans[1 + post % 2], post) for post in range(6, 12)))
    assert points_of(member) == 5 * 25  # five a day
    assert set(Merit.objects.filter(refusal__gt="").values_list("refusal", flat=True)) == {"giver_cap", "daily_cap"}
    tomorrow = accepted(20, member, fans[0], 24 * 60)
    tell(tomorrow)
    assert points_of(member) == 6 * 25


def test_a_reversed_hit_keeps_its_slot(member: int, new_member: Callable[..., int]) -> None:
    fan = new_member()
    for round_ in range(5):
        tell(accepted(1, member, fan, 2 * round_), unaccepted(1, member, fan, 2 * round_ + 1))
    tell(accepted(1, member, fan, 20))
    assert points_of(member) == 0 and RuleHit.objects.filter(period__contains="from").count() == 3


def test_a_cap_of_points_grants_what_is_left(member: int, new_member: Callable[..., int]) -> None:
    at_once("accepted-answer", points_cap=40)
    fan = new_member()
    tell(accepted(1, member, fan), accepted(2, member, fan), accepted(3, member, fan))
    assert points_of(member) == 40


def test_the_database_holds_the_caps_even_if_the_code_counted_wrong(member: int) -> None:
    hit = {"rule_code": "x", "member_id": member, "period": "day", "cap": 2, "source_type": "post", "source_id": 1}
    RuleHit.objects.create(seq=2, **hit)
    for seq in (2, 3, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleHit.objects.create(seq=seq, **hit)


def test_a_new_version_of_a_rule_ends_the_one_before() -> None:
    with transaction.atomic():
        actions.publish_rule(code="liked-post", changes={"points": 3}, by=None, at=AT)
    versions = list(
        EarningRule.objects.filter(code="liked-post")
        .order_by("version")
        .values_list("version", "points", "replaced_at")
    )
    assert versions == [(1, 2, AT), (2, 3, None)]
    with pytest.raises(IntegrityError), transaction.atomic():
        EarningRule.objects.create(
            code="liked-post", version=9, name="x", trigger="order.paid", formula="fixed", published_at=AT
        )


def test_recognition_counts_for_the_tier(member: int, new_member: Callable[..., int]) -> None:
    at_once("accepted-answer", credit=600)
    with transaction.atomic():
        join_group(member_id=member, group="trust:2", by=None, at=AT)  # of a newcomer it would wait two weeks
    tell(accepted(1, member, new_member()))
    assert queries.tiers_of(member_ids=[member])[member][0] == "good-friend"
