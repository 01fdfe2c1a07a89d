"""Points given or taken by hand, with a reason; above a limit with a second person."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from community.actions.order.audit import record_act
from loyalty import rules
from loyalty.actions.ledger.posting import (
    ConflictingFacts,
    InsufficientPoints,
    after_posting,
    conflicts,
    currencies,
    lock_wallets,
)
from loyalty.actions.tiers.reviewing import review_tiers
from loyalty.events import AdjustmentProposed, PointsPosted
from loyalty.models import Adjustment, Currency
from members.queries import in_groups
from outbox.publish import publish
from outbox.require import require_transaction

COUNTED_TOGETHER = timedelta(hours=24)
"""What one person gave one member in this time counts as one adjustment: the limit cannot be passed in small steps. What
they gave all members in it counts too (Currency.alone_in_a_day): nor can it be passed in small steps to many."""


class AdjustmentRefused(Exception):
    """It cannot be done. `code` is stable: amount, reason, note, missing, decided, same_person, own_points,
    no_maker, points."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Proposed:
    """The answer of a proposal. `txn_id` is None while it waits; `created` is false for a replay.

    `because`: why it needs a second person (own_points, limit, day_total), else empty.
    """

    adjustment_id: int
    public_id: str
    state: str
    txn_id: int | None
    created: bool
    because: str = ""


