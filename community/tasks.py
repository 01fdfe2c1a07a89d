"""Addresses for the worker."""

from celery import shared_task
from django.db import transaction

from community.actions import boards
from outbox.clock import now


@shared_task
def recount_boards() -> None:
    """Every ten seconds: the counters of boards where something happened."""
    with transaction.atomic(durable=True):
        boards.recount_boards(at=now())
