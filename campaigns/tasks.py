"""Celery's door to campaigns."""

from celery import shared_task
from django.db import transaction

from campaigns import actions
from outbox.clock import now


@shared_task
def tick() -> None:
    with transaction.atomic(durable=True):
        actions.finish_sent(at=now())
