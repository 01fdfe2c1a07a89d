"""Saying yes, taking it back, asking for peace. Withdrawal acts at once, also on messages that wait."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection

from members.queries import member_card
from messaging.addresses import Link, address_hash
from messaging.events import ConsentChanged, Unsubscribed
from messaging.models import Consent, Delivery, MailPause, MessagingSettings, Suppression
from messaging.purposes import UnknownPurpose, asked
from messaging.purposes import purpose as find_purpose
from messaging.queries import consents
from messaging.rules import PAUSE_FOR, Limits
from outbox.publish import publish
from outbox.require import require_transaction

WAITING = [Delivery.State.QUEUED, Delivery.State.CLAIMED, Delivery.State.PAUSED]
"""States out of which a message can still be taken. A sender that holds a claim loses it by the state's change."""


def record_consent(
    *,
    member_id: int,
    channel: str = "email",
    purpose: str,
    granted: bool,
    source: str,
    at: datetime,
    by: int | None,
    evidence: dict[str, Any] | None = None,
    delivery_id: int | None = None,
) -> bool:
    """Append a member's word in the wording now in use; False when it is what already held (nothing is written).

    Raises UnknownPurpose. `by` is the member, or the staff who noted it for them. A withdrawal settles every waiting
    message of the purpose in the same transaction.
    """
    require_transaction()
    wording = find_purpose(purpose, channel)
    if wording is None:
        raise UnknownPurpose(purpose)
    lock_member(member_id)
    state = Consent.State.GRANTED if granted else Consent.State.WITHDRAWN
    last = (
        Consent.objects.filter(member_id=member_id, channel=channel, purpose=purpose)
        .order_by("-id")
        .values_list("state", "text_version")
        .first()
    )
    if last == (state, wording.version) or (last is not None and last[0] == state and not granted):
        return False
    Consent.objects.create(
        member_id=member_id,
        channel=channel,
        purpose=purpose,
        state=state,
        source=source,
        text_version=wording.version,
        evidence=evidence or {},
        delivery_id=delivery_id,
        by_id=by,
        at=at,
    )
    if not granted:
        Delivery.objects.filter(member_id=member_id, channel=channel, purpose=purpose, state__in=WAITING).update(
            state=Delivery.State.NO_CONSENT, reason="consent_withdrawn", lease_until=None
        )
    publish(ConsentChanged(member_id=member_id, channel=channel, purpose=purpose, granted=granted, at=at))
    return True


def choose(
    *,
    member_id: int,
    granted: Collection[str],
    source: str,
    at: datetime,
    by: int | None,
    evidence: dict[str, Any] | None = None,
    delivery_id: int | None = None,
) -> bool:
    """Record a whole preference page: yes to `granted`, no to every other purpose it asks about. True when anything changed.

    A purpose that was never answered and stays unticked is left unanswered: silence is not a withdrawal.
    """
    require_transaction()
    known = consents(member_id=member_id)
    changed = [
        record_consent(
            member_id=member_id,
            purpose=one.key,
            granted=one.key in granted,
            source=source,
            at=at,
            by=by,
            evidence=evidence,
            delivery_id=delivery_id,
        )
        for one in asked()
        if one.key in granted or one.key in known
    ]
    return any(changed)


def unsubscribe(*, link: Link, source: str, at: datetime, evidence: dict[str, Any] | None = None) -> bool:
    """Withdraw what a link names. Repeating it, or a member who is gone, changes nothing and is no error."""
    require_transaction()
    delivery_id = _delivery_of(link)
    changed = _exists(link.member_id) and record_consent(
        member_id=link.member_id,
        channel=link.channel,
        purpose=link.purpose,
        granted=False,
        source=source,
        at=at,
        by=link.member_id,
        evidence=evidence,
        delivery_id=delivery_id,
    )
    if changed:
        publish(Unsubscribed(member_id=link.member_id, purpose=link.purpose, delivery_id=delivery_id, at=at))
    return changed


def pause_mail(*, member_id: int, by: int, at: datetime, until: datetime | None = None) -> datetime:
    """Nothing but service mail until then (30 days from now, if not told); what waits is dropped. Returns the end."""
    require_transaction()
    lock_member(member_id)
    until = until or at + PAUSE_FOR
    MailPause.objects.update_or_create(member_id=member_id, defaults={"until": until})
    Delivery.objects.filter(member_id=member_id, state__in=WAITING).exclude(purpose="service").update(
        state=Delivery.State.SUPPRESSED, reason="paused_by_member", lease_until=None
    )
    return until


def end_pause(*, member_id: int, by: int, at: datetime) -> None:
    require_transaction()
    MailPause.objects.filter(member_id=member_id).delete()


def suppress(*, address: str, reason: str, at: datetime, until: datetime | None = None) -> None:
    """Send nothing more to an address. Only its keyed hash is kept."""
    require_transaction()
    Suppression.objects.update_or_create(
        address_hash=address_hash(address), channel="email", reason=reason, defaults={"until": until, "at": at}
    )


def update_limits(*, limits: Limits, by: int, at: datetime) -> None:
    """Write the site's quiet hours and caps."""
    require_transaction()
    MessagingSettings.objects.update_or_create(
        id=1,
        defaults=asdict(limits),
    )


def lock_member(member_id: int) -> None:
    """One writer of a member's consent and caps at a time: withdrawals and senders wait for each other here."""
    lock_members([member_id])


def lock_members(member_ids: Collection[int]) -> None:
    """The same for several, always in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('messaging:member:' || member, 0)) FROM unnest(%s::bigint[])"
            " AS member",
            [sorted(member_ids)],
        )


def _delivery_of(link: Link) -> int | None:
    rows = Delivery.objects.filter(id=link.delivery_id or 0, member_id=link.member_id)
    return rows.values_list("id", flat=True).first()


def _exists(member_id: int) -> bool:
    return member_card(member_id=member_id) is not None
