"""The night's look at trust: level 3, groups that hold a level, and what nobody looks back at any more."""

from datetime import datetime, timedelta

from django.db import transaction

from community.actions.people import activity, trust
from community.actions.people.activity import day_of
from community.rules.trust import WINDOW


def run(*, at: datetime) -> int:
    """Everything once; how many levels changed. Each batch is its own transaction, so a second run ends what a kill left."""
    changed = 0
    for members in trust.to_review():
        with transaction.atomic(durable=True):
            changed += trust.review_lately(member_ids=members, at=at)
    with transaction.atomic(durable=True):
        changed += trust.follow_groups(at=at)
    with transaction.atomic(durable=True):
        activity.forget_days(before=day_of(at - WINDOW - timedelta(days=7)))
        activity.forget_spending(before=at - timedelta(days=2))
    return changed
