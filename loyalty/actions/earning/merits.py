"""What others found good earns, within caps, and is taken back exactly when it no longer stands."""

from datetime import datetime, timedelta

from django.db import connection

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.ledger import Earning
from loyalty.actions.orders.points import current_rules
from loyalty.actions.tiers.reviewing import review_tiers
from loyalty.models import EarningRule, Merit, RuleHit, Txn
from outbox.require import require_transaction

_RECOGNITION = (EarningRule.Trigger.ANSWER, EarningRule.Trigger.REACTION)


def accept_answer(
    *, post_id: int, author_id: int, by_id: int, self_answer: bool, at: datetime, author_trust: int | None = None
) -> None:
    """An answer was accepted: its author earns, unless it answers their own question or they accepted it themselves.

    What authors of trust 0 and 1 earn can be spent later (`rules.hold_days`).
    """
    require_transaction()
    own = self_answer or by_id == author_id
    _judge(
        EarningRule.Trigger.ANSWER, post_id=post_id, author_id=author_id, giver_id=by_id, standing=not own, at=at,
        author_trust=author_trust,
    )  # fmt: skip


def unaccept_answer(*, post_id: int, author_id: int, by_id: int, at: datetime) -> None:
    """The acceptance was taken back: so is what it paid."""
    require_transaction()
    _judge(EarningRule.Trigger.ANSWER, post_id=post_id, author_id=author_id, giver_id=by_id, standing=False, at=at)


def receive_like(
    *, post_id: int, author_id: int, by_id: int, at: datetime, by_trust: int, author_trust: int | None = None
) -> None:
    """Somebody liked a post: the first like of a member whom the forum trusts (1 or more) pays the author, once for ever.

    Taking a like back changes nothing, so liking again cannot farm.
    """
    require_transaction()
    if by_id != author_id and by_trust >= rules.LIKES_COUNT_FROM:
        _judge(
            EarningRule.Trigger.REACTION, post_id=post_id, author_id=author_id, giver_id=by_id, standing=True, at=at,
            author_trust=author_trust,
        )  # fmt: skip


def attend_session(*, attendance_id: int, member_id: int, at: datetime) -> None:
    """A member was at a live session: they earn, once for it, within the day's cap."""
    require_transaction()
    _judge(
        EarningRule.Trigger.ATTENDANCE, post_id=attendance_id, author_id=member_id, giver_id=None, standing=True, at=at,
        source_type="attendance",
    )  # fmt: skip


def hide_post(*, post_id: int, author_id: int, at: datetime) -> None:
    """A post was removed: everything it earned is taken back; what is told late about it earns nothing."""
    require_transaction()
    _show(post_id=post_id, author_id=author_id, hidden=True, at=at)


def show_post(*, post_id: int, author_id: int, at: datetime, author_trust: int | None = None) -> None:
    """A removed post is shown again: it earns again what it had earned, within the caps of that day."""
    require_transaction()
    _show(post_id=post_id, author_id=author_id, hidden=False, at=at, author_trust=author_trust)


# --- Merits ----------------------------------------------------------------------------------------------------------


def _judge(
    trigger: str,
    *,
    post_id: int,
    author_id: int,
    giver_id: int | None,
    standing: bool,
    at: datetime,
    author_trust: int | None = None,
    source_type: str = "post",
) -> None:
    """Note the newest word about the act and settle. An older word than the one we have changes nothing."""
    ledger.lock_wallets([author_id])
    for rule in current_rules(trigger, at):
        merit = _note(rule, (source_type, post_id), author_id, giver_id, standing=standing, at=at)
        if merit is not None:
            _settle(merit, rule, at=at, author_trust=author_trust)


def _note(
    rule: EarningRule, source: tuple[str, int], author_id: int, giver_id: int | None, *, standing: bool, at: datetime
) -> Merit | None:
    """The merit as it stands by this word, or None when a newer word is known. One statement."""
    rows = Merit.objects.raw(
        "INSERT INTO loyalty_merit AS merit (rule_code, source_type, source_id, member_id, standing, changed_at, hidden, "
        "giver_id, adjustments, refusal) VALUES (%s, %s, %s, %s, %s, %s, false, %s, 0, '') "
        "ON CONFLICT (rule_code, source_type, source_id, member_id) DO UPDATE "
        "SET standing = excluded.standing, changed_at = excluded.changed_at, giver_id = excluded.giver_id "
        "WHERE merit.changed_at IS NULL OR merit.changed_at <= excluded.changed_at RETURNING *",
        [rule.code, *source, author_id, standing, at, giver_id],
    )
    return next(iter(rows), None)


def _show(*, post_id: int, author_id: int, hidden: bool, at: datetime, author_trust: int | None = None) -> None:
    ledger.lock_wallets([author_id])
    for trigger in _RECOGNITION:
        for rule in current_rules(trigger, at):
            merit = _merit(rule, post_id, author_id)
            if merit.hidden_at is not None and at < merit.hidden_at:
                continue
            merit.hidden, merit.hidden_at = hidden, at
            merit.save(update_fields=["hidden", "hidden_at"])
            _settle(merit, rule, at=at, author_trust=author_trust)


