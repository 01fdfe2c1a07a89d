"""What a tally means: tiers that would be others, money, expiry; and a kept result with names for its page."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q

from loyalty import rules
from loyalty.actions.trials.drafting import expiry_of
from loyalty.models import Currency, EarningRule, RuleDraft, TierMembership, Trial, TrialDecision, Wallet
from loyalty.queries.economics import expected_of, month_name, month_of, worth_of
from loyalty.queries.standing import Programme, programme_of, standings
from loyalty.queries.tier_console import counts
from loyalty.queries.what_if import Timeline
from loyalty.rules import economics
from loyalty.rules.earning import RuleVersion
from loyalty.rules.what_if import Tally
from members.queries import MemberCard, member_cards

BATCH = 5_000
NAMED = 20


def complete(
    *,
    trial: Trial,
    tally: Tally,
    line: Timeline,
    assumed: Collection[str],
    drafts: Mapping[str, RuleVersion | None],
    program: Programme | None,
) -> dict[str, Any]:
    """The whole result as it is kept. Reads whole tables where a table of tiers or a way of expiry is tried."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
    result = tally.result()
    result["unread"] = line.unread
    result["drafts"] = sorted(drafts)
    result["assumed"] = _assumed(trial, drafts, assumed)
    result["silent"] = _silent(drafts, tally)
    result["money"] = _money(result, trial.until)
    if program is not None:
        table = trial.draft.tiers if trial.draft else None
        result["tiers"] = _moves(
            program, _drafted(program, table) if table else program, tally, trial.until, bool(table)
        )
    if trial.draft and trial.draft.expiry:
        result["expiry"] = _expiry(trial, trial.draft.expiry)
    return result


def _assumed(trial: Trial, drafts: Mapping[str, RuleVersion | None], assumed: Collection[str]) -> list[str]:
    found = sorted(assumed)
    if any(one is not None and one.limits.any for one in drafts.values()):
        found.append("limits_from_start")
    rows = RuleDraft.objects.filter(draft=trial.draft) if trial.draft else ()
    if any(row.values.get("starts_at") or row.values.get("ends_at") for row in rows):
        found.append("no_time_box")
    return found


def _silent(drafts: Mapping[str, RuleVersion | None], tally: Tally) -> list[str]:
    """Drafts of which nothing can be said, because nothing they pay for happened or was kept."""
    heard = tally.rules.keys() | tally.reasons.keys()
    return sorted(
        code for code, one in drafts.items() if one is not None and one.formula != "multiplier" and code not in heard
    )


