"""Celery's door to the nightly look."""

from celery import shared_task
from django.db import transaction

from insights import actions, queries
from outbox.clock import now


@shared_task
def nightly() -> None:
    for moment in queries.moments_due(at=now()):
        with transaction.atomic(durable=True):
            actions.restage_all(at=moment)