def _merit(rule: EarningRule, post_id: int, author_id: int) -> Merit:
    return Merit.objects.get_or_create(
        rule_code=rule.code,
        source_type="post",
        source_id=post_id,
        defaults={"member_id": author_id, "standing": False},
    )[0]


def _settle(merit: Merit, rule: EarningRule, *, at: datetime, author_trust: int | None = None) -> None:
    """Pay what stands and is not paid; take back what is paid and does not stand. The member's wallets are locked."""
    if not merit.adjustments and not (merit.standing and not merit.hidden):
        return
    paid = list(_paid(merit)) if merit.adjustments else []
    if merit.standing and not merit.hidden:
        if not paid:
            _pay(merit, rule, at=at, hold_days=rules.hold_days(rule.pending_days, author_trust=author_trust))
        return
    for txn_id in paid:
        reason = "post_removed" if merit.hidden else "unaccepted"
        ledger.reverse_txn(txn_id=txn_id, reason=reason, by=None, at=at)


def _paid(merit: Merit) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn.id FROM loyalty_txn AS txn WHERE txn.source_type = 'merit' AND txn.source_id = %s "
            "AND txn.kind = 'earn' AND NOT EXISTS "
            "(SELECT 1 FROM loyalty_txn AS undo WHERE undo.reverses_id = txn.id) ORDER BY txn.id",
            [merit.id],
        )
        return [txn_id for (txn_id,) in cursor.fetchall()]


def _pay(merit: Merit, rule: EarningRule, *, at: datetime, hold_days: int) -> None:
    day = rules.day_of(at, ledger.zone())
    refusal = _take_slots(merit, rule, day)
    points = rule.points if not refusal else 0
    if points and rule.points_cap is not None:
        points = _take_points(merit, rule, day, points)
        refusal = "" if points else "points_cap"
    if refusal:
        Merit.objects.filter(id=merit.id).update(refusal=refusal)
        return
    number = merit.adjustments + 1
    facts = {
        merit.source_type: merit.source_id,
        "giver": merit.giver_id,
        "rule": rule.code,
        "version": rule.version,
        "number": number,
    }
    amounts = [(ledger.POINTS, points), (ledger.CREDIT, rule.credit)]
    earnings = [
        Earning(
            key=rules.cause_key("merit", merit.id, currency, number),
            member_id=merit.member_id,
            currency=currency,
            amount=amount,
            reason=rule.trigger,
            origin=Txn.Origin.ACTIVITY,
            source_type="merit",
            source_id=merit.id,
            rule_id=rule.id,
            effective_at=at,
            available_at=at + timedelta(days=hold_days),
            facts=facts,
        )
        for currency, amount in amounts
        if amount
    ]
    posted = ledger.earn(earnings=earnings, by=None, at=at)
    Merit.objects.filter(id=merit.id).update(adjustments=number, refusal="")
    merit.adjustments = number
    ledger.announce(
        [
            (merit.member_id, one.currency, answer.txn_id, one.amount)
            for one, answer in zip(earnings, posted, strict=True)
        ],
        at=at,
    )
    if rule.credit and not hold_days:
        review_tiers(member_ids=[merit.member_id], at=at)


# --- Caps ------------------------------------------------------------------------------------------------------------


def _take_slots(merit: Merit, rule: EarningRule, day: str) -> str:
    """Take one slot of each cap, or say which is full. Safe to count: the member's wallets are locked; the unique number and
    the CHECK stand behind it."""
    scopes = []
    if rule.daily_cap is not None:
        scopes.append((f"day:{day}", rule.daily_cap, "daily_cap"))
    if rule.giver_cap is not None and merit.giver_id is not None:
        scopes.append((f"day:{day}:from:{merit.giver_id}", rule.giver_cap, "giver_cap"))
    hits = []
    for period, cap, refusal in scopes:
        taken = RuleHit.objects.filter(rule_code=rule.code, member_id=merit.member_id, period=period).count()
        if taken >= cap:
            return refusal
        hits.append(
            RuleHit(
                rule_code=rule.code,
                member_id=merit.member_id,
                period=period,
                seq=taken + 1,
                cap=cap,
                source_type=merit.source_type,
                source_id=merit.source_id,
            )
        )
    RuleHit.objects.bulk_create(hits)
    return ""


def _take_points(merit: Merit, rule: EarningRule, day: str, wanted: int) -> int:
    """As many of the wanted points as the day's cap has left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_ruleusage AS usage (rule_code, member_id, period, points, cap) "
            "VALUES (%(rule)s, %(member)s, %(period)s, 0, %(cap)s) ON CONFLICT (rule_code, member_id, period) "
            "DO UPDATE SET cap = greatest(usage.points, excluded.cap) RETURNING points, cap",
            {"rule": rule.code, "member": merit.member_id, "period": f"day:{day}", "cap": rule.points_cap},
        )
        used, cap = cursor.fetchone()
        granted = max(0, min(wanted, cap - used))
        cursor.execute(
            "UPDATE loyalty_ruleusage SET points = points + %s WHERE rule_code = %s AND member_id = %s AND period = %s "
            "AND points + %s <= cap",
            [granted, rule.code, merit.member_id, f"day:{day}", granted],
        )
        return granted if cursor.rowcount == 1 else 0
