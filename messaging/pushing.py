"""The sender of push messages: the same pipeline as mail, to each device of the member, several at a time.

A push service that is slow holds up no mail: this sender has its own turn. Telling a device twice does no harm, because
the message has a topic and a tag and replaces itself; so a break is simply tried again.
"""

import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from messaging import outside
from messaging.actions import delivering, devices
from messaging.actions.delivering import Claim, Prepared
from messaging.models import PushSubscription
from messaging.rules import PUSH
from messaging.sender import in_turn
from messaging.smtp import Answer
from messaging.webpush import PAYLOAD_MOST, authorization, encrypt
from outbox.clock import now

log = logging.getLogger(__name__)
BATCH, LINES = 50, 8
LIVES, URGENT_LIVES = 24 * 3600, 1800
"""Seconds that a push service keeps a message for a device that is off."""
NETWORK = outside.INTERNET


@dataclass(frozen=True)
class Rung:
    """What became of one device: ok, gone, refused or later. `code` is the push service's."""

    device_id: int
    kind: str
    code: int = 0
    text: str = ""


def send_in_turn(*, clock: Callable[[], datetime] = now, seconds: float = 50) -> int:
    """Send what is due unless another process is at it."""
    return in_turn("messaging:pusher", lambda: send_due(clock=clock, seconds=seconds))


def send_due(*, clock: Callable[[], datetime] = now, seconds: float = 150) -> int:
    """Send every push message due, for at most so many seconds. Returns how many reached a push service."""
    end, handed = time.monotonic() + seconds, 0
    with ThreadPoolExecutor(LINES, thread_name_prefix="push") as lines:
        while time.monotonic() < end:
            with transaction.atomic(durable=True):
                delivering.recover(at=clock())
                claims = delivering.claim(size=BATCH, at=clock(), channel=PUSH)
            if not claims:
                break
            handed += _send(_prepare(claims, clock), lines, clock)
    return handed


def _prepare(claims: list[Claim], clock: Callable[[], datetime]) -> list[Prepared]:
    try:
        with transaction.atomic(durable=True):
            return delivering.prepare_many(claims=claims, at=clock())
    except Exception as error:
        if len(claims) > 1:
            return [one for claim in claims for one in _prepare([claim], clock)]
        log.exception("messaging: delivery %s could not be written", claims[0].id)
        with transaction.atomic(durable=True):
            delivering.could_not_write(claim=claims[0], error=type(error).__name__, at=clock())
        return []


def _send(prepared: Sequence[Prepared], lines: ThreadPoolExecutor, clock: Callable[[], datetime]) -> int:
    known: dict[int, list[PushSubscription]] = defaultdict(list)
    for device in PushSubscription.objects.filter(member_id__in={one.member_id for one in prepared}):
        known[device.member_id].append(device)
    asked = [(one, device) for one in prepared for device in known[one.member_id]]
    heard: dict[int, list[Rung]] = defaultdict(list)
    for (one, _device), rung in zip(asked, lines.map(lambda pair: ring(*pair), asked), strict=True):
        heard[one.claim.id].append(rung)
    answers = [(one, _answer(heard[one.claim.id])) for one in prepared]
    with transaction.atomic(durable=True):
        delivering.settle_many(answers=answers, at=clock())
        devices.note(rung=[(one.device_id, one.kind) for some in heard.values() for one in some], at=clock())
    return sum(answer.kind == "accepted" for _one, answer in answers)


def ring(prepared: Prepared, device: PushSubscription) -> Rung:
    """Hand the message to the push service of one device. Never raises for anything that the other side does."""
    try:
        body = encrypt(payload(prepared), p256dh=device.p256dh, auth=device.auth)
        answer = outside.post_public(
            device.endpoint,
            body=body,
            headers=_headers(prepared, device),
            hosts=settings.PUSH_HOSTS,
            network=NETWORK,
        )
    except outside.Unreachable as error:
        lasting = error.code in ("address", "port", "host", "not_public")
        return Rung(device.pk, "refused" if lasting else "later", text=error.code)
    except ValueError:
        return Rung(device.pk, "gone", text="keys")
    return Rung(device.pk, _kind(answer.status), answer.status, f"wait {answer.retry_after}" * bool(answer.retry_after))


def payload(prepared: Prepared) -> bytes:
    """What the service worker gets: no more than 3 kB, cut at the words if need be."""
    composed, text = prepared.composed, prepared.composed.text
    while True:
        said = {"title": composed.subject, "body": text, "url": composed.url, "tag": prepared.public_id}
        raw = json.dumps(said, ensure_ascii=False).encode()
        if len(raw) <= PAYLOAD_MOST or not text:
            return raw
        text = text[: len(text) * 3 // 4]


def _headers(prepared: Prepared, device: PushSubscription) -> dict[str, str]:
    return {
        "Authorization": authorization(device.endpoint),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(URGENT_LIVES if prepared.urgent else LIVES),
        "Urgency": "high" if prepared.urgent else "normal",
        # What waits for a device that is off is replaced by what came later; a reminder stands for itself.
        "Topic": prepared.public_id if prepared.urgent else "notices",
    }


def _kind(status: int) -> str:
    if 200 <= status < 300:
        return "ok"
    if status in (404, 410):
        return "gone"
    return "later" if status == 429 or status >= 500 else "refused"


def _answer(heard: Sequence[Rung]) -> Answer:
    """One answer for the message: whoever heard it counts."""
    for kind, word in (("ok", "accepted"), ("later", "later"), ("refused", "refused")):
        if found := next((one for one in heard if one.kind == kind), None):
            return Answer(word, found.code, found.text, "push")
    return Answer("refused", text="no device", stage="device")
