"""What the house promises: tiers that do something, rules with their limits, quests, two seasons, who may send points."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from config.demo.points import shelf
from loyalty import actions as loyalty
from loyalty.actions.ledger.transferring import allow_transfers
from loyalty.actions.quests import publish_quest
from loyalty.actions.tiers.programme import set_benefits
from loyalty.rules.quest_steps import StepDraft

QUEST = "leaf-to-cup"
DAY = timedelta(days=1)


def promise(manager_id: int, at: datetime) -> None:
    """In a transaction, once the rewards are there and before anybody has said a word."""
    _tiers(manager_id, at)
    _quests(manager_id, at)
    allow_transfers(currency="points", daily=300, trust=2, by=manager_id, at=at)


def _tiers(by: int, at: datetime) -> None:
    letter = shelf.reward_id(shelf.LETTER, at)
    set_benefits(code="friend", values={"birthday_points": 20}, by=by, at=at)
    set_benefits(
        code="good-friend", by=by, at=at,
        values={
            "multiplier_percent": 110, "early_hours": 24, "birthday_points": 50, "keep_threshold": 400,
            "lifetime_threshold": 6000, "service_promise": gettext_noop("We answer you within a day."),
        },
    )  # fmt: skip
    set_benefits(
        code="old-friend", by=by, at=at,
        values={
            "multiplier_percent": 125, "pending_days": 7, "early_hours": 72, "birthday_points": 100,
            "birthday_reward_id": letter, "keep_threshold": 1500,
            "service_promise": gettext_noop("We answer you within four hours."),
        },
    )  # fmt: skip


def _quests(by: int, at: datetime) -> None:
    letter = shelf.reward_id(shelf.LETTER, at)
    plain = {
        "audience": "everybody", "audience_days": 60, "starts_at": at - 40 * DAY, "ends_at": at + 30 * DAY,
        "repeat": "never", "credit": 20, "gift_days": 30, "active": True,
    }  # fmt: skip
    publish_quest(
        code=QUEST, by=by, at=at,
        fields=plain | {
            "kind": "campaign", "ordered": True, "points": 40, "gift_id": letter, "position": 10,
            "name": gettext_noop("From leaf to cup"),
            "about": gettext_noop("Buy a tea, say how it was, and let others taste it. A letter from the garden waits at the end."),
        },
        steps=[
            StepDraft("order.paid", gettext_noop("Buy a tea"), 1, "", {}),
            StepDraft("post.published", gettext_noop("Tell the others how it was"), 1, "", {}),
            StepDraft("reaction.received", gettext_noop("Three regulars find it helpful"), 3, "person", {"trust": 1}),
            StepDraft("session.attended", gettext_noop("Bring it to two evenings at the table"), 2, "session", {}),
        ],
    )  # fmt: skip
    publish_quest(
        code="round-the-table", by=by, at=at,
        fields=plain | {
            "kind": "season", "repeat": "season", "ordered": False, "points": 60, "position": 5, "starts_at": None,
            "ends_at": None, "name": gettext_noop("Once round the table"),
            "about": gettext_noop("A season has room for everybody: listen, answer, sit down."),
        },
        steps=[
            StepDraft("reply.published", gettext_noop("Answer six different people"), 6, "person", {}),
            StepDraft("reaction.received", gettext_noop("Eight different people are glad"), 8, "person", {}),
            StepDraft("session.attended", gettext_noop("Be at three evenings"), 3, "session", {}),
        ],
    )  # fmt: skip


def rules(by: int, at: datetime) -> None:
    """Published when the purchases of the past are in: they earned by what held then. In a transaction."""
    publish = loyalty.publish_rule
    publish(
        code="tea-weekend", by=by, at=at,
        changes={
            "name": gettext_noop("Double points on tea at weekends"), "trigger": "order.paid", "formula": "multiplier",
            "percent": 200, "categories": ["tea"], "starts_at": at - 60 * DAY, "ends_at": at + 30 * DAY,
            "conditions": {"all": [{"fact": "act.weekday", "is": "one_of", "value": [6, 7]}]},
            "note": gettext_noop("Ends with the month: we look at what it brought before we go on."),
        },
    )  # fmt: skip
    publish(
        code="first-order", by=by, at=at,
        changes={
            "name": gettext_noop("A newcomer’s first order"), "trigger": "order.paid", "formula": "fixed", "points": 50,
            "credit": 0, "pending_days": 14, "lifetime_cap": 1, "budget": 20_000,
            "conditions": {
                "all": [
                    {"fact": "order.first", "is": "is_true"},
                    {"fact": "member.age_days", "is": "at_most", "value": 60},
                    {"fact": "order.net", "is": "at_least", "value": 1500},
                ]
            },
            "note": gettext_noop("From fifteen on, so that nobody splits an order."),
        },
    )  # fmt: skip
    publish(
        code="review", by=by, at=at,
        changes={
            "name": gettext_noop("A review with a picture"), "trigger": "review.published", "formula": "fixed", "points": 15,
            "credit": 5, "pending_days": 3, "weekly_cap": 1, "conditions": {
                "all": [
                    {"fact": "review.bought", "is": "is_true"}, {"fact": "review.pictures", "is": "at_least", "value": 1},
                ]
            },
            "note": gettext_noop("One a week: we want to read them."),
        },
    )  # fmt: skip
    publish(
        code="empty-tin", by=by, at=at,
        changes={
            "name": gettext_noop("An empty tin brought back"), "trigger": "custom", "formula": "fixed", "points": 10,
            "credit": 2, "pending_days": 0, "monthly_cap": 4, "cooldown_minutes": 60,
            "conditions": {"all": [{"fact": "event.name", "is": "equals", "value": "tin.returned"}]},
            "note": gettext_noop("The counter tells us."),
        },
    )  # fmt: skip
