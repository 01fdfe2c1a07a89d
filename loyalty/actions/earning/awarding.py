"""One act of one member, told by whoever knows of it: quests, reviews, birthdays, a business's own systems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from loyalty.actions import ledger
from loyalty.actions.earning.merits import note
from loyalty.actions.earning.paying import Paying, settle
from loyalty.actions.earning.ruling import is_open, rules_of
from loyalty.models import EarningRule, Merit
from loyalty.rules.triggers import TRIGGERS, check_facts
from outbox.require import require_transaction


class BadFacts(ValueError):
    """The act cannot be judged: unknown_trigger, unknown_fact, wrong_type or source. `field` names the fact."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


@dataclass(frozen=True)
class Awarded:
    """What came of it. `refusals`: (rule, code) of the rules that paid nothing. All zero when it was paid before."""

    points: int
    credit: int
    txn_ids: tuple[int, ...]
    refusals: tuple[tuple[str, str], ...]


def award(
    *,
    trigger: str,
    source_type: str,
    source_id: int,
    member_id: int,
    facts: Mapping[str, Any] | None = None,
    at: datetime,
    by: int | None = None,
    counterpart_id: int | None = None,
    author_trust: int | None = None,
) -> Awarded:
    """Pay a member for one act by the rules in force, within their limits. One source pays once by each rule.

    `facts` are those of the trigger (`rules/triggers.py`). Whoever recognises themselves earns nothing. Raises BadFacts.
    """
    require_transaction()
    known = dict(facts or {})
    _check(trigger, source_type, source_id, known)
    ledger.lock_wallets([member_id])
    if counterpart_id == member_id:
        return Awarded(0, 0, (), (("", "own"),))
    source = (source_type, source_id)
    versions = rules_of(trigger, at)
    merits = {
        merit.rule_code: merit
        for rule in versions
        if rule.formula != EarningRule.Formula.MULTIPLIER and is_open(rule, at)
        if (merit := note(rule.code, source, member_id, counterpart_id, standing=True, at=at)) is not None
    }
    paid = settle(
        merits,
        versions,
        Paying(
            trigger=trigger, member_id=member_id, source=source, giver_id=counterpart_id, at=at,
            author_trust=author_trust, values=known, by=by,
        ),
    )  # fmt: skip
    return Awarded(
        sum(amount for currency, _txn, amount in paid.postings if currency == ledger.POINTS),
        sum(amount for currency, _txn, amount in paid.postings if currency == ledger.CREDIT),
        tuple(txn_id for _currency, txn_id, _amount in paid.postings),
        tuple(paid.refusals),
    )


def withdraw(
    *, trigger: str, source_type: str, source_id: int, member_id: int, at: datetime, by: int | None = None
) -> None:
    """The act no longer stands: what it paid is taken back exactly, once. An older word than the newest changes nothing."""
    require_transaction()
    ledger.lock_wallets([member_id])
    codes = EarningRule.objects.filter(trigger=trigger).values("code")
    merits = {}
    for merit in Merit.objects.filter(
        source_type=source_type, source_id=source_id, member_id=member_id, rule_code__in=codes
    ):
        if merit.changed_at is not None and merit.changed_at > at:
            continue
        merit.standing, merit.changed_at = False, at
        merit.save(update_fields=["standing", "changed_at"])
        merits[merit.rule_code] = merit
    act = Paying(trigger=trigger, member_id=member_id, source=(source_type, source_id), giver_id=None, at=at, by=by)
    settle(merits, [], act, taken_because="withdrawn")


def _check(trigger: str, source_type: str, source_id: int, facts: dict[str, Any]) -> None:
    known = TRIGGERS.get(trigger)
    if known is None or known.lines:
        raise BadFacts("unknown_trigger", "trigger", _("Nothing of this kind earns here."))
    if not source_type or len(source_type) > 20 or not 0 <= source_id < 2**63:
        raise BadFacts("source", "source", _("Say what it was: a kind of source and its number."))
    for name, code in check_facts(trigger, facts):
        words = _("Nothing here knows this fact.") if code == "unknown_fact" else _("This fact is of another kind.")
        raise BadFacts(code, name[:60], words)
