"""The fields of payloads: how a number of the database becomes a public id, its schema and its example.

Ids are read by the name of their table, because an event may belong to a neighbour that this app must not import. What
has no public id gets one that is stable and silent about how many there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.utils.crypto import salted_hmac

MEMBER = "mem_"


@dataclass(frozen=True)
class Id:
    """A kind of thing: the prefix of its ids, and the table that holds them ("" when none does)."""

    prefix: str
    table: str = ""


IDS: dict[str, Id] = {
    "member": Id(MEMBER, "members.User"),
    "order": Id("ord_", "loyalty.Order"),
    "reward": Id("rew_", "loyalty.Reward"),
    "redemption": Id("red_", "loyalty.Redemption"),
    "adjustment": Id("adj_", "loyalty.Adjustment"),
    "transfer": Id("trf_", "loyalty.Transfer"),
    "coupon": Id("cpn_", "loyalty.Coupon"),
    "gift": Id("gft_", "loyalty.Gift"),
    "season": Id("sea_", "loyalty.Season"),
    "question": Id("pqu_", "loyalty.PointsQuestion"),
    "topic": Id("top_", "community.Topic"),
    "session": Id("ses_", "community.LiveSession"),
    "campaign": Id("cmp_", "campaigns.Campaign"),
    "case": Id("cas_", "care.Case"),
    "delivery": Id("dlv_", "messaging.Delivery"),
    "board": Id("brd_"),
    "post": Id("pst_"),
    "movement": Id("mov_"),
    "referral": Id("ref_"),
    "quest_run": Id("qrn_"),
}
PLAIN: dict[str, tuple[dict[str, Any], Any]] = {
    "code": ({"type": "string"}, "gold"),
    "integer": ({"type": "integer"}, 40),
    "boolean": ({"type": "boolean"}, True),
    "time": ({"type": "string", "format": "date-time"}, "2026-03-01T10:00:00Z"),
}


@dataclass(frozen=True)
class Field:
    """One field of `data`. `source` is the event's own name for it; `many`: a list; `empty`: it may be null."""

    name: str
    kind: str
    source: str
    many: bool = False
    empty: bool = False
    example: Any = None

    def schema(self) -> dict[str, Any]:
        one = {"type": "string", "pattern": f"^{IDS[self.kind].prefix}[0-9a-z]+$"} if self.kind in IDS else None
        shape = dict(one or PLAIN[self.kind][0])
        if self.many:
            return {"type": "array", "items": shape}
        return shape | {"type": [shape["type"], "null"]} if self.empty else shape

    def sample(self) -> Any:
        if self.example is not None:
            return self.example
        one = IDS[self.kind].prefix + "k3v9q2mx7d4t" if self.kind in IDS else PLAIN[self.kind][1]
        return [one] if self.many else one


def say(fields: tuple[Field, ...], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The fields' values in public words. One statement for each kind of id, however many there are."""
    wanted: dict[str, set[int]] = {}
    for field in fields:
        if field.kind in IDS:
            wanted.setdefault(field.kind, set()).update(_numbers(facts.get(field.source)))
    known = {kind: public_ids(kind, numbers) for kind, numbers in wanted.items()}
    return {field.name: _said(field, facts.get(field.source), known.get(field.kind, {})) for field in fields}


def public_ids(kind: str, numbers: set[int]) -> dict[int, str]:
    """Public ids by number; a row that is gone, or has no public id, gets a keyed hash, always the same one."""
    shape = IDS[kind]
    found: dict[int, str] = {}
    if shape.table and numbers:
        rows = apps.get_model(shape.table)._default_manager.filter(pk__in=numbers)
        found = dict(rows.values_list("pk", "public_id"))
    return {number: shape.prefix + (found.get(number) or _hashed(kind, number)) for number in numbers}


def _hashed(kind: str, number: int) -> str:
    return salted_hmac(f"integrations.{kind}", str(number), algorithm="sha256").hexdigest()[:20]


def _numbers(value: Any) -> list[int]:
    if value is None:
        return []
    return [int(one) for one in value] if isinstance(value, list | tuple) else [int(value)]


def _said(field: Field, value: Any, known: Mapping[int, str]) -> Any:
    if value is None:
        return [] if field.many else None
    if field.kind in IDS:
        return [known[int(one)] for one in value] if field.many else known[int(value)]
    if field.kind == "time":
        return moment(value)
    return value


def moment(value: str | datetime) -> str:
    """RFC 3339 in UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
