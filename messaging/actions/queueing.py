"""Putting messages into the queue, and resting, releasing or stopping those of one campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from messaging.models import Delivery
from messaging.purposes import UnknownPurpose
from messaging.purposes import purpose as find_purpose
from messaging.rules import SERVICE, WAIT_AT_MOST
from outbox.nudge import send_later
from outbox.require import require_transaction

PRIORITIES = {"service": 1, "community": 3, "digest": 4}
IN_LINE = "in_line"
BATCH = 5_000


@dataclass(frozen=True)
class Planned:
    """What a campaign decided for one member. Without `state` the message is queued."""

    member_id: int
    state: str = ""
    reason: str = ""


def queue_email(
    *,
    kind: str,
    cause: str,
    member_id: int,
    purpose: str,
    at: datetime,
    by: int | None = None,
    priority: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    keeps_quiet_hours: bool = True,
) -> bool:
    """Queue one mail that the composer of `kind` will write when it leaves. False when this cause already did.

    Consent, suppression, caps and hours are decided when it is claimed; nothing is asked here. Raises UnknownPurpose for a
    purpose that no member can say no to, because its messages would carry no way out.
    """
    require_transaction()
    if purpose != SERVICE and find_purpose(purpose) is None:
        raise UnknownPurpose(purpose)
    made = Delivery.objects.bulk_create(
        [
            Delivery(
                kind=kind,
                cause=cause,
                member_id=member_id,
                purpose=purpose,
                priority=priority or PRIORITIES.get(purpose, 5),
                keeps_quiet_hours=keeps_quiet_hours,
                reason=IN_LINE,
                queued_at=at,
                not_before=not_before or at,
                expires_at=expires_at,
            )
        ],
        ignore_conflicts=True,
    )
    _wake()
    return Delivery.objects.filter(cause=cause, member_id=member_id, public_id=made[0].public_id).exists()


def queue_many(
    *,
    kind: str,
    campaign_key: str,
    step: int,
    purpose: str,
    planned: Sequence[Planned],
    at: datetime,
    by: int | None,
    keeps_quiet_hours: bool = True,
) -> None:
    """One row for every member of an audience, also for those who get nothing. Repeating it adds nobody twice."""
    require_transaction()
    cause = f"{campaign_key}:{step}"
    Delivery.objects.bulk_create(
        [
            Delivery(
                kind=kind,
                cause=cause,
                campaign_key=campaign_key,
                step=step,
                member_id=one.member_id,
                purpose=purpose,
                keeps_quiet_hours=keeps_quiet_hours,
                state=one.state or Delivery.State.QUEUED,
                reason=one.reason or IN_LINE,
                queued_at=at,
                not_before=at,
                expires_at=at + WAIT_AT_MOST,
            )
            for one in planned
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    _wake()


def hold(*, campaign_key: str, by: int | None, at: datetime) -> int:
    """Rest what waits of a campaign; what is being handed over goes on. Returns how many rest."""
    require_transaction()
    return Delivery.objects.filter(
        campaign_key=campaign_key, state__in=[Delivery.State.QUEUED, Delivery.State.CLAIMED]
    ).update(state=Delivery.State.PAUSED, reason="campaign_paused", lease_until=None)


def release(*, campaign_key: str, by: int | None, at: datetime) -> int:
    """Put rested messages back into the line, with a fresh time to wait."""
    require_transaction()
    _wake()
    return Delivery.objects.filter(campaign_key=campaign_key, state=Delivery.State.PAUSED).update(
        state=Delivery.State.QUEUED, reason=IN_LINE, not_before=at, expires_at=at + WAIT_AT_MOST
    )


def cancel(*, campaign_key: str, by: int | None, at: datetime) -> int:
    """Take what waits of a campaign out for good."""
    require_transaction()
    waiting = [Delivery.State.QUEUED, Delivery.State.CLAIMED, Delivery.State.PAUSED]
    return Delivery.objects.filter(campaign_key=campaign_key, state__in=waiting).update(
        state=Delivery.State.CANCELLED, reason="campaign_stopped", lease_until=None
    )


def _wake() -> None:
    transaction.on_commit(lambda: send_later("messaging.tasks.send_due"))
