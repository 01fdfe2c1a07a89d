"""One line of a statement, explained: how its number came about, what else came of the same cause, what became of the points,
which rules paid nothing and why, and what the member asked about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from loyalty import rule_words, rules
from loyalty.models import EarningRule, Merit, PointsQuestion, RuleRefusal, Tier
from loyalty.queries.rates import programme_currency
from loyalty.queries.statement import StatementLine, lines_of
from loyalty.rules.conditions import values_of

MOST = 20


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
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn.id, wallet.member_id, txn.source_type, txn.source_id, txn.facts FROM loyalty_txn AS txn "
            "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id "
            "JOIN loyalty_wallet AS wallet ON wallet.id = entry.account "
            "WHERE txn.key = %(key)s AND (%(member)s::bigint IS NULL OR wallet.member_id = %(member)s) "
            "ORDER BY entry.id LIMIT 1",
            {"key": key, "member": member_id},
        )
        found = cursor.fetchone()
    if found is None:
        return None
    txn_id, owner, source_type, source_id, stored = found
    facts = stored if isinstance(stored, dict) else json.loads(stored)
    family, currencies, of_rule = _family(txn_id, owner, source_type, source_id, facts)
    fates, sources = _uses(txn_id)
    lines = {line.txn_id: line for line in lines_of(
        member_id=owner, txn_ids=[*family, *(id for id, *_rest in fates + sources)], at=at,
    )}  # fmt: skip
    if txn_id not in lines:
        return None
    versions = EarningRule.objects.in_bulk({rule for rule, _product in of_rule.values() if rule is not None})
    programme = programme_currency()
    parts = tuple(
        _part(lines[id], versions.get(of_rule[id][0] or 0), currencies[id], programme, of_rule[id][1], id == txn_id)
        for id in family
        if id in lines
    )
    return Why(
        line=lines[txn_id],
        currency=currencies.get(txn_id, "points"),
        member_id=owner,
        parts=parts,
        fates=tuple(Fate(lines[id], amount, back) for id, amount, back in fates if id in lines),
        sources=tuple(Fate(lines[id], amount, back) for id, amount, back in sources if id in lines),
        losers=tuple(_losers(owner, source_id if source_type == "merit" else None, facts, programme)),
        questions=tuple(questions_of(txn_id=txn_id, member_id=owner)),
    )


def _family(
    txn_id: int, member_id: int, source_type: str, source_id: int | None, facts: Mapping[str, Any]
) -> tuple[list[int], dict[int, str], dict[int, tuple[int | None, str]]]:
    """The postings of the same cause, oldest first, with their currency's code, their rule and what was bought."""
    cause = next(((name, facts[name]) for name in ("order", "post", "attendance") if name in facts), None)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT txn.id, currency.code, txn.rule_id, bought.product FROM loyalty_wallet AS wallet
            JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id
            JOIN loyalty_entry AS entry ON entry.account = wallet.id
            JOIN loyalty_txn AS txn ON txn.id = entry.txn_id
            LEFT JOIN loyalty_orderline AS bought ON txn.source_type = 'order_line' AND bought.id = txn.source_id
            WHERE wallet.member_id = %(member)s AND (txn.id = %(txn)s
               OR (%(cause)s::jsonb IS NOT NULL AND txn.facts @> %(cause)s::jsonb)
               OR (%(type)s = 'merit' AND txn.source_type = 'merit' AND txn.source_id = %(source)s))
            ORDER BY (txn.id = %(txn)s) DESC, txn.id DESC LIMIT %(most)s
            """,
            {
                "member": member_id, "txn": txn_id, "cause": json.dumps(dict([cause])) if cause else None,
                "type": source_type, "source": source_id, "most": MOST,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    codes = {id: code for id, code, _rule, _product in rows}
    of_rule = {id: (rule, product or "") for id, _code, rule, product in rows}
    return sorted(codes), codes, of_rule


def _uses(txn_id: int) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """(posting, amount, given back): who took of this posting's lots, and whose lots this posting took."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            (SELECT 'fate', used.txn_id, sum(used.amount), sum(used.returned) FROM loyalty_lot AS lot
             JOIN loyalty_lotuse AS used ON used.lot_id = lot.id
             WHERE lot.txn_id = %(txn)s AND used.txn_id <> %(txn)s GROUP BY 2 ORDER BY 2 LIMIT %(most)s)
            UNION ALL
            (SELECT 'source', lot.txn_id, sum(used.amount), sum(used.returned) FROM loyalty_lotuse AS used
             JOIN loyalty_lot AS lot ON lot.id = used.lot_id
             WHERE used.txn_id = %(txn)s AND lot.txn_id <> %(txn)s GROUP BY 2 ORDER BY 2 LIMIT %(most)s)
            """,
            {"txn": txn_id, "most": MOST},
        )
        rows = [(side, id, int(amount), int(back)) for side, id, amount, back in cursor.fetchall()]
    return (
        [(id, amount, back) for side, id, amount, back in rows if side == "fate"],
        [(id, amount, back) for side, id, amount, back in rows if side == "source"],
    )


def _part(
    line: StatementLine, rule: EarningRule | None, currency: str, programme: str, product: str, is_this: bool
) -> Part:
    return Part(
        line=line,
        currency=currency,
        rule_name=_("%(name)s, version %(version)s") % {"name": _(rule.name), "version": rule.version} if rule else "",
        rule_url=reverse("loyalty:rule", args=[rule.code, rule.version]) if rule else "",
        reckoned=tuple(_reckoned(line, rule, currency, programme)) if rule and line.amount > 0 else (),
        is_this=is_this,
        product=product,
    )


def _reckoned(line: StatementLine, rule: EarningRule, currency: str, programme: str) -> list[str]:
    """How the number came about, step by step."""
    inputs: Mapping[str, Any] = line.facts.get("inputs") or {}
    own = str(line.facts.get("currency", ""))
    found = []
    if "net" in inputs and rule.formula == EarningRule.Formula.PER_UNIT:
        worth = rule_words.one_value(inputs["net"], "money", own)
        found.append(_("The order's part that counts is worth %(worth)s.") % {"worth": worth})
    if "items" in inputs:
        found.append(_("Pieces that count: %(number)s.") % {"number": inputs["items"]})
    if "rate" in inputs:
        words = _("One %(own)s counted as %(rate)s %(programme)s, by the table of that day.")
        found.append(words % {"own": own, "rate": inputs["rate"], "programme": inputs.get("programme", programme)})
    return found + _adjusted(line, inputs, rule.trigger) if currency == "points" else found


def _adjusted(line: StatementLine, inputs: Mapping[str, Any], trigger: str) -> list[str]:
    """What multipliers, rounding and limits did to it."""
    found = []
    multiplied = inputs.get("multiplied", ())
    named = {code for code, _percent in multiplied if code != "tier"}
    rows = EarningRule.objects.filter(code__in=named, replaced_at__isnull=True).values_list("code", "name")
    names = dict(rows) if named else {}
    for code, percent in multiplied:
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
        why = rule_words.refusal(cap["code"], {}, trigger=trigger)
        found.append(words % {"granted": cap["granted"], "wanted": cap["wanted"], "why": why})
    return found


def _losers(member_id: int, merit_id: int | None, facts: Mapping[str, Any], programme: str) -> list[Loser]:
    """Rules that paid nothing for the same act, as they stand in the refusals of ninety days, else as the posting keeps them."""
    source = ("order", facts["order"]) if "order" in facts else None
    if merit_id is not None:
        source = Merit.objects.filter(id=merit_id).values_list("source_type", "source_id").first()
    if source is None:
        return []
    rows = list(
        RuleRefusal.objects.filter(member_id=member_id, source_type=source[0], source_id=source[1])
        .select_related("rule")
        .order_by("rule_id")[:MOST]
    )
    told = [(row.rule, row.code, row.detail) for row in rows]
    if not told and facts.get("lost"):
        pairs = {(one["rule"], one["version"]): one for one in facts["lost"]}
        known = EarningRule.objects.filter(code__in={code for code, _version in pairs})
        told = [
            (rule, pairs[rule.code, rule.version]["code"], pairs[rule.code, rule.version]["detail"])
            for rule in known
            if (rule.code, rule.version) in pairs
        ]
    if not told:
        return []
    tiers = dict(Tier.objects.values_list("code", "name"))
    others = {str(detail.get("by")) for _rule, _code, detail in told if detail.get("by")}
    names = dict(
        EarningRule.objects.filter(code__in=others, replaced_at__isnull=True).values_list("code", "name")
    ) if others else {}  # fmt: skip
    return [
        Loser(
            _(rule.name),
            reverse("loyalty:rule", args=[rule.code, rule.version]),
            rule_words.refusal(
                code, detail, trigger=rule.trigger, currency=programme or str(facts.get("currency", "")), tiers=tiers,
                names=names,
            ),
        )
        for rule, code, detail in told
    ]  # fmt: skip


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