def _money(result: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    worth, expected = worth_of(at=at), expected_of(at=at)
    found: dict[str, Any] = {
        "currency": worth.currency,
        "point": None if worth.point is None else float(worth.point),
        "measured": worth.measured,
        "expected": float(expected.rate),
        "expected_measured": expected.measured,
    }
    if worth.point is not None:
        before, after = (result[name]["points"] for name in ("before", "after"))
        found["worth"] = economics.rounded((after - before) * worth.point)
        found["liability_before"] = economics.rounded(before * worth.point * expected.rate)
        found["liability_after"] = economics.rounded(after * worth.point * expected.rate)
    return found


# --- Tiers ------------------------------------------------------------------------------------------------------------


def _drafted(program: Programme, table: Mapping[str, Any]) -> Programme:
    row = copy(program.row)
    for name, value in table["values"].items():
        setattr(row, name, value)
    tiers = []
    for tier in sorted(program.tiers.values(), key=lambda one: one.rank):
        mine = copy(tier)
        for name, value in table["numbers"].get(tier.code, {}).items():
            setattr(mine, name, value)
        tiers.append(mine)
    return programme_of(row, tiers)


def _moves(base: Programme, draft: Programme, tally: Tally, at: datetime, everybody: bool) -> dict[str, Any]:
    """Who would be in another tier than by the published rules, when every grace is over."""
    by_tier = counts(program_id=base.row.pk)
    into: Counter[int] = Counter()
    out_of: Counter[int] = Counter()
    rising: list[tuple[int, int, int]] = []
    falling: list[tuple[int, int, int]] = []
    up = down = 0
    for ids in (
        _everybody() if everybody else _batches(sorted(one for one, change in tally.credit.items() if any(change)))
    ):
        for member, before, after in _reviewed(base, draft, ids, tally.credit, at):
            if before.id == after.id:
                continue
            out_of[before.id] += 1
            into[after.id] += 1
            some = rising if after.rank > before.rank else falling
            up, down = up + (after.rank > before.rank), down + (after.rank < before.rank)
            if len(some) < NAMED:
                some.append((member, before.id, after.id))
    ordered = sorted(base.tiers.values(), key=lambda one: one.rank)
    names = {tier.pk: tier.name for tier in ordered}
    return {
        "up": up,
        "down": down,
        "table": [
            {
                "name": tier.name,
                "now": by_tier.get(tier.pk, 0),
                "then": max(0, by_tier.get(tier.pk, 0) + into[tier.pk] - out_of[tier.pk]),
                "into": into[tier.pk],
                "out": out_of[tier.pk],
            }
            for tier in ordered
        ],
        "rising": [{"member": one, "from": names[was], "to": names[will]} for one, was, will in rising],
        "falling": [{"member": one, "from": names[was], "to": names[will]} for one, was, will in falling],
    }


def _reviewed(
    base: Programme, draft: Programme, ids: list[int], changes: Mapping[int, list[int]], at: datetime
) -> Iterator[tuple[int, rules.TierStep, rules.TierStep]]:
    seen = standings(program=base, member_ids=ids, at=at)
    drafted = seen if draft is base else standings(program=draft, member_ids=ids, at=at)
    by_credit = draft.row.basis == "credit"
    rows = {row.member_id: row for row in TierMembership.objects.filter(member_id__in=ids, until=None)}
    for member in ids:
        row = rows.get(member)
        more, earlier = changes.get(member, (0, 0)) if by_credit else (0, 0)
        counted = drafted[member].counted
        changed = replace(
            counted,
            current=max(0, counted.current + more + (0 if counted.ends else earlier)),
            previous=max(0, counted.previous + (earlier if counted.ends else 0)),
            lifetime=max(0, counted.lifetime + more + earlier),
        )
        yield (
            member,
            _stands(base, row, seen[member], at),
            _stands(draft, row, replace(drafted[member], counted=changed), at),
        )


def _stands(program: Programme, row: TierMembership | None, standing: Any, at: datetime) -> rules.TierStep:
    held = None
    if row is not None and row.tier_id in program.steps:
        held = rules.Held(program.steps[row.tier_id], row.ground, None, row.secured_until)
    return rules.review(
        counted=standing.counted, held=held, invited=standing.invited, steps=list(program.steps.values()),
        policy=replace(program.policy, grace_days=0), at=at, allow_down=True,
    ).tier  # fmt: skip


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _everybody() -> Iterator[list[int]]:
    """Everybody who has credit or a tier, by id."""
    last = 0
    while True:
        wallets = Wallet.objects.filter(Q(currency__qualifies_tier=True), member_id__gt=last).order_by("member_id")
        held = TierMembership.objects.filter(until=None, member_id__gt=last).order_by("member_id")
        ids = {*wallets.values_list("member_id", flat=True)[:BATCH], *held.values_list("member_id", flat=True)[:BATCH]}
        batch = sorted(ids)[:BATCH]
        if not batch:
            return
        yield batch
        last = batch[-1]


# --- Expiry -----------------------------------------------------------------------------------------------------------


def _expiry(trial: Trial, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of the period's points by month of expiry: as promised, and as the draft would have promised."""
    draft = expiry_of(kept)
    policy = rules.ExpiryPolicy(
        draft.expiry_policy, draft.expiry_months, draft.expiry_rounding, rules.parse_days(draft.expiry_dates)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('day', greatest(lot.available_at, lot.earned_at) AT TIME ZONE %(zone)s) AT TIME ZONE %(zone)s, "
            "lot.expires_at, sum(lot.amount), sum(lot.remaining) FROM loyalty_lot AS lot "
            "JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id "
            "JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'points' "
            "WHERE lot.earned_at >= %(since)s AND lot.earned_at < %(until)s GROUP BY 1, 2",
            {"zone": settings.TIME_ZONE, "since": trial.since, "until": trial.until},
        )
        rows = cursor.fetchall()
    months: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
    soon = [0, 0]
    zone = ZoneInfo(settings.TIME_ZONE)
    for day, expires, _amount, remaining in rows:
        for nth, end in enumerate((expires, policy.end(day, zone))):
            month = None if end is None else month_of(end - timedelta(seconds=1))
            months[month][nth] += int(remaining)
            if end is not None and end <= trial.until + timedelta(days=365):
                soon[nth] += int(remaining)
    return {
        "words": str(Currency.ExpiryPolicy(draft.expiry_policy).label),
        "soon_before": soon[0],
        "soon_after": soon[1],
        "months": [
            {"month": "" if month is None else month_name(month), "before": was, "after": would}
            for month, (was, would) in sorted(months.items(), key=lambda item: (item[0] is None, item[0] or 0))
        ],
    }


# --- The page of a result ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionCard:
    """The result that stood before somebody who published a version."""

    version: int
    trial: str
    more: int
    people: int


def people_of(result: Mapping[str, Any]) -> dict[int, MemberCard]:
    """The cards of everybody whom a result names, in one statement."""
    ids = {row["member"] for name in ("winners", "losers", "pairs") for row in result.get(name, ())}
    ids |= {row["counterpart"] for row in result.get("pairs", ())}
    ids |= {row["member"] for name in ("rising", "falling") for row in result.get("tiers", {}).get(name, ())}
    return member_cards(member_ids=ids)


def names_of_rules(codes: Collection[str]) -> dict[str, str]:
    """The newest name of each published rule."""
    rows = EarningRule.objects.filter(code__in=codes).order_by("version").values_list("code", "name")
    return dict(rows)


def decisions(*, code: str) -> list[DecisionCard]:
    """On which results the versions of a rule were published, the newest first. One statement."""
    rows = TrialDecision.objects.filter(rule__code=code).select_related("rule", "trial").order_by("-rule__version")
    return [
        DecisionCard(
            row.rule.version,
            row.trial.public_id,
            row.trial.result["after"]["points"] - row.trial.result["before"]["points"] if row.trial.result else 0,
            row.trial.result["more"] if row.trial.result else 0,
        )
        for row in rows
    ]
