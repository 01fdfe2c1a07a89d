"""The rounds that beat starts: notices become messages, digests are queued. Batch by batch, each in its transaction."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from messaging.actions.bundling import Bundled, bundle
from messaging.actions.digests import queue_digests
from messaging.rules import EMAIL, PUSH
from outbox.clock import now
from outbox.nudge import send_later

_SENDERS = {PUSH: "messaging.tasks.send_pushes", EMAIL: "messaging.tasks.send_due"}


def bundle_all(*, clock: Callable[[], datetime] = now) -> int:
    """Make messages of everything due now; how many notices left the line."""
    moved = 0
    for channel, sender in _SENDERS.items():
        made = 0
        while (batch := _bundle(channel, clock())).notices:
            moved, made = moved + batch.notices, made + batch.messages
        if made:
            send_later(sender)
    return moved


def queue_all_digests(*, clock: Callable[[], datetime] = now) -> int:
    """Queue everything due now; how many."""
    queued = 0
    while some := _queue(clock()):
        queued += some
    if queued:
        send_later(_SENDERS[EMAIL])
    return queued


def _bundle(channel: str, at: datetime) -> Bundled:
    with transaction.atomic(durable=True):
        return bundle(channel=channel, at=at)


def _queue(at: datetime) -> int:
    with transaction.atomic(durable=True):
        return queue_digests(at=at)
