"""Housekeeping of accounts."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction

from members import actions
from outbox.clock import now, real_now


@shared_task
def forget_tries() -> None:
    with transaction.atomic(durable=True):
        actions.tries.forget(before=now() - timedelta(days=1))
        actions.forget_rights_changes(at=now())
        actions.securing.forget_changes(before=real_now() - actions.securing.KEPT)
