"""Devices that a member allows to be rung."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import F

from messaging import outside, webpush
from messaging.actions.consent import lock_member, record_consent
from messaging.models import PushSubscription
from messaging.rules import COMMUNITY, PUSH
from outbox.require import require_transaction

MOST = 10
FAILURES_MOST = 20
ENDPOINT_LONGEST = 1_000


class BadDevice(Exception):
    """This is no address and key of a browser that we may write to."""


def add_device(
    *, member_id: int, endpoint: str, p256dh: str, auth: str, label: str, by: int, at: datetime
) -> PushSubscription:
    """Ring this browser from now on, and record the yes to it. A browser belongs to whoever asked last.

    Raises BadDevice: the address comes from a browser, so from anybody. The eleventh device replaces the oldest.
    """
    require_transaction()
    check(endpoint=endpoint, p256dh=p256dh, auth=auth)
    lock_member(member_id)
    device, _made = PushSubscription.objects.update_or_create(
        endpoint_hash=hashlib.sha256(endpoint.encode()).hexdigest(),
        defaults={
            "member_id": member_id,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "label": label[:60],
            "created_at": at,
            "last_success_at": None,
            "failures": 0,
        },
    )
    kept = PushSubscription.objects.filter(member_id=member_id).order_by("-created_at", "-id").values("id")[:MOST]
    PushSubscription.objects.filter(member_id=member_id).exclude(
        id__in=list(kept.values_list("id", flat=True))
    ).delete()
    record_consent(
        member_id=member_id, channel=PUSH, purpose=COMMUNITY, granted=True, source="push_button", by=by, at=at
    )
    return device


def check(*, endpoint: str, p256dh: str, auth: str) -> None:
    """Raise BadDevice unless this names a known push service and carries keys."""
    try:
        parts = outside.checked(endpoint)
        webpush.check_keys(p256dh=p256dh, auth=auth)
    except (outside.Unreachable, webpush.BadKeys) as error:
        raise BadDevice from error
    known = outside.is_allowed(parts.netloc, settings.PUSH_HOSTS)
    if parts.scheme != "https" or not known or len(endpoint) > ENDPOINT_LONGEST or not endpoint.isascii():
        raise BadDevice


def remove_device(*, member_id: int, public_id: str, by: int, at: datetime) -> bool:
    """Ring it no more; with the last one goes the yes. False when there is none."""
    require_transaction()
    lock_member(member_id)
    gone, _rows = PushSubscription.objects.filter(member_id=member_id, public_id=public_id).delete()
    if gone and not PushSubscription.objects.filter(member_id=member_id).exists():
        record_consent(
            member_id=member_id, channel=PUSH, purpose=COMMUNITY, granted=False, source="push_button", by=by, at=at
        )
    return bool(gone)


def forget_device(*, member_id: int, public_id: str, at: datetime) -> bool:
    """Ring it no more, because its browser signed out. That is no wish about being rung, so no consent is withdrawn."""
    require_transaction()
    return PushSubscription.objects.filter(member_id=member_id, public_id=public_id).delete()[0] > 0


def forget_other_devices(*, member_id: int, kept: str, at: datetime) -> int:
    """Ring none but this one (its public id; empty: none at all), because the others were signed out; how many. The yes stays."""
    require_transaction()
    return PushSubscription.objects.filter(member_id=member_id).exclude(public_id=kept).delete()[0]


def note(*, rung: Sequence[tuple[int, str]], at: datetime) -> None:
    """Remember how devices answered: (id, "ok", "gone", "refused" or "later"). Who is gone is forgotten."""
    require_transaction()
    devices = PushSubscription.objects
    by_kind = {kind: sorted({id for id, one in rung if one == kind}) for kind in ("ok", "gone", "refused")}
    devices.filter(id__in=by_kind["ok"]).update(last_success_at=at, failures=0)
    devices.filter(id__in=by_kind["refused"]).update(failures=F("failures") + 1)
    devices.filter(id__in=by_kind["gone"]).delete()
    devices.filter(id__in=by_kind["refused"], failures__gte=FAILURES_MOST).delete()
