"""Orders in. Points follow the order's state: what a message says is stored, then the ledger is brought to what that earns."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, Sum
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.ledger import Earning
from loyalty.actions.rewards import mark_coupons_used
from loyalty.actions.tiers import review_tiers
from loyalty.canonical import CanonicalOrder, PaymentState, RefundData, RefundLineData
from loyalty.events import OrderRecorded
from loyalty.models import EarningRule, Order, OrderLine, OrderRevision, Refund, RefundLine, RefundNotice
from members import actions as members
from members import queries as member_queries
from outbox.publish import publish
from outbox.require import require_transaction

LARGEST = 10**15
"""No amount or quantity is larger, in minor units: a slip of the shop, not an order."""
GUEST_DAYS = 30
"""How long an order waits for somebody who confirms its e-mail address."""
_EARNING = (Order.State.PAID, Order.State.PARTLY_REFUNDED)


class BadOrder(ValueError):
    """The order contradicts itself. `code` is stable, `field` names the place."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


@dataclass(frozen=True)
class RecordedOrder:
    """What came of it: `result` is created, updated, unchanged or ignored (an older revision). Points net of what was taken."""

    order_id: int
    public_id: str
    result: str
    state: str
    member_id: int | None
    points: int
    credit: int


def record_order(*, order: CanonicalOrder, by: int | None, at: datetime) -> RecordedOrder:
    """Take in the whole order as it stands. Any number of times, in any order, from any number of threads: the same result.

    Raises BadOrder when it contradicts itself. Locks: the order, the member's wallets, coupons.
    """
    require_transaction()
    check(order)
    member_id = _member_of(order, by=by, at=at)
    _lock(order.source, order.external_id)
    row = Order.objects.select_for_update().filter(source=order.source, external_id=order.external_id).first()
    if row is None:
        row = _create(order, member_id, at)
        result = "created"
    elif (verdict := _compare(order, row)) != "newer":
        adopts = row.member_id is None and member_id is not None
        if verdict != "same":
            _keep_evidence(order, row, verdict, at)
        if not adopts:
            return _answer(row, "unchanged" if verdict == "same" else "ignored", 0, 0)
        row.member_id = member_id
        row.changed_at = at
        row.save(update_fields=["member", "changed_at"])
        result = "updated"
    else:
        if row.member_id is not None and member_id != row.member_id:
            ledger.lock_wallets([row.member_id])
            _follow(row, by=by, at=at, nothing=True)
        _update(order, row, member_id, at)
        result = "updated"
    return _settle(row, result, coupons=order.coupons, by=by, at=at)


def record_refund(
    *, source: str, order_external_id: str, refund: RefundData, by: int | None, at: datetime
) -> RecordedOrder | None:
    """Take in a refund that comes without its order. None when the order is not here yet: the refund waits for it.

    A newer whole order that does not name it cancels it.
    """
    require_transaction()
    _check_amount("refund.amount", refund.amount)
    _lock(source, order_external_id)
    _notice, new = RefundNotice.objects.get_or_create(
        source=source,
        order_external_id=order_external_id,
        external_id=refund.external_id,
        defaults={
            "occurred_at": refund.occurred_at,
            "amount": refund.amount,
            "lines": [asdict(line) for line in refund.lines],
            "received_at": at,
        },
    )
    row = Order.objects.select_for_update().filter(source=source, external_id=order_external_id).first()
    if row is None:
        return None
    if not new or refund.occurred_at < row.occurred_at or row.refunds.filter(external_id=refund.external_id).exists():
        return _answer(row, "unchanged", 0, 0)
    _write_refunds(row, [refund])
    told = PaymentState.PAID if row.state in _EARNING else _told(row.state)
    row.refunded = row.refunds.aggregate(total=Sum("amount"))["total"] or 0
    row.state = _state(told, row.refunded, row.net)
    row.changed_at = at
    row.save(update_fields=["state", "refunded", "changed_at"])
    return _settle(row, "updated", coupons=(), by=by, at=at)


