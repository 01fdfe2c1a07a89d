"""Celery's doors to loyalty."""

from celery import shared_task

from loyalty import birthday_round as greet
from loyalty import nightly as work
from loyalty import proving, trying
from loyalty.actions.rewards import sweeping
from loyalty.actions.seasons.closing import season_round
from outbox.clock import now


@shared_task
def sweep_rewards() -> None:
    sweeping.sweep(at=now())


@shared_task
def nightly() -> None:
    work.run(at=now())


@shared_task
def birthdays() -> None:
    greet.run(at=now())


@shared_task
def prove_books() -> None:
    proving.prove(at=now())


@shared_task
def seasons() -> None:
    season_round(at=now())


@shared_task
def try_rules(trial_id: int) -> None:
    trying.run(trial_id=trial_id, at=now())


@shared_task
def trials() -> None:
    trying.run_waiting(at=now())
