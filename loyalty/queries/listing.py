"""Everything of one kind, page by page, for machines. By id, newest first, so that pages stay whole while rows come and go.

`before` is the id of the last row already shown; with `oldest` the pages go the other way, and on from it. What is counted is
counted up to one more than `MOST_COUNTED`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.actions.rewards.cards import CouponCard, coupon_card
from loyalty.models import Adjustment, Coupon, EarningRule, Order, Redemption, Tier, Transfer
from loyalty.queries.claims import RedemptionCard, cards_of_claims
from loyalty.queries.purchases import OrderCard, cards_of_orders
from loyalty.queries.rates import programme_currency
from loyalty.queries.tier_words import words_of
from loyalty.queries.why import RuleText, text_of

MOST_COUNTED = 10_000


def orders_listed(
    *,
    limit: int,
    before: int | None = None,
    member_id: int | None = None,
    source: str = "",
    state: str = "",
    since: datetime | None = None,
    oldest: bool = False,
) -> list[OrderCard]:
    """Orders with the points each holds, in two statements. `since`: recorded or changed from then on."""
    rows = _orders(member_id, source, state, since).filter(_beyond(before, oldest))
    return cards_of_orders(rows.order_by(_order(oldest))[:limit])


def orders_counted(
    *, member_id: int | None = None, source: str = "", state: str = "", since: datetime | None = None
) -> int:
    """How many of them there are; one more than MOST_COUNTED stands for more."""
    return _counted(_orders(member_id, source, state, since))


def orders_named(*, public_ids: Iterable[str]) -> list[OrderCard]:
    """Those of these that exist, in two statements."""
    return cards_of_orders(Order.objects.filter(public_id__in=set(public_ids)).order_by("-id")[:MOST_COUNTED])


def _orders(member_id: int | None, source: str, state: str, since: datetime | None) -> "QuerySet[Order]":
    rows = Order.objects.filter(_of(member_id))
    if source:
        rows = rows.filter(source=source)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(changed_at__gte=since) if since is not None else rows


def redemptions_listed(
    *,
    limit: int,
    before: int | None = None,
    member_id: int | None = None,
    state: str = "",
    oldest: bool = False,
) -> list[RedemptionCard]:
    """Claims of everybody, or of one member."""
    rows = _in_state(Redemption.objects.filter(_of(member_id)), state).filter(_beyond(before, oldest))
    return cards_of_claims(rows.order_by(_order(oldest))[:limit])


def redemptions_counted(*, member_id: int | None = None, state: str = "") -> int:
    """How many of them there are; one more than MOST_COUNTED stands for more."""
    return _counted(_in_state(Redemption.objects.filter(_of(member_id)), state))


def find_redemption(*, public_id: str) -> RedemptionCard | None:
    """One claim, whoever made it."""
    found = cards_of_claims(Redemption.objects.filter(public_id=public_id)[:1])
    return found[0] if found else None


def find_coupon(*, code: str) -> CouponCard | None:
    """A coupon that a member holds or held, by its code as people type it. One in a list that nobody got yet is nobody's."""
    row = Coupon.objects.filter(code=rules.fold_code(code), member__isnull=False).first()
    if row is None or Redemption.objects.filter(coupon=row, state=Redemption.State.REQUESTED).exists():
        return None  # what waits for the team was not given to anybody yet
    return coupon_card(row)


@dataclass(frozen=True)
class AdjustmentCard:
    """A correction. `state` is waiting, posted or declined; `txn_id` None until it is posted."""

    id: int
    public_id: str
    member_id: int
    currency: str
    amount: int
    reason_code: str
    state: str
    second_person: bool
    because: str
    proposed_at: datetime
    decided_at: datetime | None
    answer: str
    txn_id: int | None


def adjustments_listed(
    *,
    limit: int,
    before: int | None = None,
    member_id: int | None = None,
    state: str = "",
    oldest: bool = False,
) -> list[AdjustmentCard]:
    """Corrections by hand."""
    rows = _in_state(Adjustment.objects.filter(_of(member_id)), state).filter(_beyond(before, oldest))
    return _adjustments(rows.select_related("currency").order_by(_order(oldest))[:limit])


def adjustments_counted(*, member_id: int | None = None, state: str = "") -> int:
    """How many of them there are; one more than MOST_COUNTED stands for more."""
    return _counted(_in_state(Adjustment.objects.filter(_of(member_id)), state))


