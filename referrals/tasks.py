"""Beat's door: pay the invitations whose hold is over."""

from celery import shared_task
from django.db import transaction

from outbox.clock import now
from referrals import actions, queries


@shared_task
def reward_due() -> None:
    at = now()
    for referral_id in queries.due(at=at, limit=500):
        with transaction.atomic(durable=True):
            actions.reward(referral_id=referral_id, by=None, at=at)
