"""Every hour: whoever has a birthday is greeted, batch by batch, each in its transaction."""

from datetime import datetime
from functools import partial
from itertools import islice

from loyalty.actions.tiers import birthdays
from outbox.retry import whole

BATCH = 200


def run(*, at: datetime) -> int:
    """How many were greeted. A kill in the middle loses nothing: the next hour greets the rest."""
    due = iter(birthdays.birthdays_due(at=at).items())
    greeted = 0
    while batch := dict(islice(due, BATCH)):
        greeted += whole(partial(birthdays.give_birthday_gifts, due=batch, at=at))
    whole(partial(birthdays.forget_old_gifts, at=at))
    return greeted