def claim_waiting_orders(*, member_id: int, by: int | None, at: datetime) -> int:
    """Give a member the recent orders that were placed with their confirmed e-mail address. Returns how many."""
    require_transaction()
    email = member_queries.verified_email(member_id=member_id)
    if not email:
        return 0
    waiting = Order.objects.filter(
        member__isnull=True, email_hash=hash_email(email), recorded_at__gt=at - timedelta(days=GUEST_DAYS)
    )
    rows = list(waiting.select_for_update().order_by("id"))
    for row in rows:
        row.member_id = member_id
        row.changed_at = at
        row.save(update_fields=["member", "changed_at"])
        _settle(row, "updated", coupons=(), by=by, at=at)
    return len(rows)


def hash_email(email: str) -> str:
    """An address that cannot be read back, equal for equal addresses."""
    return salted_hmac("loyalty.order", email.strip().casefold(), algorithm="sha256").hexdigest()


# --- Checks ----------------------------------------------------------------------------------------------------------


def check(order: CanonicalOrder) -> None:
    """Raise BadOrder unless the order can be true."""
    if not order.source or not order.external_id:
        raise BadOrder("missing", "external_id", _("An order needs its source and its number."))
    if not (order.member_id or order.member_external_id or order.member_email):
        raise BadOrder("member_missing", "member", _("Say whose order it is: a customer number or an e-mail address."))
    if len(order.currency) != 3 or not order.currency.isascii() or not order.currency.isupper():
        raise BadOrder("currency", "currency", _("The currency is three capital letters, like EUR."))
    _check_text(order)
    for field in ("tax", "shipping", "discount", "paid_with_points"):
        _check_amount(field, getattr(order, field))
    known = set()
    for line in order.lines:
        if line.external_id in known:
            raise BadOrder("line_twice", "lines", _("Two lines have the same id."))
        known.add(line.external_id)
        for field in ("quantity", "net", "tax"):
            _check_amount(f"lines.{field}", getattr(line, field))
    _check_refunds(order.refunds, known)


def _check_refunds(refunds: Iterable[RefundData], known: set[str]) -> None:
    seen = set()
    for refund in refunds:
        if refund.external_id in seen:
            raise BadOrder("refund_twice", "refunds", _("Two refunds have the same id."))
        seen.add(refund.external_id)
        _check_amount("refunds.amount", refund.amount)
        for line in refund.lines:
            if line.line not in known:
                raise BadOrder(
                    "unknown_line", "refunds.lines", _("A refund names a line that the order does not have.")
                )
            _check_amount("refunds.lines.quantity", line.quantity)
            _check_amount("refunds.lines.amount", line.amount)


