"""`manage.py restage`: the nightly look at everybody's stage, now."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.dateparse import parse_datetime

from insights import actions, queries
from outbox.clock import now


class Command(BaseCommand):
    help = "Look at every member's stage as the nightly task does, catching up missed nights. Running it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="the moment to look at instead of now, such as 1997-10-01T00:00:00+00:00")

    def handle(self, *args: Any, at: str | None = None, **options: Any) -> None:
        moment = _moment(at) if at else now()
        for due in queries.moments_due(at=moment):
            with transaction.atomic(durable=True):
                changed = actions.restage_all(at=due)
            self.stdout.write(f"{queries.day_of(due)}: {changed} changes")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no moment: {error}.") from error
    if moment is None or moment.tzinfo is None:
        raise CommandError(f"“{text}” is no moment. Write it with its offset, such as 1997-10-01T00:00:00+00:00.")
    return moment
