"""Celery's doors to the sender and to the cleaning."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction

from messaging import sender
from messaging.actions import forget_notices
from outbox.clock import now

NOTICES_KEPT = timedelta(days=180)


@shared_task
def send_due() -> None:
    sender.send_in_turn()


@shared_task
def clean_notices() -> None:
    """Every night: notices of half a year ago."""
    before = now() - NOTICES_KEPT
    forgotten = 1
    while forgotten:
        with transaction.atomic(durable=True):
            forgotten = forget_notices(before=before)
