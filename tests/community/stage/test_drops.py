"""Drops: a few pieces for many at once. The stock is exact, a piece each, and the books of the giver add up."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from community.actions.live import drops, seats, sessions
from community.actions.live.drops import DropRefused
from community.models import Drop, DropClaim, Seat
from community.problems import Problem
from loyalty.models import Coupon, Redemption, Reward, RewardReserve, Tier, TierMembership, Txn
from loyalty.queries import redemptions_of
from loyalty.queries.books import check_books
from outbox.dispatch import run_pending
from tests.community.stage.conftest import AT, make_person
from tests.community.stage.test_seats import at_once

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OPEN = AT + 40 * SECOND


@pytest.fixture
def reward(db: None) -> Reward:
    return Reward.objects.create(name="Cup of the evening", kind="generated_code", cost=50, percent=10, stock=20)


def sit(show: Any, *members: Any) -> None:
    Seat.objects.bulk_create(
        [Seat(session=show, member=one, state="seated", waiting_since=AT, last_seen_at=OPEN) for one in members]
    )
    type(show).objects.filter(pk=show.pk).update(seated=Seat.objects.filter(session=show).count())


def announce(show: Any, hana: Any, reward: Reward, *, stock: int = 3, rank: int = 0, minutes: int = 5) -> Drop:
    with transaction.atomic():
        public_id = drops.announce(
            session_id=show.pk, source="reward", prize=str(reward.pk), stock=stock, least_rank=rank, countdown=40,
            minutes=minutes, by=hana.pk, at=AT,
        )  # fmt: skip
    return Drop.objects.get(public_id=public_id)


def claim(drop: Drop, member: Any, at: Any = OPEN) -> int:
    with transaction.atomic():
        return drops.claim(drop_id=drop.pk, by=member.pk, at=at).number


def refusal(drop: Drop, member: Any, at: Any = OPEN) -> str:
    with pytest.raises(DropRefused) as refused:
        claim(drop, member, at)
    return refused.value.code


def clean() -> bool:
    with transaction.atomic():
        return check_books().clean


def left(reward: Reward) -> int:
    reward.refresh_from_db()
    return (reward.stock or 0) - reward.claimed


def test_pieces_are_put_aside_claimed_given_and_put_back(
    make_show: Any, people: list[Any], hana: Any, reward: Reward
) -> None:
    show = make_show()
    sit(show, *people)
    drop = announce(show, hana, reward, stock=3)
    assert left(reward) == 17 and clean()
    assert refusal(drop, people[0], AT + 39 * SECOND) == "not_yet"
    assert [claim(drop, one) for one in people[:2]] == [1, 2]
    assert claim(drop, people[0]) == 1  # a second click is the same piece
    run_pending()
    run_pending()
    card = redemptions_of(member_id=people[0].pk)[0]
    assert (card.reward_name, card.cost) == ("Cup of the evening", 0) and card.coupon is not None
    assert Redemption.objects.count() == Coupon.objects.count() == 2 and clean()
    with transaction.atomic():
        assert drops.close(drop_id=drop.pk, at=OPEN + MINUTE)
        assert not drops.close(drop_id=drop.pk, at=OPEN + MINUTE)
    assert left(reward) == 18 and clean()
    assert refusal(drop, people[3]) == "over"
    assert RewardReserve.objects.get().released == 1


def test_who_may_claim(make_show: Any, people: list[Any], hana: Any, reward: Reward, ranks: dict[int, int]) -> None:
    show = make_show()
    sit(show, *people[:3])
    drop = announce(show, hana, reward, stock=1, rank=2)
    ranks |= {people[0].pk: 1, people[1].pk: 2, people[2].pk: 3}
    assert refusal(drop, people[5]) == "not_seated"
    assert refusal(drop, people[0]) == "tier"
    assert claim(drop, people[1]) == 1
    assert refusal(drop, people[2]) == "gone"
    assert refusal(drop, people[2], OPEN + 6 * MINUTE) == "over"


def test_what_cannot_be_dropped(make_show: Any, people: list[Any], hana: Any, reward: Reward) -> None:
    show = make_show()
    for wrong in ({"stock": 0}, {"stock": 21}, {"minutes": 0}, {"minutes": 61}):
        with pytest.raises(Problem):
            announce(show, hana, reward, **wrong)
    Reward.objects.filter(pk=reward.pk).update(active=False)
    with pytest.raises(Problem):
        announce(show, hana, reward)
    assert not Drop.objects.exists() and left(reward) == 20 and clean()


def test_the_end_of_the_session_closes_drops_and_claims_before_it_are_still_given(
    make_show: Any, people: list[Any], hana: Any, reward: Reward
) -> None:
    show = make_show()
    sit(show, *people)
    drop = announce(show, hana, reward, stock=5)
    claim(drop, people[0])
    with transaction.atomic():
        sessions.end_session(session_id=show.pk, by=hana.pk, at=OPEN)
    assert left(reward) == 19
    Reward.objects.filter(pk=reward.pk).update(active=False)  # what was promised is kept
    run_pending()
    assert Redemption.objects.get().member_id == people[0].pk and clean()


@pytest.mark.django_db(transaction=True)
def test_a_rush_for_the_last_pieces(make_show: Any, hana: Any, reward: Reward) -> None:
    show = make_show()
    crowd = [make_person(f"p{number}") for number in range(30)]
    sit(show, *crowd)
    drop = announce(show, hana, reward, stock=7)
    refused: list[str] = []

    def take(one: Any) -> None:
        try:
            claim(drop, one)
        except DropRefused as problem:
            refused.append(problem.code)

    # Everybody at once, five of them with two clicks.
    assert at_once(*(lambda one=one: take(one) for one in [*crowd[:20], *crowd[:5]])) == []
    assert at_once(*(lambda one=one: take(one) for one in crowd[20:])) == []
    drop.refresh_from_db()
    assert drop.claimed == 7 == DropClaim.objects.count()
    assert sorted(DropClaim.objects.values_list("number", flat=True)) == list(range(1, 8))
    assert set(refused) == {"gone"}
    run_pending()
    assert Redemption.objects.count() == 7 and clean()
    with transaction.atomic():
        drops.close(drop_id=drop.pk, at=OPEN)
    assert left(reward) == 13 and clean()


def test_the_database_itself_holds_the_stock(make_show: Any, people: list[Any], hana: Any, reward: Reward) -> None:
    drop = announce(make_show(), hana, reward, stock=1)
    for statement in (
        "UPDATE community_drop SET claimed = 2",
        "UPDATE loyalty_rewardreserve SET given = 1, released = 1",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    DropClaim.objects.create(drop=drop, member=people[0], number=1, at=OPEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        DropClaim.objects.create(drop=drop, member=people[0], number=2, at=OPEN)


def test_a_tier_moves_people_in_queues_and_attendance_earns(make_show: Any, people: list[Any]) -> None:
    """What loyalty fills in, through its own subscribers."""
    from community.events import SessionAttended
    from loyalty.events import TierChanged
    from loyalty.queries import balance
    from outbox.publish import publish

    show = make_show(capacity=1)
    with transaction.atomic():
        for second, one in enumerate(people[:3]):
            seats.join(session_id=show.pk, by=one.pk, at=AT + second * SECOND)
    old_friend = Tier.objects.get(code="old-friend")
    TierMembership.objects.create(member=people[2], tier=old_friend, since=AT)
    with transaction.atomic():
        publish(TierChanged(member_id=people[2].pk, from_code="friend", to_code="old-friend", at=AT))
        for number in (1, 2):  # two sessions on one day: one of them pays
            publish(
                SessionAttended(attendance_id=number, member_id=people[0].pk, session_id=number, seconds=1200, at=AT)
            )
    run_pending()
    assert Seat.objects.get(member=people[2]).priority == old_friend.rank == 2
    paid = Txn.objects.filter(rule__code="live-session").values_list("source_type", "source_id").distinct()
    assert len(paid) == 1
    first_step = 20  # a newcomer's
    assert balance(member_id=people[0].pk, at=AT + MINUTE).available == 10 + first_step
    assert clean()
