"""Stored orders and acts as the what-if reads them: first the order of time as numbers alone, then batch by batch with what the
ledger holds for each, so that memory does not grow with the years."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from community.rules import trust_of
from loyalty import rules
from loyalty.actions.earning.ruling import version_of
from loyalty.actions.orders.judging import EARNING, facts_of, granted_by
from loyalty.models import EarningRule, Merit, Order, OrderLine, Refund, RefundLine, RuleRefusal, Tier, TierMembership
from loyalty.queries.paid_acts import Multipliers, payments
from loyalty.rules.conditions import facts_used
from loyalty.rules.what_if import Deed
from members.queries import groups_of, member_cards

BATCH = 1_000
_PURE = ("conditions", "unreadable", "audience", "outdone", "nothing", "not_started", "ended", "no_lines")
"""Reasons that come out again whenever the same facts are judged; limits do not."""
_OF_ORDER = (
    "id", "member_id", "source", "state", "currency", "paid_at", "paid_with_points", "coupons_used", "context", "rules",
)  # fmt: skip
_OF_LINE = ("order_id", "id", "quantity", "net", "earns", "category", "sku")
"""What is read of an order and its lines. A period has a million of them: rows, because objects cost three times their reading."""
ABOUT_MEMBERS = {"member.groups", "member.trust", "member.age_days", "member.tier"}


@dataclass(frozen=True)
class Timeline:
    """What happened in a period, in order of time: positive numbers are orders, negative ones acts (their first merit).
    `unread`: acts whose facts were not kept."""

    ids: "array[int]"
    unread: int

    def batches(self, size: int = BATCH) -> Iterable[Sequence[int]]:
        for start in range(0, len(self.ids), size):
            yield self.ids[start : start + size]


def timeline(*, since: datetime, until: datetime) -> Timeline:
    """The numbers of everything that counts, some bytes each. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the role's limit is for pages
        cursor.execute(
            """
            SELECT number FROM (
                SELECT id AS number, paid_at AS at FROM loyalty_order
                WHERE paid_at >= %(since)s AND paid_at < %(until)s AND member_id IS NOT NULL AND NOT waits
                UNION ALL
                SELECT -min(id), min((facts->>'at')::timestamptz) FROM loyalty_merit
                WHERE facts <> '{}' AND greatest(changed_at, hidden_at) >= %(since)s
                  AND (facts->>'at')::timestamptz >= %(since)s AND (facts->>'at')::timestamptz < %(until)s
                GROUP BY source_type, source_id, member_id, facts->>'trigger'
            ) AS found ORDER BY at, number DESC
            """,
            {"since": since, "until": until},
        )
        ids = array("q")
        while rows := cursor.fetchmany(10_000):
            ids.extend(number for (number,) in rows)
        cursor.execute(
            "SELECT count(*) FROM loyalty_merit WHERE facts = '{}' AND standing AND changed_at >= %s AND changed_at < %s",
            [since, until],
        )
        return Timeline(ids, cursor.fetchone()[0])


