"""Quests through the forum's events, as the workers deliver them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from community.events import PostPublished, PostRemoved, PostRestored, ReactionAdded, ReactionRemoved
from loyalty.actions.quests import publish_quest
from loyalty.events import OrderRecorded
from loyalty.models import Quest, QuestRun
from loyalty.rules.quest_steps import StepDraft
from outbox.dispatch import run_pending
from outbox.events import Event
from outbox.subscribe import durable_handlers
from tests.loyalty.conftest import AT


def tell(*events: Event) -> None:
    """Deliver to the quests alone (merits, trust and notices have their own tests), then what follows from it to all."""
    for event in events:
        for key, handler in durable_handlers(event.name).items():
            if key.startswith("loyalty.subscribers.quests."):
                with transaction.atomic():
                    handler(event)
    while run_pending():
        pass


def minutes(number: float) -> Any:
    return AT + timedelta(minutes=number)


def liked(post: int, author: int, by: int, minute: float = 0, trust: int = 1, kind: str = "like") -> ReactionAdded:
    return ReactionAdded(
        post_id=post, topic_id=1, author_id=author, by_id=by, kind=kind, by_trust=trust, at=minutes(minute)
    )


def unliked(post: int, author: int, by: int, minute: float, kind: str = "like") -> ReactionRemoved:
    return ReactionRemoved(post_id=post, topic_id=1, author_id=author, by_id=by, kind=kind, at=minutes(minute))


def posted(post: int, author: int, minute: float = 0, number: int = 1, topic: int = 1) -> PostPublished:
    return PostPublished(post_id=post, topic_id=topic, board_id=1, author_id=author, number=number, at=minutes(minute))


def paid(order: int, member: int, minute: float = 0, state: str = "paid", net: int = 4_000) -> OrderRecorded:
    at = minutes(minute)
    return OrderRecorded(
        order_id=order, member_id=member, state=state, placed_at=at, net=net, currency="EUR", first_paid=False, at=at
    )


def removed(post: int, author: int, minute: float) -> PostRemoved:
    return PostRemoved(post_id=post, topic_id=1, author_id=author, by_id=author, at=minutes(minute))


def restored(post: int, author: int, minute: float) -> PostRestored:
    return PostRestored(post_id=post, topic_id=1, author_id=author, by_id=author, at=minutes(minute))


def only(code: str, steps: Sequence[StepDraft], **fields: Any) -> Quest:
    """The only quest of the site from now on."""
    Quest.objects.update(replaced_at=AT - timedelta(days=900))
    given = {"kind": "campaign", "name": code, "points": 10} | fields
    with transaction.atomic():
        return publish_quest(code=code, fields=given, steps=steps, by=None, at=AT - timedelta(days=800))


def step(event: str, count: int = 1, distinct: str = "", **only_when: Any) -> StepDraft:
    return StepDraft(event, f"{event} × {count}", count, distinct, only_when)


def runs(member: int) -> list[tuple[str, str, str]]:
    return list(QuestRun.objects.filter(member_id=member).order_by("id").values_list("code", "period", "state"))
