"""The steps of one message: claimed, prepared, handed over, settled. Each is one short transaction of the sender.

`attempts` is the proof of holding a message: every claim raises it, so a sender whose lease ran out changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, QuerySet
from django.utils import translation

from members.queries import language_of, verified_email
from messaging import mail, rules
from messaging.actions.consent import lock_member, suppress
from messaging.events import DeliverySent
from messaging.models import Delivery
from messaging.queries import limits, marketing_times, refusals, zone_of
from messaging.rules import MARKETING, MAX_ATTEMPTS, SERVICE, WAIT_AT_MOST
from messaging.slots import Composed, DeliveryCard, NothingToSay, composers
from messaging.smtp import Answer
from outbox.publish import publish
from outbox.require import require_transaction

State = Delivery.State


@dataclass(frozen=True)
class Claim:
    """A message that this sender holds until its lease runs out."""

    id: int
    attempts: int


@dataclass(frozen=True)
class Prepared:
    """A written message whose row says `handing_over`: from now on its fate may become unsure."""

    claim: Claim
    address: str
    message: EmailMultiAlternatives


def claim(*, size: int, at: datetime) -> list[Claim]:
    """Take up to `size` due messages, most urgent first. Nobody else sees them while the lease lasts."""
    require_transaction()
    due = (
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(state=State.QUEUED, not_before__lte=at)
        .order_by("priority", "not_before", "id")
        .values_list("id", "attempts")[:size]
    )
    claims = [Claim(id, attempts + 1) for id, attempts in due]
    Delivery.objects.filter(id__in=[one.id for one in claims]).update(
        state=State.CLAIMED,
        reason="being_prepared",
        attempts=F("attempts") + 1,
        lease_until=at + rules.CLAIM_LEASE,
    )
    return claims


def recover(*, at: datetime) -> None:
    """Settle what dead senders left. Marketing that was being handed over is never sent again by machine."""
    require_transaction()
    stale = Delivery.objects.filter(lease_until__lte=at)
    left = stale.filter(state=State.HANDING_OVER)
    left.filter(purpose=MARKETING).update(state=State.UNSURE, reason="sender_died_while_handing_over", lease_until=None)
    for rows in (left.exclude(purpose=MARKETING), stale.filter(state=State.CLAIMED)):
        rows.filter(attempts__gte=MAX_ATTEMPTS).update(state=State.FAILED, reason="gave_up", lease_until=None)
        rows.update(state=State.QUEUED, reason="sender_died", lease_until=None, not_before=at, sent_at=None)


def prepare(*, claim: Claim, at: datetime) -> Prepared | None:
    """Decide again, write the message and mark it `handing_over`; None when it does not leave now (its row says why)."""
    require_transaction()
    member_id = Delivery.objects.filter(id=claim.id).values_list("member_id", flat=True).first()
    if member_id is None:
        return None
    lock_member(member_id)
    delivery = _held(claim, State.CLAIMED).select_for_update().first()
    if delivery is None:
        return None
    refused = _refused(delivery, at)
    if refused:
        _settle(delivery, *refused)
        return None
    free, reason = _free_moment(delivery, at)
    if reason:
        _postpone(delivery, free, reason)
        return None
    return _write(delivery, claim, at)


def settle(*, prepared: Prepared, answer: Answer, at: datetime) -> None:
    """Write down what the mail server answered."""
    require_transaction()
    rows = _held(prepared.claim, State.HANDING_OVER, State.UNSURE)
    delivery = rows.select_for_update().first()
    if delivery is None:
        return  # the sweep gave it to another sender: the same Message-ID folds the two
    delivery.server_answer = f"{answer.code or ''} {answer.text}".strip()[:300]
    if answer.kind == "accepted":
        _settle(delivery, State.SENT, "", sent_at=at)
        publish(
            DeliverySent(
                delivery_id=delivery.id,
                member_id=delivery.member_id,
                purpose=delivery.purpose,
                campaign_key=delivery.campaign_key,
                at=at,
            )
        )
    elif answer.kind == "later":
        _retry(delivery, "server_said_later" if answer.code else "connection_broke_before_sending", at)
    elif answer.kind == "refused":
        _bounce(delivery, prepared.address, answer, at)
    elif delivery.purpose == MARKETING:
        _settle(delivery, State.UNSURE, "connection_broke_while_handing_over", sent_at=at)
    else:
        _retry(delivery, "sent_again_under_the_same_id", at)


def put_back(*, claims: list[Claim], at: datetime) -> None:
    """Give claims back untried: the mail server is away, which is no fault of theirs."""
    require_transaction()
    for one in claims:
        _held(one, State.CLAIMED).update(
            state=State.QUEUED,
            reason="mail_server_away",
            attempts=F("attempts") - 1,
            not_before=at + timedelta(minutes=1),
            lease_until=None,
        )


def could_not_write(*, claim: Claim, error: str, at: datetime) -> None:
    """The composer failed: try again later, give up after five times."""
    require_transaction()
    delivery = _held(claim, State.CLAIMED).select_for_update().first()
    if delivery is not None:
        delivery.server_answer = error[:300]
        _retry(delivery, "could_not_be_written", at)


def _held(claim: Claim, *states: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(id=claim.id, attempts=claim.attempts, state__in=states)


def _refused(delivery: Delivery, at: datetime) -> tuple[str, str] | None:
    if delivery.expires_at is not None and delivery.expires_at <= at:
        capped = delivery.reason in ("cap_day", "cap_week")
        return (State.CAPPED, delivery.reason) if capped else (State.EXPIRED, "waited_too_long")
    reason = refusals(
        member_ids=[delivery.member_id],
        channel=delivery.channel,
        purpose=delivery.purpose,
        at=at,
    ).get(delivery.member_id)
    if reason is None:
        return None
    return (State.NO_CONSENT if reason == "no_consent" else State.SUPPRESSED), reason


def _free_moment(delivery: Delivery, at: datetime) -> tuple[datetime, str]:
    """The first moment that caps and quiet hours admit, and what stands against now ("" when nothing does)."""
    free, reason, site = at, "", limits()
    if delivery.purpose == MARKETING:
        free, reason = rules.next_free(at=at, sent=marketing_times(member_id=delivery.member_id, at=at), limits=site)
    if delivery.purpose != SERVICE and delivery.keeps_quiet_hours:
        awake = rules.next_allowed(at=free, zone=zone_of(member_id=delivery.member_id), limits=site)
        if awake > free:
            free, reason = awake, reason or "quiet_hours"
    return free, reason


def _postpone(delivery: Delivery, free: datetime, reason: str) -> None:
    """Wait for the first free moment, or give up now when that would be too late."""
    deadline = delivery.expires_at or delivery.queued_at + WAIT_AT_MOST
    if free > deadline:
        _settle(delivery, State.CAPPED if reason.startswith("cap") else State.EXPIRED, reason)
        return
    delivery.attempts -= 1  # waiting is not failing
    _settle(delivery, State.QUEUED, reason, not_before=free)


def _write(delivery: Delivery, claim: Claim, at: datetime) -> Prepared | None:
    composer = composers.get(delivery.kind)
    address = verified_email(member_id=delivery.member_id)
    if composer is None or address is None:
        _settle(delivery, State.FAILED, "nobody_writes_this_kind" if composer is None else "no_address")
        return None
    card = card_of(delivery)
    with translation.override(card.language):
        composed = composer(card, at=at)
        if isinstance(composed, NothingToSay):
            _settle(delivery, State.NOTHING_TO_SAY, composed.reason)
            return None
        message = mail.build(delivery=card, composed=_tidy(composed), address=address, at=at)
    delivery.content_hash = mail.content_hash(composed)
    _settle(delivery, State.HANDING_OVER, "being_handed_over", sent_at=at, lease_until=at + rules.HANDOVER_LEASE)
    return Prepared(claim=claim, address=address, message=message)


def card_of(delivery: Delivery) -> DeliveryCard:
    return DeliveryCard(
        id=delivery.id,
        public_id=delivery.public_id,
        kind=delivery.kind,
        cause=delivery.cause,
        campaign_key=delivery.campaign_key,
        step=delivery.step,
        member_id=delivery.member_id,
        channel=delivery.channel,
        purpose=delivery.purpose,
        language=language_of(member_id=delivery.member_id) or settings.LANGUAGE_CODE,
    )


def _tidy(composed: Composed) -> Composed:
    """A subject is one line: whatever a name or a title contains, it cannot add a header."""
    return replace(composed, subject=" ".join(composed.subject.split())[:200])


def _bounce(delivery: Delivery, address: str, answer: Answer, at: datetime) -> None:
    unknown = rules.is_unknown_user(code=answer.code, answer=answer.text, stage=answer.stage)
    if unknown:
        suppress(address=address, reason="hard_bounce", at=at)
    reason = "mailbox_unknown" if unknown else "cannot_be_addressed" if answer.stage == "message" else "server_refused"
    _settle(delivery, State.BOUNCED, reason)


def _retry(delivery: Delivery, reason: str, at: datetime) -> None:
    if delivery.attempts >= MAX_ATTEMPTS:
        _settle(delivery, State.FAILED, reason)
    else:
        _settle(delivery, State.QUEUED, reason, not_before=at + rules.back_off(delivery.attempts))


def _settle(
    delivery: Delivery,
    state: str,
    reason: str,
    *,
    sent_at: datetime | None = None,
    lease_until: datetime | None = None,
    not_before: datetime | None = None,
) -> None:
    Delivery.objects.filter(id=delivery.id).update(
        state=state,
        reason=reason,
        sent_at=sent_at,
        lease_until=lease_until,
        not_before=not_before or delivery.not_before,
        attempts=delivery.attempts,
        content_hash=delivery.content_hash,
        server_answer=delivery.server_answer,
    )
