"""What endpoints may be told: one table from the outbox's events to public ones, with schema and example (integrations.md, 5).

A change that would break a consumer is a new name, never another meaning of an old one; a new field is a new `version`.
Events are known here by their names alone: campaigns is a neighbour.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps

from integrations.webhooks.fields import Field, moment, say
from outbox.events import registered

STAFF = frozenset({"recall", "stage", "segment", "journey", "campaign", "case", "survey"})
"""Beginnings of names that tell how people stand with the business, or what is planned with them. An inviter must never
learn who lapsed, so endpoints need the scope `staff` for them."""

Facts = Mapping[str, Any]


def _always(facts: Facts) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """One public event. `source` is the outbox's name; of several entries of one source the first whose `when` holds is told."""

    type: str
    source: str
    words: str
    fields: tuple[Field, ...]
    when: Callable[[Facts], bool] = _always
    version: int = 1

    @property
    def staff(self) -> bool:
        return self.type.partition(".")[0] in STAFF

    @property
    def person(self) -> str:
        """The event's field with the member whom the scope `personal` describes, "" when there is none."""
        return next((field.source for field in self.fields if field.kind == "member" and not field.many), "")

    def data(self, facts: Facts) -> dict[str, Any]:
        """`data` of the payload, without the person and the time."""
        return say(self.fields, facts)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the whole body."""
        data = {field.name: field.schema() for field in self.fields}
        data["occurred_at"] = {"type": "string", "format": "date-time"}
        shown: dict[str, Any] = dict(data)
        if self.person:
            shown["person"] = PERSON
        return {
            "type": "object",
            "description": self.words,
            "required": ["type", "version", "timestamp", "data"],
            "properties": {
                "type": {"const": self.type},
                "version": {"const": self.version},
                "timestamp": {"type": "string", "format": "date-time"},
                "data": {"type": "object", "required": sorted(data), "properties": shown},
            },
            "examples": [self.example()],
        }

    def example(self) -> dict[str, Any]:
        at = "2026-03-01T10:00:00Z"
        data = {field.name: field.sample() for field in self.fields} | {"occurred_at": at}
        return {"type": self.type, "version": self.version, "timestamp": at, "data": data}


PERSON: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "Only for endpoints with the scope `personal`; null when the member is gone.",
    "properties": {
        "username": {"type": "string"},
        "name": {"type": "string"},
        "email": {"type": ["string", "null"], "description": "The confirmed address."},
    },
}


def _m(name: str = "member", source: str = "member_id", **more: Any) -> Field:
    return Field(name, "member", source, **more)


def _f(kind: str, name: str = "", source: str = "", **more: Any) -> Field:
    return Field(name or kind, kind, source or f"{name or kind}_id", **more)


def _v(kind: str, name: str, source: str = "", **more: Any) -> Field:
    return Field(name, kind, source or name, **more)


def _state(*states: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.get("state") in states


def _rose(facts: Facts) -> bool:
    """Whether the new tier stands above the old one; one that nobody knows any more stands below all."""
    ranks = dict(apps.get_model("loyalty.Tier")._default_manager.values_list("code", "rank"))
    return bool(ranks.get(facts["to_code"], -1) > ranks.get(facts["from_code"], -1))


_ORDER = (
    _f("order"), _m(), _v("code", "state", example="paid"), _v("time", "placed_at"), _v("integer", "net", example=4200),
    _v("code", "currency", example="EUR"), _v("boolean", "first_paid"),
)  # fmt: skip
_TIER = (_m(), _v("code", "from", "from_code", example="silver"), _v("code", "to", "to_code"))
_CLAIM = (_f("redemption"), _m(), _f("reward"))
_ANSWER = (_f("topic"), _f("post"), _m("author", "author_id"), _m("by", "by_id"), _v("boolean", "self_answer"))
_POST = (_f("post"), _f("topic"), _m("author", "author_id"))
_FRIENDS = (_f("referral"), _m("inviter", "inviter_id"), _m("friend", "friend_id"))

TABLE: tuple[Entry, ...] = (
    Entry("member.created", "member.created", "Somebody joined.", (_m(),)),
    Entry("member.imported", "member.imported", "Accounts exist for customers whom a shop or an older forum named; nobody has "
          "claimed them yet. At most 500 at once.", (_m("members", "member_ids", many=True),)),
    Entry("member.updated", "member.updated", "A member changed what others see of them.", (_m(),)),
    Entry("member.erased", "member.erased", "A member is gone and wants to be forgotten: forget them too.", (_m(),)),
    Entry("consent.changed", "consent.changed", "A member said yes to a kind of message, or took it back.",
          (_m(), _v("code", "channel", example="email"), _v("code", "purpose", example="marketing"), _v("boolean", "granted"))),
    Entry("topic.started", "topic.started", "Somebody started a topic.", (_f("topic"), _f("board"), _m("author", "author_id"))),
    Entry("post.published", "post.published", "A post became visible. The first one of a topic has number 1.",
          (*_POST, _f("board"), _v("integer", "number", example=1))),
    Entry("post.removed", "post.removed", "A post is no longer shown; it may come back.", _POST),
    Entry("answer.accepted", "answer.accepted", "A post is the answer to its topic.", _ANSWER),
    Entry("answer.unaccepted", "answer.unaccepted", "A post is not the answer any more.", _ANSWER),
    Entry("session.attended", "session.attended", "A member was at a live session for a good part of it.",
          (_m(), _f("session"), _v("integer", "seconds", example=2400))),
    Entry("trust.changed", "trust.changed", "A member's level of trust in the forum is another.",
          (_m(), _v("integer", "before", example=1), _v("integer", "after", example=2))),
    Entry("order.refunded", "order.recorded", "Something of an order, or all of it, was given back. `net` is what remains.",
          _ORDER, _state("refunded", "partly_refunded")),
    Entry("order.cancelled", "order.recorded", "An order was cancelled.", _ORDER, _state("cancelled")),
    Entry("order.recorded", "order.recorded", "An order is new or has changed. `net` is in minor units, after refunds.", _ORDER),
    Entry("points.posted", "points.posted", "An account of a member moved by `amount`, which may be negative; `currency` is "
          "`points` or `credit`.", (_m(), _f("movement", source="txn_id"), _v("code", "currency", example="points"),
                                    _v("integer", "amount"))),
    Entry("points.questioned", "points.questioned", "A member says that a line of their statement is wrong.",
          (_f("question"), _m(), _f("movement", source="txn_id"))),
    Entry("tier.upgraded", "tier.changed", "A member rose to a tier.", _TIER, _rose),
    Entry("tier.downgraded", "tier.changed", "A member fell to a tier, or has none any more (`to` is empty).", _TIER),
    Entry("reward.claimed", "reward.claimed", "A member claimed a reward.", _CLAIM),
    Entry("reward.fulfilled", "reward.fulfilled", "A claimed reward was handed over.", _CLAIM),
    Entry("reward.cancelled", "reward.cancelled", "A claim was undone; points and stock went back.", _CLAIM),
    Entry("coupon.issued", "coupon.issued", "A member holds a new coupon. Its code is not told.", (_f("coupon"), _m())),
    Entry("coupon.redeemed", "coupon.redeemed", "An order used a coupon.", (_f("coupon"), _m(empty=True), _f("order"))),
    Entry("quest.completed", "quest.completed", "A member did all steps of a quest.",
          (_f("quest_run", "run"), _m(), _v("code", "quest", "quest_code", example="newcomer"))),
    Entry("level.reached", "level.reached", "A member reached a level.", (_m(), _v("integer", "level", example=10))),
    Entry("gift.granted", "gift.granted", "A gift waits for a member.", (_f("gift"), _m())),
    Entry("gift.claimed", "gift.claimed", "A member took a gift.", (_f("gift"), _m())),
    Entry("season.closed", "season.closed", "A season's table is final.", (_f("season"),)),
    Entry("referral.created", "referral.created", "A newcomer joined through a member's invitation.", _FRIENDS),
    Entry("referral.qualified", "referral.qualified", "The friend's first order was paid; the waiting time begins.",
          (*_FRIENDS, _f("order"))),
    Entry("referral.rewarded", "referral.rewarded", "Both were rewarded.", _FRIENDS),
    Entry("referral.voided", "referral.voided", "An invitation will not be rewarded.",
          (*_FRIENDS, _v("code", "reason", example="same_household"))),
    Entry("stage.changed", "stage.changed", "A member's relationship is in another stage; `stream` is C (buying), S (talking) or "
          "member.", (_m(), _v("code", "stream", example="C"), _v("code", "from", "from_stage", example="active"),
                      _v("code", "to", "to_stage", example="cooling"), _v("code", "reason", example="silence"))),
    Entry("campaign.started", "campaign.started", "A campaign's audience was drawn; some of it is held out for the comparison.",
          (_f("campaign"), _v("integer", "eligible", example=1200), _v("integer", "held_out", example=120))),
    Entry("campaign.finished", "campaign.finished", "Nothing of a campaign waits any more.",
          (_f("campaign"), _v("boolean", "stopped", example=False))),
    Entry("case.opened", "case.opened", "A member told us that something is wrong.", (_f("case"), _m())),
    Entry("case.resolved", "case.resolved", "A case was closed.", (_f("case"), _m(), _v("boolean", "by_member"))),
    Entry("delivery.sent", "delivery.sent", "A mail server took responsibility for a message.",
          (_f("delivery"), _m(), _v("code", "purpose", example="marketing"))),
    Entry("delivery.unsubscribed", "delivery.unsubscribed", "A member used the way out that a message carries.",
          (_f("delivery", empty=True), _m(), _v("code", "purpose", example="marketing"))),
)  # fmt: skip


@cache
def entries() -> dict[str, Entry]:
    """Public events by name: those that this version of the site really publishes."""
    return {entry.type: entry for entry in TABLE if entry.source in registered()}


@cache
def by_source() -> dict[str, tuple[Entry, ...]]:
    """The same by the outbox's name, in the order of the table."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in entries().values():
        found[entry.source] = (*found.get(entry.source, ()), entry)
    return found


