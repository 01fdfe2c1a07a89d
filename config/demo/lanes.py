"""Both processor cores at once: what each app hears is delivered in a lane of its own, in the order of its events.

Subscribers of one app therefore never wait for each other's rows; between the apps it is as with several workers.
"""

import multiprocessing
import platform
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

from outbox.dispatch import run_pending
from outbox.models import EventDelivery

PATIENCE = 15.0
"""Seconds in which a delivery that lost against another one is tried again; what takes longer is left to the worker."""
FEW = 200
"""Deliveries that are not worth a second process."""


@contextmanager
def unhurried_disk() -> Iterator[None]:
    """Thousands of small commits do not wait for the disk: what a power cut takes, the next start makes again."""
    options = connection.settings_dict["OPTIONS"]  # of this process, for each session that begins
    before = options.get("options")
    options["options"] = f"{before or ''} -c synchronous_commit=off -c statement_timeout=0".strip()
    connection.close()
    try:
        yield
    finally:
        options["options"] = before
        if before is None:
            del options["options"]
        connection.close()


def deliver() -> None:
    """Deliver all there is, and what comes of it."""
    limit = time.monotonic() + PATIENCE
    while waiting := EventDelivery.objects.filter(done_at=None, parked_at=None).count():
        if not (_in_lanes() if waiting > FEW else run_pending()):
            if time.monotonic() > limit:
                return
            time.sleep(0.2)


def _in_lanes() -> int:
    busy = ("loyalty", "community")
    rest = tuple(one.label for one in apps.get_app_configs() if one.label not in busy)
    connection.close()  # a session belongs to one process
    with _workers(3) as workers:
        return sum(workers.map(_lane, (busy[:1], busy[1:], rest)))


def _workers(number: int) -> Executor:
    # Two interpreters do twice as much; where forking is not safe, one of them still uses the other core for the database.
    if platform.system() == "Linux":
        return ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("fork"))
    return ThreadPoolExecutor(number)


def _lane(labels: Sequence[str]) -> int:
    try:
        return run_pending(apps=labels)
    finally:
        connection.close()