def _check_amount(field: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise BadOrder("amount", field, _("Amounts are whole numbers of minor units, from zero up."))


def _check_text(order: CanonicalOrder) -> None:
    texts = [order.source, order.external_id, order.revision, order.member_external_id, order.member_name]
    texts += [text for line in order.lines for text in (line.external_id, line.sku, line.product, line.category)]
    if any("\x00" in text for text in texts):
        raise BadOrder("nul", "", _("The order contains a NUL character."))
    if any(len(text) > 120 for text in texts[:5]) or any(len(line.product) > 255 for line in order.lines):
        raise BadOrder("too_long", "", _("A name or number in the order is too long."))
    if any(len(text) > 120 for line in order.lines for text in (line.external_id, line.sku, line.category)):
        raise BadOrder("too_long", "lines", _("A name or number in the order is too long."))


# --- Storing ---------------------------------------------------------------------------------------------------------


def _member_of(order: CanonicalOrder, *, by: int | None, at: datetime) -> int | None:
    if order.member_id is not None:
        return order.member_id
    if order.member_external_id:
        return members.ensure_identity(
            source=order.source,
            external_id=order.member_external_id,
            email=order.member_email or None,
            name=order.member_name,
            by=by,
            at=at,
        )
    card = member_queries.find_member(email=order.member_email)
    return card.id if card else None


def _lock(source: str, external_id: str) -> None:
    """Stands in for the order's row before it exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{source}:{external_id}"])


def _compare(order: CanonicalOrder, row: Order) -> str:
    """newer, same, older or loses (the same revision with another body: more refunds win, then the greater hash)."""
    if order.revision != row.revision:
        return "newer" if order.revision > row.revision else "older"
    if order.fingerprint == row.fingerprint:
        return "same"
    mine, theirs = (len(order.refunds), order.fingerprint), (row.told_refunds, row.fingerprint)
    return "newer" if mine > theirs else "loses"


def _keep_evidence(order: CanonicalOrder, row: Order, reason: str, at: datetime) -> None:
    body = json.loads(json.dumps(asdict(order), default=str))
    for field in ("member_email", "member_name"):
        body.pop(field)
    OrderRevision.objects.get_or_create(
        order=row,
        revision=order.revision,
        fingerprint=order.fingerprint,
        defaults={"body": body, "reason": reason, "received_at": at},
    )


def _create(order: CanonicalOrder, member_id: int | None, at: datetime) -> Order:
    row = Order(source=order.source, external_id=order.external_id, recorded_at=at)
    refunds = _refunds(order)
    _fill(order, refunds, row, member_id, at)
    row.save(force_insert=True)
    _write_lines(row, order)
    _write_refunds(row, refunds)
    return row


def _update(order: CanonicalOrder, row: Order, member_id: int | None, at: datetime) -> None:
    refunds = _refunds(order)
    _fill(order, refunds, row, member_id or row.member_id, at)
    row.save()
    _write_lines(row, order)
    gone = OrderLine.objects.filter(order=row).exclude(external_id__in=[line.external_id for line in order.lines])
    gone.update(quantity=0, net=0, tax=0)
    Refund.objects.filter(order=row).delete()
    _write_refunds(row, refunds)


def _fill(
    order: CanonicalOrder, refunds: Iterable[RefundData], row: Order, member_id: int | None, at: datetime
) -> None:
    refunded = sum(refund.amount for refund in refunds)
    row.member_id = member_id
    row.email_hash = hash_email(order.member_email) if order.member_email else row.email_hash
    row.currency = order.currency
    row.state = _state(order.state, refunded, order.net)
    row.placed_at = order.placed_at
    if order.state not in (PaymentState.PENDING, PaymentState.CANCELLED):
        row.paid_at = order.paid_at or row.paid_at or order.occurred_at
    else:
        row.paid_at = order.paid_at or row.paid_at
    row.net, row.refunded = order.net, refunded
    row.tax, row.shipping, row.discount = order.tax, order.shipping, order.discount
    row.paid_with_points = order.paid_with_points
    row.revision, row.fingerprint, row.occurred_at = order.revision, order.fingerprint, order.occurred_at
    row.told_refunds = len(order.refunds)
    row.changed_at = at


def _refunds(order: CanonicalOrder) -> list[RefundData]:
    """The order's own refunds, and those told by themselves that its revision could not know yet."""
    own = {refund.external_id: refund for refund in order.refunds}
    notices = RefundNotice.objects.filter(
        source=order.source, order_external_id=order.external_id, occurred_at__gte=order.occurred_at
    ).exclude(external_id__in=own)
    known = {line.external_id for line in order.lines}
    for notice in notices:
        lines = tuple(RefundLineData(**line) for line in notice.lines if line["line"] in known)
        own[notice.external_id] = RefundData(
            external_id=notice.external_id, occurred_at=notice.occurred_at, amount=notice.amount, lines=lines
        )
    return list(own.values())


def _state(told: PaymentState, refunded: int, net: int) -> str:
    if told == PaymentState.PENDING:
        return Order.State.PLACED
    if told == PaymentState.CANCELLED:
        return Order.State.CANCELLED
    if told == PaymentState.REFUNDED or (refunded and refunded >= net):
        return Order.State.REFUNDED
    if refunded or told == PaymentState.PARTLY_REFUNDED:
        return Order.State.PARTLY_REFUNDED
    return Order.State.PAID


def _told(state: str) -> PaymentState:
    return PaymentState.PENDING if state == Order.State.PLACED else PaymentState(state)


def _write_lines(row: Order, order: CanonicalOrder) -> None:
    lines = [
        OrderLine(
            order=row,
            external_id=line.external_id,
            position=position,
            sku=line.sku,
            product=line.product,
            category=line.category,
            quantity=line.quantity,
            net=line.net,
            tax=line.tax,
            earns=line.earns,
        )
        for position, line in enumerate(order.lines)
    ]
    OrderLine.objects.bulk_create(
        lines,
        update_conflicts=True,
        unique_fields=["order", "external_id"],
        update_fields=["position", "sku", "product", "category", "quantity", "net", "tax", "earns"],
    )


def _write_refunds(row: Order, refunds: Sequence[RefundData]) -> None:
    if not refunds:
        return
    ids = dict(OrderLine.objects.filter(order=row).values_list("external_id", "id"))
    for refund in refunds:
        lines = [line for line in refund.lines if line.line in ids]
        stored = Refund.objects.create(
            order=row,
            external_id=refund.external_id,
            occurred_at=refund.occurred_at,
            amount=refund.amount,
            spread=not lines,
        )
        merged: dict[int, RefundLine] = {}
        for line in lines:
            one = merged.setdefault(
                ids[line.line], RefundLine(refund=stored, line_id=ids[line.line], quantity=0, amount=0)
            )
            one.quantity += line.quantity
            one.amount += line.amount
        RefundLine.objects.bulk_create(merged.values())


# --- Points follow state ---------------------------------------------------------------------------------------------


def _settle(row: Order, result: str, *, coupons: Sequence[str], by: int | None, at: datetime) -> RecordedOrder:
    """After the row is written: bring the ledger to it, see to coupons and tier, tell."""
    points = credit = 0
    first_paid = False
    if row.member_id is not None:
        ledger.lock_wallets([row.member_id])
        first_paid = _mark_first(row)
        posted = _follow(row, by=by, at=at, new=result == "created")
        points = sum(amount for _member, currency, _txn, amount in posted if currency == ledger.POINTS)
        credit = sum(amount for _member, currency, _txn, amount in posted if currency == ledger.CREDIT)
    mark_coupons_used(codes=coupons, order_id=row.id, at=at)
    if row.member_id is not None:
        if credit > 0:
            review_tiers(member_ids=[row.member_id], at=at)
        publish(
            OrderRecorded(
                order_id=row.id,
                member_id=row.member_id,
                state=row.state,
                placed_at=row.placed_at,
                net=0 if row.state in (Order.State.REFUNDED, Order.State.CANCELLED) else row.net - row.refunded,
                currency=row.currency,
                first_paid=first_paid,
                at=at,
            )
        )
    return _answer(row, result, points, credit)


def _mark_first(row: Order) -> bool:
    """Whether this is the member's first paid order ever; marked once, under the lock of their wallets."""
    if row.state not in _EARNING or row.net <= 0:
        return False
    if Order.objects.filter(member_id=row.member_id, is_first=True).exists():
        return False
    return Order.objects.filter(id=row.id, is_first=False).update(is_first=True) == 1


def _follow(
    row: Order, *, by: int | None, at: datetime, nothing: bool = False, new: bool = False
) -> list[tuple[int, str, int, int]]:
    """Post the difference between what the order earns as it stands and what the ledger holds for its lines.

    The caller has locked the member's wallets. For a `new` order the ledger holds nothing, so it is not asked.
    """
    if row.member_id is None:
        return []
    versions = _versions(row)
    lines = list(OrderLine.objects.filter(order=row).order_by("position", "id"))
    held, numbers = ({}, {}) if new else _held([line.id for line in lines])
    targets = [] if nothing or row.state not in _EARNING else _targets(row, lines, versions)
    differences = rules.differences(held, targets)
    facts = {line.id: {"order": row.id, "line": line.external_id, "currency": row.currency} for line in lines}
    paid_at = row.paid_at or at
    earnings, posted = [], []
    for one in differences:
        version = versions[one.rule]
        number = numbers.get((one.line, one.rule, one.currency), 0) + 1
        key = rules.cause_key("order_line", one.line, one.rule, one.currency, number)
        why = facts[one.line] | {"rule": version.code, "version": version.version, "state": row.state, "number": number}
        if one.amount > 0:
            earnings.append(
                Earning(
                    key=key,
                    member_id=row.member_id,
                    currency=one.currency,
                    amount=one.amount,
                    reason="purchase",
                    origin="purchase",
                    source_type="order_line",
                    source_id=one.line,
                    rule_id=one.rule,
                    effective_at=paid_at,
                    available_at=paid_at + timedelta(days=version.pending_days),
                    facts=why,
                )
            )
            continue
        taken = ledger.clawback(
            key=key,
            member_id=row.member_id,
            currency=one.currency,
            amount=-one.amount,
            reason="refund" if row.state != Order.State.CANCELLED else "cancelled",
            origin="purchase",
            source_type="order_line",
            source_id=one.line,
            rule_id=one.rule,
            by=by,
            at=at,
            facts=why,
        )
        posted.append((row.member_id, one.currency, taken.txn_id, one.amount))
    posted += [
        (row.member_id, earning.currency, answer.txn_id, earning.amount)
        for earning, answer in zip(earnings, ledger.earn(earnings=earnings, by=by, at=at), strict=True)
    ]
    ledger.announce(posted, at=at)
    return posted


def _targets(row: Order, lines: Sequence[OrderLine], versions: dict[int, EarningRule]) -> list[rules.Target]:
    refunds = Refund.objects.filter(order=row).order_by("occurred_at", "external_id").prefetch_related("lines")
    return rules.award(
        lines=[rules.LineFacts(line.id, line.quantity, line.net, line.earns) for line in lines],
        refunds=[
            rules.RefundFacts(
                refund.amount, tuple((part.line_id, part.quantity, part.amount) for part in refund.lines.all())
            )
            for refund in refunds
        ],
        paid_with_points=row.paid_with_points,
        currency=row.currency,
        rules=[purchase_rule(versions[version]) for version in row.rules],
    )


def _versions(row: Order) -> dict[int, EarningRule]:
    """The rules that judge the order: fixed when it first earns."""
    if not row.rules and row.state in _EARNING and row.paid_at:
        current = current_rules(EarningRule.Trigger.ORDER, row.paid_at)
        row.rules = [version.id for version in current]
        Order.objects.filter(id=row.id).update(rules=row.rules)
        return {version.id: version for version in current}
    return EarningRule.objects.in_bulk(row.rules)


def current_rules(trigger: str, moment: datetime) -> list[EarningRule]:
    """The versions in force, for an act at `moment`."""
    return list(
        EarningRule.objects.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=moment),
            Q(ends_at__isnull=True) | Q(ends_at__gt=moment),
            trigger=trigger,
            active=True,
            replaced_at__isnull=True,
        ).order_by("id")
    )


