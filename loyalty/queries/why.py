"""One line of a statement, explained: how its number came about, what else came of the same cause, what became of the points,
which rules paid nothing and why, and what the member asked about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from loyalty import refusal_words, rule_words, rules
from loyalty.models import EarningRule, PointsQuestion, RuleRefusal, Tier, Transfer, Txn
from loyalty.queries.cause import MOST, Cause, Relative, cause_of
from loyalty.queries.rates import programme_currency
from loyalty.queries.statement import StatementLine, facts_of, lines_from, stored_lines
from loyalty.rules.conditions import values_of


@dataclass(frozen=True)
class Part:
    """One posting of the same cause: its line, its currency's code, its rule and how its number was reckoned."""

    line: StatementLine
    currency: str
    rule_name: str
    rule_url: str
    reckoned: tuple[str, ...]
    is_this: bool
    product: str = ""


@dataclass(frozen=True)
class Fate:
    """What became of some of the points, or where spent ones came from."""

    line: StatementLine
    amount: int
    given_back: int


@dataclass(frozen=True)
class Loser:
    """A rule that paid nothing, and why."""

    name: str
    url: str
    why: str


@dataclass(frozen=True)
class QuestionCard:
    """What the member asked about the line."""

    id: int
    public_id: str
    member_id: int
    txn_id: int
    handle: str
    words: str
    state: str
    state_label: str
    asked_at: datetime
    answer: str
    amount: int
    answered_at: datetime | None


@dataclass(frozen=True)
class Why:
    """Everything about one line."""

    line: StatementLine
    currency: str
    member_id: int
    parts: tuple[Part, ...]
    fates: tuple[Fate, ...]
    sources: tuple[Fate, ...]
    losers: tuple[Loser, ...]
    questions: tuple[QuestionCard, ...]
    note: str = ""
    """What somebody wrote with a gift of points."""

    @property
    def plain(self) -> bool:
        """There is nothing to reckon: the line says it all."""
        return len(self.parts) == 1 and not (self.parts[0].rule_name or self.parts[0].reckoned or self.parts[0].product)

    @property
    def points(self) -> int:
        """What the whole cause gave in points."""
        return sum(part.line.amount for part in self.parts if part.currency == "points")

    @property
    def can_ask(self) -> bool:
        return not any(one.state == PointsQuestion.State.WAITING for one in self.questions)


def statement_line(*, handle: str, member_id: int | None, at: datetime) -> Why | None:
    """The line that a handle names, for its owner (or with `member_id` None for staff); None when it is nobody's to see."""
    key = rules.key_of_line(handle)
    around = cause_of(key=key, member_id=member_id) if key else None
    if around is None:
        return None
    owner, facts = around.member_id, around.facts
    ids = [one.txn_id for one in around.family] + [one.txn_id for one in (*around.fates, *around.sources)]
    stored = stored_lines(member_id=owner, txn_ids=ids)
    refused = _refused(owner, around)
    versions, current = _rules(around, [facts_of(row) for row in stored], refused, {row[11] for row in stored})
    lines = {line.txn_id: line for line in lines_from(stored, at=at)}
    if around.txn_id not in lines:
        return None
    names = {code: rule.name for code, rule in current.items()}
    parts = tuple(
        _part(
            lines[one.txn_id], one, versions.get(one.rule_id or 0), around.programme, names,
            is_this=one.txn_id == around.txn_id,
        )
        for one in around.family
        if one.txn_id in lines
    )  # fmt: skip
    return Why(
        line=lines[around.txn_id],
        currency=next((one.currency for one in around.family if one.txn_id == around.txn_id), "points"),
        member_id=owner,
        parts=parts,
        fates=tuple(Fate(lines[use.txn_id], use.amount, use.given_back) for use in around.fates if use.txn_id in lines),
        sources=tuple(
            Fate(lines[use.txn_id], use.amount, use.given_back) for use in around.sources if use.txn_id in lines
        ),
        losers=tuple(_losers(refused, versions, current, around.programme or str(facts.get("currency", "")))),
        questions=tuple(questions_of(txn_id=around.txn_id, member_id=owner)),
        note=_note(lines[around.txn_id]),
    )


