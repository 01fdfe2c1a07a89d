"""What happens right after a commit, outside the request: live fan-out, and a hint to the workers.

A request never waits for Valkey: daemon threads of the process do the talking, one what open pages hear, one the same where
it comes in crowds, and one what the broker is told, whose client blocks for seconds while Valkey stands still. Their queues
are bounded and their errors are swallowed, because everything they say may be lost: the sweep of the outbox finds what was
missed.
"""

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from outbox.events import Event
from outbox.subscribe import live_crowds, live_handlers

log = logging.getLogger(__name__)

_BOUND = 10_000  # pending hints; beyond it they are dropped, and the sweep carries on
_BREAK_AFTER, _BREAK_SECONDS = 2, 10.0
_WAKE_EVERY = 0.05
"""Seconds between two hints of one process to the workers: what comes meanwhile goes with the next one."""
_WAKE_AFTER = 0.02
"""Seconds that a hint to the workers waits at least: a millisecond of Python that open pages would else wait for."""

_guard = threading.Lock()
_worker_wanted = threading.Event()
_failures = 0
_broken_until = 0.0
_woke_at = 0.0
synchronous = False
"""Tests set this to run live subscribers at once, in the caller's thread."""
_unheard = False


@contextmanager
def unheard() -> Iterator[None]:
    """In this process nobody hears anything meanwhile: for a command that fills a site before anybody looks at it.

    What is durable stays, to be delivered by the command itself or by the sweep.
    """
    global _unheard
    _unheard, before = True, _unheard
    try:
        yield
    finally:
        _unheard = before


class Background:
    """A daemon thread and what it is to do; both begin anew in a forked child, which has the queue but not the thread."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.jobs: queue.Queue[Callable[[], None]] = queue.Queue(maxsize=_BOUND)
        self._thread: threading.Thread | None = None
        self._process = 0

    def put(self, job: Callable[[], None]) -> None:
        """Do it soon. Never waits; what does not fit is dropped."""
        self._ensure_thread()
        try:
            self.jobs.put_nowait(job)
        except queue.Full:
            log.warning(
                "outbox: the queue of %s is full; a hint was dropped and the sweep will find its work", self.name
            )

    def _ensure_thread(self) -> None:
        with _guard:
            if self._thread is None or not self._thread.is_alive() or self._process != os.getpid():
                self._process = os.getpid()
                self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
                self._thread.start()
                atexit.register(_say_the_rest, os.getpid())

    def _work(self) -> None:
        while True:
            _run(self.jobs.get())


_live = Background("outbox-live")
_crowds = Background("outbox-crowds")
_broker = Background("outbox-broker")
_crowd: dict[Callable[[Sequence[Any]], None], list[Event]] = {}
"""What was published since each of these was last called. Taken and begun anew under `_guard`."""


def after_commit(events: Sequence[Event], *, wants_worker: bool) -> None:
    """Called by on_commit: run live subscribers of these events, and wake a worker when there is durable work."""
    if _unheard:
        return
    for event in events:
        for handler in live_handlers(event.name):
            _put(_live, lambda handler=handler, event=event: handler(event))  # type: ignore[misc]
        for crowd in live_crowds(event.name):
            _join(crowd, event)
    if wants_worker and not _worker_wanted.is_set():
        _worker_wanted.set()  # coalesced: one hint covers every event published until it is sent
        _put(_broker, _wake_worker)


def _join(handler: Callable[[Sequence[Any]], None], event: Event) -> None:
    with _guard:
        waiting = _crowd.setdefault(handler, [])
        first = not waiting
        if len(waiting) < _BOUND:
            waiting.append(event)
    if first:
        _put(_crowds, lambda: _tell_crowd(handler))


def _tell_crowd(handler: Callable[[Sequence[Any]], None]) -> None:
    if not synchronous:
        time.sleep(_WAKE_EVERY)
    with _guard:
        events = _crowd.pop(handler, [])
    handler(events)


def send_later(task: str, *args: object) -> None:
    """Send a Celery task from the background thread; lost when the broker is away."""
    _put(_broker, lambda: _send_task(task, args))


def drain(timeout: float = 5.0) -> bool:
    """Wait until everything queued so far was handled; for shutdown and tests. False when time ran out."""
    end = time.monotonic() + timeout
    waiting = []
    for background in (_live, _crowds, _broker):
        done = threading.Event()
        _put(background, done.set)
        waiting.append(done)
    return all([done.wait(max(0.0, end - time.monotonic())) for done in waiting])


def _put(background: Background, job: Callable[[], None]) -> None:
    if synchronous:
        _run(job)
    else:
        background.put(job)


def _say_the_rest(process: int) -> None:
    """At the end of a command: what it just queued is said while the broker is still there."""
    if os.getpid() == process:
        drain(2.0)


def _run(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception:
        log.warning("outbox: a live subscriber or hint failed; nothing is lost", exc_info=True)


def _wake_worker() -> None:
    """A hint costs more than a message of a busy chat does, and its worker looks for all there is."""
    global _woke_at
    if not synchronous:
        time.sleep(max(_WAKE_AFTER, _woke_at + _WAKE_EVERY - time.monotonic()))  # in the broker's own thread
    _woke_at = time.monotonic()
    _worker_wanted.clear()
    _send_task("outbox.tasks.deliver", ())


def _send_task(task: str, args: tuple[Any, ...]) -> None:
    global _failures, _broken_until
    if time.monotonic() < _broken_until:
        return
    from celery import current_app
    from kombu.exceptions import OperationalError

    try:
        current_app.send_task(task, args=args, expires=60 if task == "outbox.tasks.deliver" else None)
        _failures = 0
    except Exception as error:
        _failures += 1
        if _failures >= _BREAK_AFTER:
            _failures, _broken_until = 0, time.monotonic() + _BREAK_SECONDS
        away = isinstance(error, OSError | OperationalError)  # one line, not a page of its client's insides
        log.warning(
            "outbox: the broker was not told of %s (%s); the sweep will find its work", task, error, exc_info=not away
        )
