"""Again after a collision: PostgreSQL ends one of two transactions that wait for each other, and undoes all of it."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

COLLISIONS = frozenset({"40P01", "40001"})
"""Deadlock, serialization failure. Everything was undone, so the whole action can be tried again."""
TRIES = 4
"""The first time, and three times again."""

P = ParamSpec("P")
R = TypeVar("R")


def collided(error: BaseException) -> bool:
    """Whether this error means: PostgreSQL undid everything because of somebody else; try again."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in COLLISIONS


def again_after_collision(edge: Callable[P, R]) -> Callable[P, R]:
    """For functions at an edge, which open the transaction themselves: tried again, whole, at most three times.

    Only for what carries a key or only reads. Inside a transaction it is a mistake: the outer one would be lost already.
    """

    @functools.wraps(edge)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES):
            try:
                return edge(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or not collided(error):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311
        return edge(*args, **kwargs)

    return again
