"""The programme a new site begins with: two currencies, three rules, three tiers, two rewards. Each is the owner's to change."""

from django.db import migrations
from django.utils import timezone


def begin(apps, schema_editor):
    model = {name: apps.get_model("loyalty", name) for name in ("Currency", "EarningRule", "TierProgram", "Tier", "Reward")}
    if model["Currency"].objects.exists():
        return  # somebody has made a programme already: it is theirs
    model["Currency"].objects.bulk_create(
        [
            model["Currency"](id=1, code="points", name="Points", spendable=True, expiry_months=12),
            model["Currency"](id=2, code="credit", name="Tier credit", qualifies_tier=True),
        ]
    )
    model["EarningRule"].objects.bulk_create(rules(model["EarningRule"], timezone.now()))
    program = model["TierProgram"].objects.create(code="friends", name="Old friends")
    model["Tier"].objects.bulk_create(tiers(model["Tier"], program))
    model["Reward"].objects.bulk_create(rewards(model["Reward"]))


def rules(EarningRule, at):
    return [
        EarningRule(
            code="purchase",
            name="Purchases",
            trigger="order.paid",
            formula="per_unit",
            points=1,
            credit=1,
            pending_days=14,
            published_at=at,
        ),
        EarningRule(
            code="accepted-answer",
            name="Your answer is accepted",
            trigger="answer.accepted",
            formula="fixed",
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
            trigger="reaction.added",
            formula="fixed",
            points=2,
            credit=0,
            pending_days=2,
            daily_cap=20,
            giver_cap=3,
            published_at=at,
        ),
    ]


def tiers(Tier, program):
    return [
        Tier(
            program=program, code="friend", name="Friend", rank=0, threshold=0, benefits="Points for what you do here"
        ),
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


def rewards(Reward):
    return [
        Reward(
            name="A tenth off your next order",
            description="A code for the shop. It takes 10 percent off one order.",
            kind="generated_code",
            cost=100,
            percent=10,
            valid_days=90,
            position=1,
        ),
        Reward(
            name="Question to the founders",
            description="Ask us anything. We answer in person, in the forum or by mail, as you like.",
            kind="perk",
            cost=250,
            per_member=1,
            position=2,
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0002_ledger")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
