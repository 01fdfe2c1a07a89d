"""Beat's door: forget old answers."""

from celery import shared_task
from django.db import transaction

from integrations import actions
from outbox.clock import now


@shared_task
def nightly() -> None:
    with transaction.atomic(durable=True):
        actions.forget_old(at=now())
