"""Again after a collision: PostgreSQL ends one of two transactions that wait for each other, and undoes all of it. And once
again after a connection that broke, when there is a new one."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

COLLISIONS = frozenset({"40P01", "40001"})
"""Deadlock, serialization failure. Everything was undone, so the whole action can be tried again."""
FAREWELLS = frozenset({"57P01", "57P02", "57P03"})
"""The server is told to stop, was stopped by a crash, is starting."""
TRIES = 4
"""The first time, and three times again."""
AWAY_SECONDS = 3.0
"""So long somebody waits for a database that restarts; then it is an error (503 for a person)."""

P = ParamSpec("P")
R = TypeVar("R")


def collided(error: BaseException) -> bool:
    """Whether this error means: PostgreSQL undid everything because of somebody else; try again."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in COLLISIONS


def again_after_collision(edge: Callable[P, R]) -> Callable[P, R]:
    """For functions at an edge, which open the transaction themselves: tried again, whole, at most three times; and once
    when the connection broke and a new one comes within AWAY_SECONDS.

    Only for what carries a key, or looks at the state of what it changes under its lock, or only reads. A collision undid
    everything for certain; of a connection that broke at COMMIT nobody knows, and only such an action finds out by doing it
    again. Inside a transaction it is a mistake: the outer one would be lost already.
    """

    @functools.wraps(edge)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        collisions = breaks = 0
        while True:
            try:
                return edge(*args, **kwargs)
            except (OperationalError, InterfaceError) as error:
                if connection.in_atomic_block:
                    raise
                if collided(error) and collisions < TRIES - 1:
                    collisions += 1
                    time.sleep(random.uniform(0.01, 0.05) * collisions)  # noqa: S311
                elif _broke(error) and breaks == 0 and _connected_again():
                    breaks += 1
                else:
                    raise

    return again


@again_after_collision
def whole(work: Callable[[], R]) -> R:
    """One act (of a person, of a sweep, a batch of the night) in a durable transaction of its own, tried again as above."""
    with transaction.atomic(durable=True):
        return work()


def _broke(error: BaseException) -> bool:
    """Whether the connection went, or never came: the server said goodbye, or nobody said anything."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state[:2] == "08" or state in FAREWELLS


def _connected_again() -> bool:
    """Whether a new connection works. The one that broke is put away."""
    connection.close()
    until = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        else:
            return True
