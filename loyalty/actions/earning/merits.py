"""What others found good earns, within caps, and is taken back exactly when it no longer stands."""

from datetime import datetime

from loyalty import rules
from loyalty.actions import ledger
from loyalty.actions.earning.paying import Paying, settle
from loyalty.actions.earning.ruling import is_open, rules_of
from loyalty.models import EarningRule, Merit
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
    source = (source_type, post_id)
    versions = rules_of(trigger, at)
    merits = {
        merit.rule_code: merit
        for rule in versions
        if rule.formula != EarningRule.Formula.MULTIPLIER and (not standing or is_open(rule, at))
        if (merit := note(rule.code, source, author_id, giver_id, standing=standing, at=at)) is not None
    }
    if not standing:
        for merit in _others(trigger, source, author_id, {rule.code for rule in versions}, at):
            merit.standing, merit.changed_at = False, at
            merit.save(update_fields=["standing", "changed_at"])
            merits[merit.rule_code] = merit
    settle(
        merits,
        versions,
        Paying(
            trigger=trigger, member_id=author_id, source=source, giver_id=giver_id, at=at, author_trust=author_trust
        ),
    )


def note(
    code: str, source: tuple[str, int], member_id: int, giver_id: int | None, *, standing: bool, at: datetime
) -> Merit | None:
    """The merit as it stands by this word, or None when a newer word is known. One statement."""
    rows = Merit.objects.raw(
        "INSERT INTO loyalty_merit AS merit (rule_code, source_type, source_id, member_id, standing, changed_at, hidden, "
        "giver_id, adjustments, refusal) VALUES (%s, %s, %s, %s, %s, %s, false, %s, 0, '') "
        "ON CONFLICT (rule_code, source_type, source_id, member_id) DO UPDATE "
        "SET standing = excluded.standing, changed_at = excluded.changed_at, giver_id = excluded.giver_id "
        "WHERE merit.changed_at IS NULL OR merit.changed_at <= excluded.changed_at RETURNING *",
        [code, *source, member_id, standing, at, giver_id],
    )
    return next(iter(rows), None)


def _others(trigger: str, source: tuple[str, int], member_id: int, seen: set[str], at: datetime) -> list[Merit]:
    """What rules paid for this act that are no longer in force: taken back like the rest."""
    codes = EarningRule.objects.filter(trigger=trigger).exclude(code__in=seen).values("code")
    rows = Merit.objects.filter(
        source_type=source[0], source_id=source[1], member_id=member_id, rule_code__in=codes, standing=True
    )
    return list(rows.exclude(changed_at__gt=at))


def _show(*, post_id: int, author_id: int, hidden: bool, at: datetime, author_trust: int | None = None) -> None:
    ledger.lock_wallets([author_id])
    for trigger in _RECOGNITION:
        versions = rules_of(trigger, at)
        codes = {rule.code for rule in versions if rule.formula != EarningRule.Formula.MULTIPLIER}
        codes |= set(
            Merit.objects.filter(
                source_type="post", source_id=post_id, member_id=author_id,
                rule_code__in=EarningRule.objects.filter(trigger=trigger).values("code"),
            ).values_list("rule_code", flat=True)
        )  # fmt: skip
        merits = {}
        for code in sorted(codes):
            merit = _merit(code, post_id, author_id)
            if merit.hidden_at is not None and at < merit.hidden_at:
                continue
            merit.hidden, merit.hidden_at = hidden, at
            merit.save(update_fields=["hidden", "hidden_at"])
            merits[code] = merit
        giver = next((merit.giver_id for merit in merits.values() if merit.giver_id), None)
        paying = Paying(
            trigger=trigger, member_id=author_id, source=("post", post_id), giver_id=giver, at=at,
            author_trust=author_trust,
        )  # fmt: skip
        settle(merits, versions, paying)


def _merit(code: str, post_id: int, author_id: int) -> Merit:
    return Merit.objects.get_or_create(
        rule_code=code,
        source_type="post",
        source_id=post_id,
        member_id=author_id,
        defaults={"standing": False},
    )[0]