def purchase_rule(version: EarningRule) -> rules.PurchaseRule:
    return rules.PurchaseRule(
        id=version.id,
        points=version.points,
        credit=version.credit,
        per_units=version.per_units,
        fixed=version.formula == EarningRule.Formula.FIXED,
    )


def _held(line_ids: Sequence[int]) -> tuple[dict[tuple[int, int, str], int], dict[tuple[int, int, str], int]]:
    """What the ledger holds for each line, rule and currency, and how many postings made it so."""
    with connection.cursor() as cursor:
        # The issued account's legs carry the whole amount, also of what was written off.
        cursor.execute(
            "SELECT txn.source_id, txn.rule_id, currency.code, -sum(entry.amount), count(*) FROM loyalty_txn AS txn "
            "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id "
            "AND entry.account = loyalty_account('issued', entry.currency_id) "
            "JOIN loyalty_currency AS currency ON currency.id = entry.currency_id "
            "WHERE txn.source_type = 'order_line' AND txn.source_id = ANY(%s) GROUP BY 1, 2, 3",
            [list(line_ids)],
        )
        rows = cursor.fetchall()
    return (
        {(line, rule, code): int(amount) for line, rule, code, amount, _count in rows},
        {(line, rule, code): count for line, rule, code, _amount, count in rows},
    )


def _answer(row: Order, result: str, points: int, credit: int) -> RecordedOrder:
    return RecordedOrder(row.id, row.public_id, result, row.state, row.member_id, points, credit)
