"""The programme a new site begins with."""

from datetime import datetime

from django.db import transaction

from loyalty.models import Currency, EarningRule, Reward, Tier, TierProgram
from outbox.require import require_transaction


def ensure_programme(*, at: datetime) -> bool:
    """Give a site without currencies the default programme. Returns whether it did; a site that has one is left alone."""
    require_transaction()
    if Currency.objects.exists():
        return False
    with transaction.atomic():
        Currency.objects.bulk_create(
            [
                Currency(id=1, code="points", name="Points", spendable=True, expiry_months=12),
                Currency(id=2, code="credit", name="Tier credit", qualifies_tier=True),
            ],
            ignore_conflicts=True,
        )
        EarningRule.objects.bulk_create(_rules(at), ignore_conflicts=True)
        program, _ = TierProgram.objects.get_or_create(code="friends", defaults={"name": "Old friends"})
        Tier.objects.bulk_create(_tiers(program), ignore_conflicts=True)
        if not Reward.objects.exists():
            Reward.objects.bulk_create(_rewards())
    return True


def _rules(at: datetime) -> list[EarningRule]:
    return [
        EarningRule(
            code="purchase",
            name="Purchases",
            trigger=EarningRule.Trigger.ORDER,
            formula=EarningRule.Formula.PER_UNIT,
            points=1,
            credit=1,
            pending_days=14,
            published_at=at,
        ),
        EarningRule(
            code="accepted-answer",
            name="Your answer is accepted",
            trigger=EarningRule.Trigger.ANSWER,
            formula=EarningRule.Formula.FIXED,
            points=25,
            credit=25,
            pending_days=2,
            daily_cap=5,
            giver_cap=3,
            published_at=at,
        ),
        EarningRule(
            code="liked-post",
            name="Somebody likes your post",
            trigger=EarningRule.Trigger.REACTION,
            formula=EarningRule.Formula.FIXED,
            points=2,
            credit=0,
            pending_days=2,
            daily_cap=20,
            giver_cap=3,
            published_at=at,
        ),
    ]


def _tiers(program: TierProgram) -> list[Tier]:
    return [
        Tier(program=program, code="friend", name="Friend", rank=0, threshold=0, benefits="Points for what you do here"),
        Tier(
            program=program,
            code="good-friend",
            name="Good friend",
            rank=1,
            threshold=500,
            benefits="Rewards kept for good friends\nA badge beside your name",
        ),
        Tier(
            program=program,
            code="old-friend",
            name="Old friend",
            rank=2,
            threshold=2000,
            benefits="Everything good friends have\nFirst choice when something is scarce",
        ),
    ]


def _rewards() -> list[Reward]:
    return [
        Reward(
            name="A tenth off your next order",
            description="A code for the shop. It takes 10 percent off one order.",
            kind=Reward.Kind.GENERATED_CODE,
            cost=100,
            percent=10,
            valid_days=90,
            position=1,
        ),
        Reward(
            name="Question to the founders",
            description="Ask us anything. We answer in person, in the forum or by mail, as you like.",
            kind=Reward.Kind.PERK,
            cost=250,
            per_member=1,
            position=2,
        ),
    ]
