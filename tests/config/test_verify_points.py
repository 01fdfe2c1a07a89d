"""`manage.py verify` on points, rewards, quests, tiers, sealed days, shops and webhooks: each promise is seen broken once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from config import verify
from integrations.shops import actions as shops
from integrations.webhooks import actions as webhooks
from integrations.webhooks.models import WebhookDelivery, WebhookEndpoint
from loyalty import actions
from loyalty.actions.earning.grants import grant_points
from loyalty.actions.quests import levels, paying
from loyalty.actions.rewards import coupons, details, granting
from loyalty.actions.tiers import due
from loyalty.models import (
    BooksDay,
    CouponPool,
    LadderGift,
    LadderRung,
    Quest,
    QuestRun,
    Redemption,
    Reward,
    TierMembership,
)
from loyalty.queries.books import root_of_day
from loyalty.rules import merkle
from outbox.clock import now

pytestmark = pytest.mark.django_db


def _claim(member: int, reward: Reward) -> Redemption:
    with transaction.atomic():
        done = actions.claim_reward(reward_id=reward.pk, member_id=member, key=uuid.uuid4().hex, by=member, at=now())
    return Redemption.objects.get(pk=done.redemption_id)


def _reward(kind: str, **more: Any) -> Reward:
    return Reward.objects.create(
        **{"name": f"Tea by {kind}", "kind": kind, "cost": 50, "stock": 20, "per_member": 5} | more
    )


@pytest.fixture
def shop() -> None:
    """A little of everything, all of it done by the actions."""
    at = now()
    ann, ben = (get_user_model().objects.create_user(name).pk for name in ("ann", "ben"))
    with transaction.atomic():
        for member in (ann, ben):
            grant_points(
                cause=f"test:{member}",
                member_id=member,
                amount=5000,
                reason="goodwill",
                origin="goodwill",
                by=None,
                at=at,
            )
        grant_points(
            cause="test:credit", member_id=ann, amount=100_000, reason="goodwill", origin="goodwill", by=None, at=at,
            currency="credit",
        )  # fmt: skip
    pool = CouponPool.objects.create(name="Codes of the shop", percent=10)
    with transaction.atomic():
        coupons.add_codes(pool_id=pool.pk, text="LEAFLEAF11\nLEAFLEAF22\nLEAFLEAF33", by=None, at=at)
    _claim(ann, _reward("coupon_pool", pool=pool))
    parcel = _reward("physical")
    _claim(ann, parcel)
    with transaction.atomic():
        details.give_address(
            redemption_id=_claim(ann, parcel).pk, by=ann, at=at,
            address=details.Address(name="Ann", lines="Leaf 1", city="Hangzhou", country="China"),
        )  # fmt: skip
        actions.cancel_redemption(redemption_id=_claim(ann, _reward("generated_code", percent=5)).pk, by=None, at=at)
    cup = _reward("generated_code", name="A cup", percent=5)
    to_friend = _reward("gift_to_friend", gives=cup)
    for taken in (True, False):
        with transaction.atomic():
            paid = _claim(ann, to_friend)
            details.choose_friend(redemption_id=paid.pk, friend_id=ben, note="", by=ann, at=at)
            if taken:
                granting.claim_gift(gift_id=paid.gift.pk, member_id=ben, by=ben, at=at)
    quest = Quest.objects.filter(replaced_at=None, points__gt=0).first()
    assert quest is not None
    run = QuestRun.objects.create(member_id=ben, quest=quest, code=quest.code, period="test", begun_at=at)
    with transaction.atomic():
        paying.complete(run=run, at=at)
        levels.review_levels(member_ids=[ann], at=at)
    rung = LadderRung.objects.order_by("level").first() or LadderRung.objects.create(level=2, name="Tea", points=5)
    LadderGift.objects.create(member_id=ann, rung=rung, granted_at=at, expires_at=at + timedelta(days=9))
    with transaction.atomic():
        actions.review_tiers(member_ids=[ann, ben], at=at, allow_down=True)
        due.mark_reviewed(review=due.members_due(at=at), at=at)
    with transaction.atomic():
        _seal_today()
        connected = shops.connect(
            kind="feed", name="Tea", source="tea", base_url="", currency="EUR", secret="", token="", by=None, at=at
        )
        shops.keep(
            shop_id=connected.id,
            key="1",
            topic="order",
            delivery_id="1",
            about=("1", "1"),
            headers={},
            raw=b"{}",
            at=at,
        )
        made = webhooks.make_endpoint(
            name="A till", url="http://localhost:9/", events=("points.posted",), by=None, at=at
        )
        endpoint = WebhookEndpoint.objects.get(id=made.id)
        WebhookDelivery.objects.create(
            endpoint=endpoint, event_id=1, type="points.posted", body="{}", occurred_at=at, due_at=at, created_at=at
        )


def _seal_today() -> None:
    """The day of the test, as if it were over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE %s)::date", [settings.TIME_ZONE])
        today = cursor.fetchone()[0]
    previous = ""
    for day in (today - timedelta(days=1), today):
        root, txns = root_of_day(day)
        seal = merkle.seal_of(previous, day.isoformat(), root)
        BooksDay.objects.create(day=day, txns=txns, root=root, previous=previous, seal=seal, sealed_at=now())
        previous = seal


