"""Celery's doors to the outbox."""

from celery import shared_task
from django.db import transaction

from outbox import actions, dispatch
from outbox.clock import now


@shared_task
def deliver() -> None:
    dispatch.run_pending(limit=2_000)


@shared_task
def beat_heart() -> None:
    with transaction.atomic(durable=True):
        actions.beat_seen(name="beat", at=now())
