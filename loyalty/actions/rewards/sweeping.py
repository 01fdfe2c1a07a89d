"""What ends by itself: held claims, gifts that nobody took, perks, coupons, addresses. Each batch is its own transaction."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from loyalty.actions.rewards import coupons, desk, granting, perks, undoing
from outbox.retry import whole


def sweep(*, at: datetime) -> int:
    """Claims and gifts whose time is over go back, perks end. Every few minutes; twice at once changes nothing more."""
    return sum(_all(work, at) for work in (undoing.expire_held, granting.expire_gifts, perks.end_perks))


def sweep_nightly(*, at: datetime) -> None:
    """The same, and what may wait for the night."""
    sweep(at=at)
    for work in (coupons.expire_coupons, desk.erase_addresses):
        whole(partial(work, at=at))


def _all(work: Callable[..., int], at: datetime) -> int:
    total, done = 0, 1
    while done:
        done = whole(partial(work, at=at))
        total += done
    return total
