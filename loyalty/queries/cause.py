"""A posting, the others of its cause, and where its points went to and came from: one statement."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

MOST = 20
"""So many of each are told."""


@dataclass(frozen=True)
class Relative:
    """A posting of the same cause: its currency's code, the rule that paid it, what was bought."""

    txn_id: int
    currency: str
    rule_id: int | None
    product: str


@dataclass(frozen=True)
class Use:
    """A posting that took points of this one, or whose points this one took; and how many of them came back."""

    txn_id: int
    amount: int
    given_back: int


@dataclass
class Cause:
    """Around one posting. `family` has the posting itself too, oldest first. `source`: the act that was judged, as refusals
    name it ("order", 12); `programme`: the programme's currency, empty while nobody chose one."""

    txn_id: int
    member_id: int
    facts: Mapping[str, Any]
    source: tuple[str, int] | None
    programme: str
    family: list[Relative] = field(default_factory=list)
    fates: list[Use] = field(default_factory=list)
    sources: list[Use] = field(default_factory=list)


_AROUND = """
WITH this AS (
    SELECT txn.id, wallet.member_id, txn.source_type, txn.source_id, txn.facts,
           CASE WHEN txn.source_type = 'order_line' THEN 'order' ELSE merit.source_type END AS act_type,
           CASE WHEN txn.source_type = 'order_line' THEN (txn.facts->>'order')::bigint ELSE merit.source_id END AS act_id
    FROM loyalty_txn AS txn
    JOIN loyalty_entry AS entry ON entry.txn_id = txn.id
    JOIN loyalty_wallet AS wallet ON wallet.id = entry.account
    LEFT JOIN loyalty_merit AS merit ON txn.source_type = 'merit' AND merit.id = txn.source_id
    WHERE txn.key = %(key)s AND (%(member)s::bigint IS NULL OR wallet.member_id = %(member)s)
    ORDER BY entry.id LIMIT 1
), relative AS (
    SELECT this.id FROM this
    UNION
    SELECT txn.id FROM this JOIN loyalty_orderline AS line ON this.act_type = 'order' AND line.order_id = this.act_id
    JOIN loyalty_txn AS txn ON txn.source_type = 'order_line' AND txn.source_id = line.id
    UNION
    SELECT txn.id FROM this
    JOIN loyalty_merit AS merit ON (merit.source_type, merit.source_id) = (this.act_type, this.act_id)
        AND merit.member_id = this.member_id
    JOIN loyalty_txn AS txn ON txn.source_type = 'merit' AND txn.source_id = merit.id
), family AS (
    SELECT txn.id, currency.code, txn.rule_id, bought.product
    FROM this CROSS JOIN relative JOIN loyalty_txn AS txn ON txn.id = relative.id
    JOIN loyalty_entry AS entry ON entry.txn_id = txn.id
    JOIN loyalty_wallet AS wallet ON wallet.id = entry.account AND wallet.member_id = this.member_id
    JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id
    LEFT JOIN loyalty_orderline AS bought ON txn.source_type = 'order_line' AND bought.id = txn.source_id
    ORDER BY txn.id = this.id DESC, txn.id DESC LIMIT %(most)s
), fate AS (
    SELECT used.txn_id AS id, sum(used.amount)::bigint AS amount, sum(used.returned)::bigint AS back
    FROM this JOIN loyalty_lot AS lot ON lot.txn_id = this.id
    JOIN loyalty_lotuse AS used ON used.lot_id = lot.id AND used.txn_id <> this.id
    GROUP BY 1 ORDER BY 1 LIMIT %(most)s
), source AS (
    SELECT lot.txn_id AS id, sum(used.amount)::bigint AS amount, sum(used.returned)::bigint AS back
    FROM this JOIN loyalty_lotuse AS used ON used.txn_id = this.id
    JOIN loyalty_lot AS lot ON lot.id = used.lot_id AND lot.txn_id <> this.id
    GROUP BY 1 ORDER BY 1 LIMIT %(most)s
)
SELECT 'this', this.id, this.member_id, this.facts, this.act_type, this.act_id,
       coalesce((SELECT code FROM loyalty_programmecurrency ORDER BY id LIMIT 1), '') FROM this
UNION ALL SELECT 'family', id, rule_id, NULL, code, NULL, coalesce(product, '') FROM family
UNION ALL SELECT 'fate', id, amount, NULL, NULL, back, NULL FROM fate
UNION ALL SELECT 'source', id, amount, NULL, NULL, back, NULL FROM source
"""


def cause_of(*, key: uuid.UUID, member_id: int | None) -> Cause | None:
    """What stands around the posting of this key on the member's account (with None: whoever's); None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"key": key, "member": member_id, "most": MOST})
        rows = cursor.fetchall()
    found: Cause | None = None
    for side, txn_id, number, facts, word, other, text in rows:
        if side == "this":
            source = (word, other) if word and other is not None else None
            found = Cause(txn_id, number, facts if isinstance(facts, dict) else json.loads(facts), source, text)
        elif found and side == "family":
            found.family.append(Relative(txn_id, word, number, text))
        elif found:
            (found.fates if side == "fate" else found.sources).append(Use(txn_id, number, other))
    if found:
        for each in (found.family, found.fates, found.sources):
            each.sort(key=lambda one: one.txn_id)
    return found
