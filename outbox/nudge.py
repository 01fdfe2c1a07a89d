"""What happens right after a commit, outside the request: live fan-out, and a hint to the workers.

A request never waits for Valkey: one daemon thread per process does the talking. Its queue is bounded and its errors
are swallowed, because everything it says may be lost: the sweep of the outbox finds what it missed.
"""

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from outbox.events import Event
from outbox.subscribe import live_handlers

log = logging.getLogger(__name__)

_BOUND = 10_000  # pending hints; beyond it they are dropped, and the sweep carries on
_BREAK_AFTER, _BREAK_SECONDS = 2, 10.0

_jobs: "queue.Queue[Callable[[], None]]" = queue.Queue(maxsize=_BOUND)
_guard = threading.Lock()
_thread: threading.Thread | None = None
_thread_of_process = 0
_worker_wanted = threading.Event()
_failures = 0
_broken_until = 0.0
synchronous = False
"""Tests set this to run live subscribers at once, in the caller's thread."""


def after_commit(events: Sequence[Event], *, wants_worker: bool) -> None:
    """Called by on_commit: run live subscribers of these events, and wake a worker when there is durable work."""
    for event in events:
        for handler in live_handlers(event.name):
            _put(lambda handler=handler, event=event: handler(event))  # type: ignore[misc]
    if wants_worker and not _worker_wanted.is_set():
        _worker_wanted.set()  # coalesced: one hint covers every event published until it is sent
        _put(_wake_worker)


def send_later(task: str, *args: object) -> None:
    """Send a Celery task from the background thread; lost when the broker is away."""
    _put(lambda: _send_task(task, args))


def drain(timeout: float = 5.0) -> bool:
    """Wait until everything queued so far was handled; for shutdown and tests. False when time ran out."""
    done = threading.Event()
    _put(done.set)
    return done.wait(timeout)


def _put(job: Callable[[], None]) -> None:
    if synchronous:
        _run(job)
        return
    _ensure_thread()
    try:
        _jobs.put_nowait(job)
    except queue.Full:
        log.warning("outbox: the background queue is full; a hint was dropped and the sweep will find its work")


def _ensure_thread() -> None:
    global _thread, _thread_of_process
    with _guard:
        if _thread is None or not _thread.is_alive() or _thread_of_process != os.getpid():
            _thread_of_process = os.getpid()  # a forked child has the queue but not the thread
            _thread = threading.Thread(target=_work, name="outbox-nudge", daemon=True)
            _thread.start()
            atexit.register(_say_the_rest, os.getpid())


def _say_the_rest(process: int) -> None:
    """At the end of a command: what it just queued is said while the broker is still there."""
    if os.getpid() == process:
        drain(2.0)


def _work() -> None:
    while True:
        _run(_jobs.get())


def _run(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception:
        log.warning("outbox: a live subscriber or hint failed; nothing is lost", exc_info=True)


def _wake_worker() -> None:
    _worker_wanted.clear()
    _send_task("outbox.tasks.deliver", ())


def _send_task(task: str, args: tuple[Any, ...]) -> None:
    global _failures, _broken_until
    if time.monotonic() < _broken_until:
        return
    from celery import current_app

    try:
        current_app.send_task(task, args=args, expires=60 if task == "outbox.tasks.deliver" else None)
        _failures = 0
    except Exception:
        _failures += 1
        if _failures >= _BREAK_AFTER:
            _failures, _broken_until = 0, time.monotonic() + _BREAK_SECONDS
        raise