def _note(line: StatementLine) -> str:
    rows = Transfer.objects.filter(txn_id=line.txn_id) if line.kind == Txn.Kind.TRANSFER else Transfer.objects.none()
    return rows.values_list("note", flat=True).first() or ""


@dataclass(frozen=True)
class _Refused:
    """A rule that paid nothing: by its row's id, or (an older posting tells) by code and version."""

    rule: int | tuple[str, int]
    code: str
    detail: Mapping[str, Any]


def _refused(member_id: int, around: Cause) -> list[_Refused]:
    """As they stand in the refusals of ninety days, else as the posting keeps them."""
    if around.source is None:
        return []
    rows = RuleRefusal.objects.filter(
        member_id=member_id, source_type=around.source[0], source_id=around.source[1]
    ).order_by("rule_id")  # fmt: skip
    told = [_Refused(*row) for row in rows.values_list("rule_id", "code", "detail")[:MOST]]
    lost = around.facts.get("lost", ())
    return told or [_Refused((one["rule"], one["version"]), one["code"], one["detail"]) for one in lost]


def _rules(
    around: Cause, all_facts: list[dict[str, Any]], refused: list[_Refused], paid: set[int | None]
) -> tuple[dict[Any, EarningRule], dict[str, EarningRule]]:
    """Every rule that the page names, in one statement: versions by id and by (code, version), current ones by code."""
    ids = {id for id in paid if id} | {one.rule for one in refused if isinstance(one.rule, int)}
    codes = {code for facts in all_facts for code, _percent in (facts.get("inputs") or {}).get("multiplied", ())}
    codes |= {one.rule[0] for one in refused if isinstance(one.rule, tuple)}
    codes |= {str(one.detail["by"]) for one in refused if one.detail.get("by")}
    if not (ids or codes - {"tier"}):
        return {}, {}
    rows = list(EarningRule.objects.filter(Q(pk__in=ids) | Q(code__in=codes)))
    versions: dict[Any, EarningRule] = {row.pk: row for row in rows} | {(row.code, row.version): row for row in rows}
    return versions, {row.code: row for row in rows if row.replaced_at is None}


def _part(
    line: StatementLine,
    posting: Relative,
    rule: EarningRule | None,
    programme: str,
    names: Mapping[str, str],
    *,
    is_this: bool,
) -> Part:
    return Part(
        line=line,
        currency=posting.currency,
        rule_name=_("%(name)s, version %(version)s") % {"name": _(rule.name), "version": rule.version} if rule else "",
        rule_url=reverse("loyalty:rule", args=[rule.code, rule.version]) if rule else "",
        reckoned=tuple(_reckoned(line, rule, posting.currency, programme, names)) if rule and line.amount > 0 else (),
        is_this=is_this,
        product=posting.product,
    )


def _reckoned(
    line: StatementLine, rule: EarningRule, currency: str, programme: str, names: Mapping[str, str]
) -> list[str]:
    """How the number came about, step by step."""
    inputs: Mapping[str, Any] = line.facts.get("inputs") or {}
    own = str(line.facts.get("currency", ""))
    found = [_("%(pays)s.") % {"pays": rule_words.pays(rule, programme or own)}]
    if "net" in inputs and rule.formula == EarningRule.Formula.PER_UNIT:
        worth = rule_words.one_value(inputs["net"], "money", own)
        found.append(_("The order's part that counts is worth %(worth)s.") % {"worth": worth})
    if "items" in inputs:
        found.append(_("Pieces that count: %(number)s.") % {"number": inputs["items"]})
    if "rate" in inputs:
        words = _("One %(own)s counted as %(rate)s %(programme)s, by the table of that day.")
        found.append(words % {"own": own, "rate": inputs["rate"], "programme": inputs.get("programme", programme)})
    return found + _adjusted(line, inputs, rule.trigger, names) if currency == "points" else found


