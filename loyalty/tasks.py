"""Celery's doors to loyalty."""

from celery import shared_task

from loyalty import nightly as work
from loyalty.actions.rewards import sweeping
from outbox.clock import now


@shared_task
def sweep_rewards() -> None:
    sweeping.sweep(at=now())


@shared_task
def nightly() -> None:
    work.run(at=now())
