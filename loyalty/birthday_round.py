"""Every hour: whoever has a birthday is greeted, batch by batch, each in its transaction."""

from datetime import datetime
from itertools import islice

from django.db import transaction

from loyalty.actions.tiers import birthdays

BATCH = 200


def run(*, at: datetime) -> int:
    """How many were greeted. A kill in the middle loses nothing: the next hour greets the rest."""
    due = iter(birthdays.birthdays_due(at=at).items())
    greeted = 0
    while batch := dict(islice(due, BATCH)):
        with transaction.atomic(durable=True):
            greeted += birthdays.give_birthday_gifts(due=batch, at=at)
    with transaction.atomic(durable=True):
        birthdays.forget_old_gifts(at=at)
    return greeted