def _adjusted(line: StatementLine, inputs: Mapping[str, Any], trigger: str, names: Mapping[str, str]) -> list[str]:
    """What multipliers, rounding and limits did to it."""
    found = []
    for code, percent in inputs.get("multiplied", ()):
        factor = number_format(percent / 100, 2)
        words = _("Your tier multiplied it by %(factor)s.") if code == "tier" else _(
            "The rule “%(rule)s” multiplied it by %(factor)s."
        )  # fmt: skip
        found.append(words % {"rule": _(names.get(code, code)), "factor": factor})
    if "exact" in inputs:
        words = _("That came to %(exact)s; points are whole, and parts of one are left out.")
        found.append(words % {"exact": inputs["exact"]})
    if "points" in inputs and inputs["points"] != line.amount and "cap" not in line.facts:
        found.append(_("Of %(number)s for the whole order, this line's share.") % {"number": inputs["points"]})
    if cap := line.facts.get("cap"):
        words = _("A limit let %(granted)s of %(wanted)s through: %(why)s.")
        why = refusal_words.refusal(cap["code"], {}, trigger=trigger)
        found.append(words % {"granted": cap["granted"], "wanted": cap["wanted"], "why": why})
    return found


def _losers(
    refused: list[_Refused], versions: Mapping[Any, EarningRule], current: Mapping[str, EarningRule], currency: str
) -> list[Loser]:
    """Rules that paid nothing for the same act, and why."""
    told = [(rule, one) for one in refused if (rule := versions.get(one.rule))]
    if not told:
        return []
    tiers = dict(Tier.objects.values_list("code", "name")) if any(_names_a_tier(one) for _rule, one in told) else {}
    names = {code: row.name for code, row in current.items()}
    return [
        Loser(
            _(rule.name),
            reverse("loyalty:rule", args=[rule.code, rule.version]),
            refusal_words.refusal(
                one.code, one.detail, trigger=rule.trigger, currency=currency, tiers=tiers, names=names,
                asked=rule.conditions,
            ),
        )
        for rule, one in told
    ]  # fmt: skip


def _names_a_tier(refused: _Refused) -> bool:
    return refused.code in ("audience", "conditions")


def questions_of(*, txn_id: int, member_id: int) -> list[QuestionCard]:
    """What this member asked about a posting, the newest first. A gift of points is on two statements: each sees their own."""
    rows = (
        PointsQuestion.objects.filter(txn_id=txn_id, member_id=member_id)
        .select_related("txn")
        .order_by("-asked_at", "-id")[:MOST]
    )
    return [question_card(row) for row in rows]


def question(*, question_id: int | None = None, public_id: str | None = None) -> QuestionCard | None:
    """One question, by its id or its public id."""
    rows = PointsQuestion.objects.select_related("txn")
    row = rows.filter(id=question_id).first() if question_id is not None else rows.filter(public_id=public_id).first()
    return question_card(row) if row else None


def question_card(row: PointsQuestion) -> QuestionCard:
    return QuestionCard(
        row.pk, row.public_id, row.member_id, row.txn_id, rules.line_handle(row.txn.key), row.words, row.state,
        row.get_state_display(), row.asked_at, row.answer, row.amount, row.answered_at,
    )  # fmt: skip


@dataclass(frozen=True)
class RuleText:
    """One version of a rule as people read it."""

    code: str
    version: int
    name: str
    summary: str
    since: datetime
    until: datetime | None
    pending_days: int
    active: bool
    groups: frozenset[str] = frozenset()
    """Groups that its sentence names."""


def rule_text(*, code: str, version: int) -> RuleText | None:
    """A version in words; None when there is none."""
    row = EarningRule.objects.filter(code=code, version=version).first()
    return text_of(row, dict(Tier.objects.values_list("code", "name")), programme_currency()) if row else None


def text_of(row: EarningRule, tiers: Mapping[str, str], programme: str) -> RuleText:
    words = rule_words.summary(row, currency=programme, tiers={code: _(name) for code, name in tiers.items()})
    return RuleText(
        row.code,
        row.version,
        _(row.name),
        words,
        row.published_at,
        row.replaced_at,
        row.pending_days,
        row.active,
        frozenset(row.audience_groups) | values_of(row.conditions, "member.groups"),
    )
