"""Celery's doors to loyalty."""

from celery import shared_task

from loyalty import nightly as work
from outbox.clock import now


@shared_task
def nightly() -> None:
    work.run(at=now())
