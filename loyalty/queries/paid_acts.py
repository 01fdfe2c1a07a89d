"""What acts were paid by, as their postings remember it: the one truth of every replay."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from loyalty import rules

UNLIMITED = 10**15


def payments(merit_ids: Sequence[int]) -> dict[int, dict[int, tuple[int, str]]]:
    """By merit and version that paid: the points its limits let through, and the multipliers that took part. One statement."""
    found: dict[int, dict[int, tuple[int, str]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT txn.source_id, txn.rule_id, "
            "coalesce(sum(entry.amount) FILTER (WHERE currency.code = 'points'), 0)::bigint, "
            "bool_or(txn.facts ? 'cap'), coalesce(min(txn.facts->'inputs'->>'multiplied'), '') "
            "FROM loyalty_txn AS txn JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0 "
            "JOIN loyalty_currency AS currency ON currency.id = entry.currency_id "
            "WHERE txn.source_type = 'merit' AND txn.source_id = ANY(%s) AND txn.kind = 'earn' "
            "AND txn.rule_id IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM loyalty_txn AS undo WHERE undo.reverses_id = txn.id) GROUP BY 1, 2",
            [list(merit_ids)],
        )
        for merit, rule, points, capped, multiplied in cursor.fetchall():
            found[merit][rule] = (points if capped else UNLIMITED, multiplied)
    return found


class Multipliers:
    """The multipliers of postings as they remember them, one object for each."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], rules.RuleVersion] = {}

    def of(self, known: Mapping[str, Any], multiplied: str) -> list[rules.RuleVersion]:
        """Those of one posting (`known`: the facts of its act), without their conditions: they held."""
        pairs = json.loads(multiplied) if multiplied else []
        if pairs and known.get("percent", 100) != 100:
            pairs = pairs[1:]  # the tier's own, which comes with the facts
        found = []
        for code, percent in pairs:
            key = (known["trigger"], code, percent)
            if key not in self._known:
                number = -1_000_000 - len(self._known)
                self._known[key] = rules.RuleVersion(
                    id=number, code=code, trigger=known["trigger"], formula="multiplier", percent=percent
                )
            found.append(self._known[key])
        return found
