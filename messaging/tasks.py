"""Celery's door to the sender."""

from celery import shared_task

from messaging import sender


@shared_task
def send_due() -> None:
    sender.send_in_turn()