class Reader:
    """Reads deeds by their numbers. `drafts` say what must be known of members beyond what was kept; what is only known of
    today is named in `assumed`."""

    def __init__(self, drafts: Collection[rules.RuleVersion] = ()) -> None:
        self.versions = {row.pk: version_of(row) for row in EarningRule.objects.all()}
        self.wanted = ABOUT_MEMBERS & set().union(*(facts_used(one.conditions) for one in drafts))
        self.wanted |= {"member.groups"} if any(one.groups for one in drafts) else set()
        self.wanted |= {"member.tier"} if any(one.tiers for one in drafts) else set()
        self.ranks = dict(Tier.objects.values_list("code", "rank")) if "member.tier" in self.wanted else {}
        self.assumed: set[str] = set()
        self._multipliers = Multipliers()

    @property
    def codes(self) -> dict[int, str]:
        """The code of every version that was ever published."""
        return {number: one.code for number, one in self.versions.items()}

    def read(self, numbers: Sequence[int]) -> list[Deed]:
        """The deeds in the order of their numbers; at most twelve statements, however many."""
        orders = self._orders([one for one in numbers if one > 0])
        acts = self._acts([-one for one in numbers if one < 0])
        found = [deed for one in numbers if (deed := (orders if one > 0 else acts).get(abs(one))) is not None]
        return self._with_members(found) if self.wanted else found

    def _orders(self, ids: list[int]) -> dict[int, Deed]:
        if not ids:
            return {}
        orders = Order.objects.filter(id__in=ids, member__isnull=False, paid_at__isnull=False)
        lines = OrderLine.objects.filter(order_id__in=ids).order_by("order_id", "position", "id")
        in_order, back = _by_order(lines.values_list(*_OF_LINE, named=True)), _refunds(ids)
        held = _held(
            "SELECT line.order_id, txn.rule_id, entry.currency_id, -sum(entry.amount) FROM loyalty_orderline AS line "
            "JOIN loyalty_txn AS txn ON txn.source_type = 'order_line' AND txn.source_id = line.id "
            "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id "
            "AND entry.account = loyalty_account('issued', entry.currency_id) "
            "WHERE line.order_id = ANY(%s) AND txn.rule_id IS NOT NULL GROUP BY 1, 2, 3",
            ids,
        )
        return {
            row.id: self._order(row, in_order.get(row.id, ()), back.get(row.id, ()), held.get(row.id, {}))
            for row in orders.values_list(*_OF_ORDER, named=True)
        }

    def _order(
        self,
        row: Any,
        lines: Sequence[Any],
        refunds: Sequence[rules.RefundFacts],
        held: Mapping[tuple[int, str], int],
    ) -> Deed:
        moment = row.paid_at
        facts = bought = facts_of(row, lines, (), moment)
        if refunds:
            facts = facts_of(row, lines, refunds, moment)
        versions = [self.versions[one].fixed() for one in row.rules if one in self.versions]
        return Deed(
            member_id=row.member_id,
            kind="order",
            facts=facts,
            bought=bought if refunds else None,
            void=row.state not in EARNING,
            paid=tuple(versions),
            granted=granted_by(row),
            held=held,
        )

    def _acts(self, ids: list[int]) -> dict[int, Deed]:
        if not ids:
            return {}
        firsts = {row.pk: row for row in Merit.objects.filter(id__in=ids)}
        rows = Merit.objects.filter(
            source_type__in={one.source_type for one in firsts.values()},
            source_id__in={one.source_id for one in firsts.values()},
            member_id__in={one.member_id for one in firsts.values()},
        ).exclude(facts={})
        groups: dict[tuple[Any, ...], list[Merit]] = defaultdict(list)
        for row in rows.order_by("id"):
            groups[_act_key(row)].append(row)
        every = [one.pk for group in groups.values() for one in group]
        paid, held = payments(every), _held(
            "SELECT txn.source_id, txn.rule_id, entry.currency_id, -sum(entry.amount) FROM loyalty_txn AS txn "
            "JOIN loyalty_entry AS entry ON entry.txn_id = txn.id "
            "AND entry.account = loyalty_account('issued', entry.currency_id) "
            "WHERE txn.source_type = 'merit' AND txn.source_id = ANY(%s) AND txn.rule_id IS NOT NULL GROUP BY 1, 2, 3",
            every,
        )  # fmt: skip
        refused = _refused(firsts.values())
        return {
            number: self._act(first, groups[_act_key(first)], paid, held, refused)
            for number, first in firsts.items()
            if _act_key(first) in groups
        }

    def _act(
        self,
        first: Merit,
        merits: Sequence[Merit],
        paid: Mapping[int, Mapping[int, tuple[int, str]]],
        held: Mapping[int, Mapping[tuple[int, str], int]],
        refused: Mapping[tuple[str, int, int, str], set[int]],
    ) -> Deed:
        known: dict[str, Any] = first.facts
        mine = {rule: found for one in merits for rule, found in paid.get(one.pk, {}).items() if rule in self.versions}
        versions = {rule: self.versions[rule] for rule in mine}
        codes = {one.code for one in versions.values()}
        place = (first.source_type, first.source_id, first.member_id, known["at"])
        for rule in refused.get(place, ()):
            one = self.versions.get(rule)
            if one and one.code not in codes and one.trigger == known["trigger"] and one.formula != "multiplier":
                versions[rule] = one
        for _points, multiplied in mine.values():
            for one in self._multipliers.of(known, multiplied):
                versions[one.id] = one
        return Deed(
            member_id=first.member_id,
            kind="act",
            facts=rules.Facts(
                trigger=known["trigger"], at=datetime.fromisoformat(known["at"]), values=known["values"],
                percent=known.get("percent", 100), tier_ranks=known.get("ranks", {}),
            ),
            void=not any(one.standing and not one.hidden for one in merits),
            counterpart_id=first.giver_id,
            paid=tuple(versions.values()),
            granted={rule: points for rule, (points, _multiplied) in mine.items()},
            held=_merged([held.get(one.pk, {}) for one in merits]),
        )  # fmt: skip

    def _with_members(self, deeds: list[Deed]) -> list[Deed]:
        """What drafts ask about members and nobody asked then: tier and age as they were; groups and trust as they are today."""
        missing = {deed.member_id for deed in deeds if self.wanted - deed.facts.values.keys()}
        if not missing and not self.ranks:
            return deeds
        today = groups_of(member_ids=missing) if {"member.groups", "member.trust"} & self.wanted else {}
        cards = member_cards(member_ids=missing) if "member.age_days" in self.wanted else {}
        times = _tier_times(missing) if "member.tier" in self.wanted else {}
        lowest = min(self.ranks, key=lambda code: self.ranks[code]) if self.ranks else ""

        def widened(facts: rules.Facts, member: int) -> rules.Facts:
            more: dict[str, Any] = {}
            for name in self.wanted - facts.values.keys():
                if name == "member.tier" and lowest:
                    was = [
                        code
                        for code, start, end in times.get(member, ())
                        if start <= facts.at and not (end and end <= facts.at)
                    ]
                    more[name] = was[0] if was else lowest
                elif name == "member.age_days" and member in cards:
                    more[name] = max(0, (facts.at - cards[member].joined_at).days)
                elif name in ("member.groups", "member.trust"):
                    mine = today.get(member, set())
                    more[name] = sorted(mine) if name == "member.groups" else trust_of(mine)
                    self.assumed.add("groups_today")
            ranks = facts.tier_ranks or self.ranks
            return replace(facts, values={**facts.values, **more}, tier_ranks=ranks)

        return [
            replace(
                deed, facts=widened(deed.facts, deed.member_id),
                bought=widened(deed.bought, deed.member_id) if deed.bought else None,
            )
            for deed in deeds
        ]  # fmt: skip