def find_adjustment(*, public_id: str) -> AdjustmentCard | None:
    found = _adjustments(Adjustment.objects.filter(public_id=public_id).select_related("currency")[:1])
    return found[0] if found else None


def _adjustments(rows: "QuerySet[Adjustment]") -> list[AdjustmentCard]:
    return [
        AdjustmentCard(
            row.pk, row.public_id, row.member_id, row.currency.code, row.amount, row.reason_code, row.state,
            row.second_person, row.because, row.proposed_at, row.decided_at, row.answer, row.txn_id,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class TransferCard:
    """Points that a member gave another. The note is theirs and stays with them."""

    id: int
    public_id: str
    sender_id: int
    receiver_id: int
    currency: str
    amount: int
    sent_at: datetime
    txn_id: int


def transfers_listed(
    *, limit: int, before: int | None = None, member_id: int | None = None, oldest: bool = False
) -> list[TransferCard]:
    """Gifts of points, of everybody or those that one member sent or received."""
    rows = Transfer.objects.filter(_either(member_id), _beyond(before, oldest))
    return _transfers(rows.select_related("currency").order_by(_order(oldest))[:limit])


def transfers_counted(*, member_id: int | None = None) -> int:
    """How many of them there are; one more than MOST_COUNTED stands for more."""
    return _counted(Transfer.objects.filter(_either(member_id)))


def _either(member_id: int | None) -> Q:
    return Q() if member_id is None else Q(sender_id=member_id) | Q(receiver_id=member_id)


def find_transfer(*, public_id: str) -> TransferCard | None:
    found = _transfers(Transfer.objects.filter(public_id=public_id).select_related("currency")[:1])
    return found[0] if found else None


def _transfers(rows: "QuerySet[Transfer]") -> list[TransferCard]:
    return [
        TransferCard(
            row.pk, row.public_id, row.sender_id, row.receiver_id, row.currency.code, row.amount, row.sent_at, row.txn_id
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class TierStepCard:
    """One step of the ladder. `benefits` are sentences; the numbers behind them stand beside."""

    code: str
    name: str
    rank: int
    threshold: int
    keep_threshold: int
    by_invitation: bool
    benefits: tuple[str, ...]
    multiplier_percent: int
    early_hours: int


def tiers_listed() -> list[TierStepCard]:
    """The ladder, from where everybody begins."""
    rows = Tier.objects.select_related("birthday_reward", "welcome_reward").order_by("program_id", "rank")
    return [
        TierStepCard(
            row.code, _(row.name), row.rank, row.threshold,
            row.threshold if row.keep_threshold is None else row.keep_threshold, row.by_invitation, words_of(row),
            row.multiplier_percent, row.early_hours,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class RuleCard:
    """One version of an earning rule, in words and in the numbers that machines compare."""

    text: RuleText
    trigger: str
    formula: str
    points: int
    credit: int
    per_units: int
    percent: int
    starts_at: datetime | None
    ends_at: datetime | None


def rules_listed(*, code: str = "", trigger: str = "") -> list[RuleCard]:
    """The rules as they stand; with `code` every version of that one, the newest first."""
    rows = EarningRule.objects.filter(code=code) if code else EarningRule.objects.filter(replaced_at__isnull=True)
    found = list((rows.filter(trigger=trigger) if trigger else rows).order_by("trigger", "code", "-version"))
    tiers = dict(Tier.objects.values_list("code", "name")) if found else {}
    programme = programme_currency() if found else ""
    return [
        RuleCard(
            text_of(row, tiers, programme), row.trigger, row.formula, row.points, row.credit, row.per_units, row.percent,
            row.starts_at, row.ends_at,
        )
        for row in found
    ]  # fmt: skip


def _of(member_id: int | None) -> Q:
    return Q() if member_id is None else Q(member_id=member_id)


def _in_state(rows: "QuerySet[Any]", state: str) -> "QuerySet[Any]":
    return rows.filter(state=state) if state else rows


def _beyond(before: int | None, oldest: bool) -> Q:
    if before is None:
        return Q()
    return Q(id__gt=before) if oldest else Q(id__lt=before)


def _order(oldest: bool) -> str:
    return "id" if oldest else "-id"


def _counted(rows: "QuerySet[Any]") -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()
