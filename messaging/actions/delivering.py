"""The steps of one message: claimed, prepared, handed over, settled. Each is one short transaction of the sender.

`attempts` is the proof of holding a message: every claim raises it, so a sender whose lease ran out changes nothing.
Many messages may pass a step together; each is decided by itself, after those before it in the same step.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import translation

from members.queries import habits, verified_emails
from messaging import mail, rules
from messaging.actions.consent import lock_members, suppress
from messaging.events import DeliverySent
from messaging.models import Delivery
from messaging.queries import limits, own_hours, reached, refusals, zone_named
from messaging.queries.mail import Reached
from messaging.rules import EMAIL, MARKETING, MAX_ATTEMPTS, PUSH, SERVICE, WAIT_AT_MOST, Limits
from messaging.slots import Composed, DeliveryCard, NothingToSay, composers
from messaging.smtp import Answer
from outbox.publish import publish_many
from outbox.require import require_transaction

State = Delivery.State


@dataclass(frozen=True)
class Claim:
    """A message that this sender holds until its lease runs out."""

    id: int
    attempts: int
    purpose: str = SERVICE


@dataclass(frozen=True)
class Prepared:
    """A written message whose row says `handing_over`: from now on its fate may become unsure.

    `message` is the mail and `address` its mailbox; a push message is `composed` alone.
    """

    claim: Claim
    member_id: int
    public_id: str
    urgent: bool
    composed: Composed
    address: str = ""
    message: EmailMultiAlternatives | None = None


def claim(*, size: int, at: datetime, channel: str = EMAIL) -> list[Claim]:
    """Take up to `size` due messages, most urgent first. Nobody else sees them while the lease lasts."""
    require_transaction()
    due = (
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(state=State.QUEUED, not_before__lte=at, channel=channel)
        .order_by("priority", "not_before", "id")
        .values_list("id", "attempts", "purpose")[:size]
    )
    claims = [Claim(id, attempts + 1, purpose) for id, attempts, purpose in due]
    if claims:
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
    return next(iter(prepare_many(claims=[claim], at=at)), None)


def prepare_many(*, claims: Sequence[Claim], at: datetime) -> list[Prepared]:
    """The same for many, with one look at what holds for their members; those that leave now, in order.

    What leaves first counts against the caps of what comes after it to the same member.
    """
    require_transaction()
    ids = [one.id for one in claims]
    members = set(Delivery.objects.filter(id__in=ids).values_list("member_id", flat=True))
    lock_members(members)
    held = {one.id: one for one in Delivery.objects.filter(id__in=ids, state=State.CLAIMED).select_for_update()}
    mine = [(one, held[one.id]) for one in claims if one.id in held and held[one.id].attempts == one.attempts]
    if not mine:
        return []
    facts = _Facts([delivery for _claim, delivery in mine], at)
    prepared = []
    for one, delivery in mine:
        written = _decide(delivery, one, facts, at)
        if written is not None:
            prepared.append(written)
            facts.count(delivery, at)
    _write_rows([delivery for _claim, delivery in mine])
    return prepared


def settle(*, prepared: Prepared, answer: Answer, at: datetime) -> None:
    """Write down what the mail server answered."""
    settle_many(answers=[(prepared, answer)], at=at)


def settle_many(*, answers: Sequence[tuple[Prepared, Answer]], at: datetime) -> None:
    """Write down what was answered to each."""
    require_transaction()
    rows = Delivery.objects.filter(
        id__in=[one.claim.id for one, _answer in answers], state__in=[State.HANDING_OVER, State.UNSURE]
    )
    held = {row.id: row for row in rows.select_for_update()}
    changed = []
    for one, answer in answers:
        delivery = held.get(one.claim.id)
        if delivery is None or delivery.attempts != one.claim.attempts:
            continue  # the sweep gave it to another sender: the same Message-ID folds the two
        delivery.server_answer = f"{answer.code or ''} {answer.text}".strip()[:300]
        _answered(delivery, one, answer, at)
        changed.append(delivery)
    _write_rows(changed)
    publish_many(
        [
            DeliverySent(
                delivery_id=delivery.id,
                member_id=delivery.member_id,
                purpose=delivery.purpose,
                campaign_key=delivery.campaign_key,
                at=at,
            )
            for delivery in changed
            if delivery.state == State.SENT
        ]
    )


def put_back(*, claims: Sequence[Claim], at: datetime) -> None:
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


def take_back(*, prepared: Sequence[Prepared], at: datetime) -> None:
    """The same for messages of which the server has heard nothing yet, though their rows say `handing_over`."""
    require_transaction()
    for one in prepared:
        _held(one.claim, State.HANDING_OVER).update(
            state=State.QUEUED,
            reason="mail_server_away",
            attempts=F("attempts") - 1,
            not_before=at + timedelta(minutes=1),
            lease_until=None,
            sent_at=None,
        )


def could_not_write(*, claim: Claim, error: str, at: datetime) -> None:
    """The composer failed: try again later, give up after five times."""
    require_transaction()
    delivery = _held(claim, State.CLAIMED).select_for_update().first()
    if delivery is not None:
        delivery.server_answer = error[:300]
        _retry(delivery, "could_not_be_written", at)
        _write_rows([delivery])


class _Facts:
    """What holds for the members of these messages, asked once: who may be written to, when, and what reached them."""

    def __init__(self, deliveries: Sequence[Delivery], at: datetime) -> None:
        ids = {one.member_id for one in deliveries}
        self.site = limits()
        self._refused = {
            (channel, purpose): refusals(
                member_ids=_members(deliveries, channel, purpose), channel=channel, purpose=purpose, at=at
            )
            for channel, purpose in {(one.channel, one.purpose) for one in deliveries}
        }
        bound = {one.member_id for one in deliveries if one.purpose != SERVICE}
        self._reached = reached(member_ids=bound, at=at) if bound else {}
        self._hours: dict[int, tuple[time, time]] = own_hours(member_ids=bound) if bound else {}
        self._habits = habits(member_ids=ids)
        mailed = {one.member_id for one in deliveries if one.channel == EMAIL}
        self._addresses = verified_emails(member_ids=mailed) if mailed else {}
        self.gathered = composers.gather([_card(one, self.language(one.member_id)) for one in deliveries])

    def refusal(self, delivery: Delivery) -> str | None:
        return self._refused[delivery.channel, delivery.purpose].get(delivery.member_id)

    def reached(self, member_id: int) -> list[Reached]:
        return self._reached.get(member_id, [])

    def count(self, delivery: Delivery, at: datetime) -> None:
        if delivery.purpose != SERVICE:
            one = Reached(at, delivery.purpose, delivery.channel)
            self._reached.setdefault(delivery.member_id, []).append(one)

    def quiet(self, delivery: Delivery) -> Limits | None:
        """The quiet hours that hold: the member's own always, the site's unless the message need not keep them."""
        if own := self._hours.get(delivery.member_id):
            return replace(self.site, quiet_from=own[0], quiet_to=own[1])
        return self.site if delivery.keeps_quiet_hours and not delivery.urgent else None

    def zone(self, member_id: int) -> ZoneInfo:
        return zone_named(self._habits.get(member_id, ("", ""))[1])

    def language(self, member_id: int) -> str:
        return self._habits.get(member_id, ("", ""))[0]

    def address(self, member_id: int) -> str | None:
        return self._addresses.get(member_id)


def _members(deliveries: Sequence[Delivery], channel: str, purpose: str) -> Collection[int]:
    return {one.member_id for one in deliveries if (one.channel, one.purpose) == (channel, purpose)}


def _held(claim: Claim, *states: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(id=claim.id, attempts=claim.attempts, state__in=states)


def _decide(delivery: Delivery, claim: Claim, facts: _Facts, at: datetime) -> Prepared | None:
    refused = _refused(delivery, facts, at)
    if refused:
        _settle(delivery, *refused)
        return None
    free, reason = _free_moment(delivery, facts, at)
    if reason:
        _postpone(delivery, free, reason)
        return None
    return _write(delivery, claim, facts, at)


def _refused(delivery: Delivery, facts: _Facts, at: datetime) -> tuple[str, str] | None:
    if delivery.expires_at is not None and delivery.expires_at <= at:
        capped = delivery.reason.startswith("cap_")
        return (State.CAPPED, delivery.reason) if capped else (State.EXPIRED, "waited_too_long")
    reason = facts.refusal(delivery)
    if reason is None:
        return None
    return (State.NO_CONSENT if reason == "no_consent" else State.SUPPRESSED), reason


def _free_moment(delivery: Delivery, facts: _Facts, at: datetime) -> tuple[datetime, str]:
    """The first moment that caps, budget and quiet hours admit, and what stands against now ("" when nothing does)."""
    if delivery.purpose == SERVICE:
        return at, ""
    free, reason, sent = at, "", facts.reached(delivery.member_id)
    if delivery.purpose == MARKETING:
        alike = [one.at for one in sent if one.purpose == MARKETING and one.channel == delivery.channel]
        free, reason = rules.next_free(at=at, sent=alike, limits=facts.site)
    if not delivery.urgent:
        cost = rules.units(purpose=delivery.purpose, channel=delivery.channel)
        spent = [(one.at, one.units) for one in sent]
        room = rules.next_in_budget(at=at, spent=spent, cost=cost, budget=facts.site.week_units)
        if room > free:
            free, reason = room, "cap_budget"
    quiet = facts.quiet(delivery)
    if quiet is not None:
        awake = rules.next_allowed(at=free, zone=facts.zone(delivery.member_id), limits=quiet)
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


def _write(delivery: Delivery, claim: Claim, facts: _Facts, at: datetime) -> Prepared | None:
    composer = composers.get(delivery.kind)
    address = facts.address(delivery.member_id) or ""
    if composer is None or not (address or delivery.channel == PUSH):
        _settle(delivery, State.FAILED, "nobody_writes_this_kind" if composer is None else "no_address")
        return None
    card = _card(delivery, facts.language(delivery.member_id))
    message = None
    with translation.override(card.language):
        composed = composer(card, at=at, **facts.gathered.get(card.kind, {}))
        if isinstance(composed, NothingToSay):
            _settle(delivery, State.NOTHING_TO_SAY, composed.reason)
            return None
        composed = _tidy(composed)
        if delivery.channel == EMAIL:
            message = mail.build(delivery=card, composed=composed, address=address, at=at)
    delivery.content_hash = mail.content_hash(composed)
    _settle(delivery, State.HANDING_OVER, "being_handed_over", sent_at=at, lease_until=at + rules.HANDOVER_LEASE)
    return Prepared(claim, delivery.member_id, delivery.public_id, delivery.urgent, composed, address, message)


def _card(delivery: Delivery, language: str) -> DeliveryCard:
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
        language=language,
    )


def _tidy(composed: Composed) -> Composed:
    """A subject is one line: whatever a name or a title contains, it cannot add a header."""
    return replace(composed, subject=" ".join(composed.subject.split())[:200])


def _answered(delivery: Delivery, prepared: Prepared, answer: Answer, at: datetime) -> None:
    pushed = delivery.channel == PUSH
    if answer.kind == "accepted":
        _settle(delivery, State.SENT, "", sent_at=at)
    elif answer.kind == "later":
        known = "push_later" if pushed else "server_said_later"
        _retry(delivery, known if answer.code else "connection_broke_before_sending", at)
    elif answer.kind == "refused" and pushed:
        _settle(delivery, State.FAILED, "no_device" if answer.stage == "device" else "push_refused")
    elif answer.kind == "refused":
        _bounce(delivery, prepared.address, answer, at)
    elif delivery.purpose == MARKETING:
        _settle(delivery, State.UNSURE, "connection_broke_while_handing_over", sent_at=at)
    else:
        _retry(delivery, "sent_again_under_the_same_id", at)


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
    """Say in the row what became of it; `_write_rows` keeps it."""
    delivery.state, delivery.reason = state, reason
    delivery.sent_at, delivery.lease_until = sent_at, lease_until
    delivery.not_before = not_before or delivery.not_before


_KEEP = """
UPDATE messaging_delivery AS row SET state = new.state, reason = new.reason, sent_at = new.sent_at,
    lease_until = new.lease_until, not_before = new.not_before, attempts = new.attempts,
    content_hash = new.content_hash, server_answer = new.server_answer
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::int[],
    %s::text[], %s::text[])
    AS new(id, state, reason, sent_at, lease_until, not_before, attempts, content_hash, server_answer)
WHERE row.id = new.id
"""
_KEPT = (
    "id", "state", "reason", "sent_at", "lease_until", "not_before", "attempts", "content_hash", "server_answer",
)  # fmt: skip


def _write_rows(deliveries: Sequence[Delivery]) -> None:
    if deliveries:
        values = [
            [str(v) if n in ("state", "reason") else v for v in (getattr(d, n) for d in deliveries)] for n in _KEPT
        ]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, values)