def _act_key(row: Merit) -> tuple[Any, ...]:
    return row.source_type, row.source_id, row.member_id, row.facts.get("trigger")


def _held(sql: str, ids: list[int]) -> dict[int, dict[tuple[int, str], int]]:
    found: dict[int, dict[tuple[int, str], int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, code FROM loyalty_currency")
        codes = dict(cursor.fetchall())
        cursor.execute(sql, [ids])
        for source, rule, currency, amount in cursor.fetchall():
            if amount:
                found[source][rule, codes[currency]] = int(amount)
    return found


def _by_order(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


def _refunds(ids: list[int]) -> dict[int, list[rules.RefundFacts]]:
    """What was given back of each order, in the order of its days. Two statements."""
    back = Refund.objects.filter(order_id__in=ids).order_by("occurred_at", "external_id", "id")
    refunds = list(back.values_list("id", "order_id", "amount"))
    parts: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    of_lines = RefundLine.objects.filter(refund_id__in=[number for number, _order, _amount in refunds]).order_by("id")
    for refund, *part in of_lines.values_list("refund_id", "line_id", "quantity", "amount") if refunds else ():
        parts[refund].append((part[0], part[1], part[2]))
    found: dict[int, list[rules.RefundFacts]] = defaultdict(list)
    for number, order, amount in refunds:
        found[order].append(rules.RefundFacts(amount, tuple(parts.get(number, ()))))
    return found


def _merged(parts: Iterable[Mapping[tuple[int, str], int]]) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = defaultdict(int)
    for part in parts:
        for key, amount in part.items():
            found[key] += amount
    return dict(found)


def _refused(firsts: Iterable[Merit]) -> dict[tuple[str, int, int, str], set[int]]:
    """Rules that lost when the act was judged: they may win beside a draft. Kept ninety days."""
    firsts = list(firsts)
    rows = RuleRefusal.objects.filter(
        code__in=_PURE,
        source_type__in={one.source_type for one in firsts},
        source_id__in={one.source_id for one in firsts},
        member_id__in={one.member_id for one in firsts},
    )
    found: dict[tuple[str, int, int, str], set[int]] = defaultdict(set)
    for kind, number, member, at, rule in rows.values_list("source_type", "source_id", "member_id", "at", "rule_id"):
        found[kind, number, member, at.isoformat()].add(rule)
    return found


def _tier_times(member_ids: Collection[int]) -> dict[int, list[tuple[str, datetime, datetime | None]]]:
    found: dict[int, list[tuple[str, datetime, datetime | None]]] = defaultdict(list)
    rows = TierMembership.objects.filter(member_id__in=member_ids).order_by("-since")
    for member, code, since, until in rows.values_list("member_id", "tier__code", "since", "until"):
        found[member].append((code, since, until))
    return found
