"""Celery's doors to the senders, to bundles and digests, and to the cleaning."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction

from messaging import pushing, rounds, sender
from messaging.actions import forget_notices
from outbox.clock import now

NOTICES_KEPT = timedelta(days=180)


@shared_task
def send_due() -> None:
    sender.send_in_turn()


@shared_task
def send_pushes() -> None:
    pushing.send_in_turn()


@shared_task
def bundle() -> None:
    """Every minute, and at once after what may not wait: notices that nobody has seen become messages."""
    rounds.bundle_all()


@shared_task
def digest() -> None:
    """Every ten minutes: the digests of those whose hour it is."""
    rounds.queue_all_digests()


@shared_task
def clean_notices() -> None:
    """Every night: notices of half a year ago."""
    before = now() - NOTICES_KEPT
    forgotten = 1
    while forgotten:
        with transaction.atomic(durable=True):
            forgotten = forget_notices(before=before)