def test_a_little_of_everything_holds(shop: None) -> None:
    assert [one for one in verify.look() if one.found] == []
    assert TierMembership.objects.filter(until=None, tier__rank__gt=0).exists()


OTHER = "(SELECT id FROM members_user WHERE username = 'ben')"
BROKEN: dict[str, tuple[str, str]] = {
    "rewards: gave all of it back": (
        "UPDATE loyalty_redemption SET state = 'cancelled', slot = NULL WHERE state = 'fulfilled' AND cost > 0",
        "a claim took its cost once; one that was undone gave all of it back",
    ),
    "rewards: held": (
        "UPDATE loyalty_redemption SET state = 'confirmed' WHERE state = 'held'",
        "what a claim waits for is held, and what was handed over is paid",
    ),
    "rewards: nobody's hold": (
        "DELETE FROM loyalty_redemptionstep; DELETE FROM loyalty_redemption WHERE state = 'held'",
        "points are held for a reward only while somebody's claim waits for them",
    ),
    "rewards: too many": (
        "ALTER TABLE loyalty_redemption DROP CONSTRAINT loyalty_redemption_within_limit; "
        "UPDATE loyalty_redemption SET slot_limit = 1",
        "no member has more of a reward than one may have",
    ),
    "rewards: steps": (
        "UPDATE loyalty_redemptionstep SET state = 'held'",
        "the last step of a claim is its state",
    ),
    "rewards: another's code": (
        f"UPDATE loyalty_coupon SET member_id = {OTHER} WHERE member_id IS NOT NULL",
        "the code of a claim is its member's, and of no use when the claim was undone",
    ),
    "rewards: a code that lives on": (
        "UPDATE loyalty_coupon SET state = 'assigned' WHERE state = 'revoked'",
        "the code of a claim is its member's, and of no use when the claim was undone",
    ),
    "rewards: a code of nobody": (
        "UPDATE loyalty_redemption SET coupon_id = NULL WHERE state = 'fulfilled'",
        "a code that came of a claim belongs to one",
    ),
    "rewards: a code lost": (
        "DELETE FROM loyalty_coupon WHERE state = 'free'",
        "a list of codes holds as many as were put in",
    ),
    "rewards: a gift to another": (
        "UPDATE loyalty_gift SET member_id = giver_id WHERE state = 'claimed'",
        "a gift that was taken became a free claim of the same reward by the same member",
    ),
    "rewards: a gift over and paid": (
        "UPDATE loyalty_gift SET state = 'expired' WHERE state = 'waiting'",
        "what a friend paid for a gift is paid when it is taken, waits while it waits, and is back when it is over",
    ),
    "rewards: stock": (
        "UPDATE loyalty_reward SET claimed = claimed + 1",
        "what is claimed of a reward is its open redemptions and what is put aside",
    ),
    "quests: paid, not done": (
        "UPDATE loyalty_questrun SET state = 'open', done_at = NULL",
        "a quest that is done paid what it says, once; no other quest paid",
    ),
    "quests: done, not paid": (
        "UPDATE loyalty_questrun SET points = points + 1 WHERE state = 'done'",
        "a quest that is done paid what it says, once; no other quest paid",
    ),
    "quests: ladder": (
        "UPDATE loyalty_levelstanding SET highest = 1",
        "who has a gift of the ladder reached its level",
    ),
    "tiers: below": (
        "UPDATE loyalty_tiermembership SET tier_id = (SELECT id FROM loyalty_tier ORDER BY rank LIMIT 1)",
        "everybody is in the tier that a fresh review gives",
    ),
    "tiers: above": (
        "UPDATE loyalty_tierprogram SET grace_days = 0; "
        "UPDATE loyalty_tiermembership SET next_review = now() + interval '3 days', tier_id = "
        f"(SELECT id FROM loyalty_tier WHERE NOT by_invitation ORDER BY rank DESC LIMIT 1) WHERE member_id = {OTHER}",
        "everybody is in the tier that a fresh review gives",
    ),
    "tiers: forgotten": (
        "UPDATE loyalty_tiermembership SET since = since - interval '1 day', next_review = now() - interval '1 hour'",
        "what a stay in a tier was due for was looked at in the last review",
    ),
    "tiers: backwards": (
        "UPDATE loyalty_tiermembership SET until = since - interval '1 day'",
        "a member is in one tier at a time, and no stay ends before it began",
    ),
    "books: another root": (
        "ALTER TABLE loyalty_booksday DISABLE TRIGGER USER; UPDATE loyalty_booksday SET root = repeat('0', 64)",
        "the days that are over are as they were sealed, each bound to the one before",
    ),
    "books: a transaction more": (
        "ALTER TABLE loyalty_booksday DISABLE TRIGGER USER; UPDATE loyalty_booksday SET txns = txns - 1 WHERE txns > 0",
        "the days that are over are as they were sealed, each bound to the one before",
    ),
    "books: a day fewer": (
        "ALTER TABLE loyalty_booksday DISABLE TRIGGER USER; UPDATE loyalty_booksday SET previous = '' WHERE previous <> ''",
        "the days that are over are as they were sealed, each bound to the one before",
    ),
    "shops: waits": (
        "UPDATE integrations_inboundmessage SET due_at = due_at - interval '11 minutes'",
        "nothing that a shop said waits for more than ten minutes unless it is tried again later",
    ),
    "shops: no order": (
        "UPDATE integrations_inboundmessage SET verdict = 'recorded', fingerprint = 'x', processed_at = now()",
        "an order that a shop told of and that was recorded is there",
    ),
    "webhooks: lease": (
        "UPDATE integrations_webhookdelivery SET claimed_until = due_at - interval '11 minutes'",
        "nothing is in a worker's hands beyond its lease",
    ),
    "webhooks: waits": (
        "UPDATE integrations_webhookdelivery SET due_at = due_at - interval '11 minutes'",
        "a machine that answers waits for nothing longer than ten minutes",
    ),
    "webhooks: never sent": (
        "UPDATE integrations_webhookdelivery SET state = 'done', settled_at = now()",
        "what is settled is in nobody's hands, and what was delivered was taken",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_each_is_seen_when_it_is_broken(shop: None, what: str) -> None:
    statements, promise = BROKEN[what]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the commit keeps tables from being altered
        cursor.execute(statements)
    assert promise in {one.promise for one in verify.look() if one.found}
