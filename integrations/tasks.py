"""Beat's doors: forget old answers and messages; send webhooks."""

from celery import shared_task
from django.core.management import call_command
from django.db import transaction

from integrations import actions
from integrations.shops import tasks as shops_tasks
from integrations.webhooks import actions as webhook_actions
from integrations.webhooks import sending
from outbox.clock import now


@shared_task
def nightly() -> None:
    with transaction.atomic(durable=True):
        actions.forget_old(at=now())
    with transaction.atomic(durable=True):
        webhook_actions.forget_old(at=now())
    call_command("oidc_cleartokens")


@shared_task
def send_webhooks() -> None:
    sending.send_in_turn()


__all__ = ["nightly", "send_webhooks", "shops_tasks"]  # the shops have doors of their own