def entry_for(source: str, facts: Facts) -> Entry | None:
    """The public event that this fact is, or None."""
    return next((entry for entry in by_source().get(source, ()) if entry.when(facts)), None)


def sources_of(types: "set[str]") -> set[str]:
    """The outbox's names behind public ones."""
    return {entries()[type].source for type in types if type in entries()}


def openapi() -> dict[str, Any]:
    """The `webhooks` block of the OpenAPI description."""
    return {
        entry.type: {
            "post": {
                "operationId": "webhook_" + entry.type.replace(".", "_"),
                "summary": entry.words,
                "description": entry.words
                + (" Only for endpoints with the scope `staff`." if entry.staff else "")
                + " Signed by Standard Webhooks 1.0.0; answer 2xx within 15 seconds.",
                "tags": ["webhooks"],
                "requestBody": {"required": True, "content": {"application/json": {"schema": entry.schema()}}},
                "responses": {
                    "2XX": {"description": "Taken. Do the work afterwards; the same `webhook-id` may come again."}
                },
            }
        }
        for entry in entries().values()
    }


def body(type: str, version: int, occurred_at: datetime, data: Mapping[str, Any]) -> str:
    """The text that is sent and signed; made once for a delivery."""
    said = {
        "type": type,
        "version": version,
        "timestamp": moment(occurred_at),
        "data": {**data, "occurred_at": moment(occurred_at)},
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