def propose_adjustment(
    *,
    cause: str,
    member_id: int,
    currency: str,
    amount: int,
    reason_code: str,
    note: str,
    by: int | None,
    at: datetime,
) -> Proposed:
    """Give (or, with a negative amount, take) points by hand: posted at once up to the currency's limits, else it waits.

    The limits: for one member, and for all that `by` gave and took in a day; those who act for nobody (by=None) count as
    one person. One's own points always wait for somebody else. The same cause is the same adjustment. Raises AdjustmentRefused and
    ConflictingFacts.
    """
    require_transaction()
    rules.whole_amount(abs(amount) if type(amount) is int else amount)
    note = note.strip()
    if reason_code not in Adjustment.Reason.values:
        raise AdjustmentRefused("reason", _("Choose a reason."))
    if not note or "\x00" in note or len(note) > 500 or not cause or len(cause) > 120:
        raise AdjustmentRefused("note", _("Say in a sentence why: somebody will ask one day."))
    kind = Currency.objects.get(code=currency)
    _lock_person(by)
    lock_wallets([member_id])
    if (known := Adjustment.objects.filter(cause=cause).first()) is not None:
        if (known.member_id, known.currency_id, known.amount, known.reason_code) != (
            member_id,
            kind.id,
            amount,
            reason_code,
        ):
            raise ConflictingFacts(f"The cause {cause} was used for another adjustment.")
        return Proposed(known.id, known.public_id, known.state, known.txn_id, False, known.because)
    because = _because(kind, amount, member_id=member_id, by=by, at=at)
    row = Adjustment(
        cause=cause, member_id=member_id, currency=kind, amount=amount, reason_code=reason_code, note=note,
        state=Adjustment.State.WAITING, second_person=bool(because), because=because,
        proposed_by_id=by, proposed_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    _audit(row, "adjustment.proposed", by, at)
    if because:
        publish(AdjustmentProposed(adjustment_id=row.id, member_id=member_id, by_id=by, at=at))
    else:
        _post(row, by=by, at=at)
    return Proposed(row.id, row.public_id, row.state, row.txn_id, True, row.because)


def approve_adjustment(*, adjustment_id: int, by: int, at: datetime) -> Proposed:
    """The second person agrees, and it is posted. Whether `by` may decide at all is the edge's question (access).

    Raises AdjustmentRefused: the proposer, and the member themselves, are no second person. What a key proposed counts as
    proposed by who made the key; behind a key that nobody made here anyone may stand, so that the owner alone decides.
    """
    row = _waiting(adjustment_id, by)
    if row.state == Adjustment.State.POSTED:
        return Proposed(row.id, row.public_id, row.state, row.txn_id, False)
    _post(row, by=by, at=at)
    _audit(row, "adjustment.approved", by, at)
    return Proposed(row.id, row.public_id, row.state, row.txn_id, True)


def decline_adjustment(*, adjustment_id: int, reason: str, by: int, at: datetime) -> bool:
    """The second person, or the proposer themselves, says no. False when it was declined already."""
    row = _locked(adjustment_id)
    if row.state == Adjustment.State.DECLINED:
        return False
    if row.state != Adjustment.State.WAITING:
        raise AdjustmentRefused("decided", _("This was posted already."))
    row.state, row.decided_by_id, row.decided_at, row.answer = Adjustment.State.DECLINED, by, at, reason.strip()[:500]
    row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    _audit(row, "adjustment.declined", by, at)
    return True


def _waiting(adjustment_id: int, by: int) -> Adjustment:
    row = _locked(adjustment_id)
    if row.state == Adjustment.State.DECLINED:
        raise AdjustmentRefused("decided", _("This was declined already."))
    if by == row.proposed_by_id:
        raise AdjustmentRefused("same_person", _("You proposed this yourself; another person decides."))
    if by == row.member_id:
        raise AdjustmentRefused("own_points", _("These are your own points; another person decides."))
    if row.proposed_by_id is None and by not in in_groups(names=(), superusers=True):
        raise AdjustmentRefused(
            "no_maker", _("Nobody stands for the key that proposed this; only a superuser decides.")
        )
    return row


def _locked(adjustment_id: int) -> Adjustment:
    """Wallets first, then the row, as everywhere."""
    require_transaction()
    member_id = Adjustment.objects.filter(id=adjustment_id).values_list("member_id", flat=True).first()
    if member_id is None:
        raise AdjustmentRefused("missing", _("There is no such adjustment."))
    lock_wallets([member_id])
    return Adjustment.objects.select_for_update(of=("self",)).get(id=adjustment_id)


def _lock_person(by: int | None) -> None:
    """One proposal of a person at a time, also of their keys: the sum of their day has no row to lock. Before wallets."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"loyalty:adjusting:{by or 0}"])


def _because(kind: Currency, amount: int, *, member_id: int, by: int | None, at: datetime) -> str:
    """Why a second person is needed; empty when none is. Counted is what this person moved alone in the last day."""
    if by == member_id:
        return Adjustment.Because.OWN_POINTS
    rows = Adjustment.objects.filter(
        proposed_by_id=by, currency_id=kind.id, proposed_at__gt=at - COUNTED_TOGETHER, second_person=False
    )
    moved = rows.aggregate(all=Sum(Abs("amount")), here=Sum(Abs("amount"), filter=Q(member_id=member_id)))
    if abs(amount) + int(moved["here"] or 0) > kind.approval_above:
        return Adjustment.Because.LIMIT
    return Adjustment.Because.DAY_TOTAL if abs(amount) + int(moved["all"] or 0) > kind.alone_in_a_day else ""


def _post(row: Adjustment, *, by: int | None, at: datetime) -> None:
    """Write it to the ledger. Only upheld misuse may leave a debt; everything else stops at what there is."""
    [currency] = [one for one in currencies().values() if one.id == row.currency_id]
    expires = currency.expires(at)
    with conflicts(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn_id, outcome, available "
            "FROM loyalty_adjust(%s, %s, %s::smallint, %s, %s, %s, 'adjustment', %s, %s, %s, %s, %s)",
            [
                rules.cause_key("adjustment", row.cause), row.member_id, row.currency_id, row.amount, row.reason_code, by,
                row.id, expires, at, json.dumps({}), row.reason_code == Adjustment.Reason.MISUSE,
            ],
        )  # fmt: skip
        txn_id, outcome, available = cursor.fetchone()
    if outcome == "insufficient":
        text = _("This member has only %(number)s points that could be taken.") % {"number": max(0, available)}
        raise AdjustmentRefused("points", text) from InsufficientPoints(available, -row.amount)
    row.state, row.txn_id = Adjustment.State.POSTED, txn_id
    row.decided_by_id, row.decided_at = (by, at) if row.second_person else (None, None)
    row.save(update_fields=["state", "txn", "decided_by", "decided_at"])
    publish(PointsPosted(member_id=row.member_id, txn_id=txn_id, currency=currency.code, amount=row.amount, at=at))
    after_posting(currency, [row.member_id], at=at)
    review_tiers(member_ids=[row.member_id], at=at)


def _audit(row: Adjustment, act: str, by: int | None, at: datetime) -> None:
    # The note stays with the correction: moderators, who read the log, have no business with a member's points.
    record_act(
        act=act, target_kind="adjustment", target=row.id, by=by, at=at, about=row.member_id,
        after={"amount": row.amount, "currency": row.currency_id, "reason_code": row.reason_code, "state": row.state},
    )  # fmt: skip
