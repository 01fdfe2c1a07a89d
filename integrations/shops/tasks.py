"""Beat's doors of the shops: work on what came, ask what changed, forget what is old."""

from celery import shared_task
from django.db import transaction

from integrations.shops import actions, reconcile, working
from outbox.clock import now


@shared_task
def take_in() -> None:
    working.take_in()


@shared_task
def ask() -> None:
    reconcile.ask_due()


@shared_task
def nightly() -> None:
    with transaction.atomic(durable=True):
        actions.forget_bodies(at=now())
