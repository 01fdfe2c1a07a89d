"""What can be paid for, and what is known about it: one table that the engine, the editor, the door for machines and the what-if
replay share. Words are English sources of the catalogues; pages translate them."""

from collections.abc import Mapping
from dataclasses import dataclass


def gettext_noop(text: str) -> str:
    """Marks a word for the catalogues; this module knows no Django."""
    return text


@dataclass(frozen=True)
class Fact:
    """One thing that is known. Kinds: number, money (minor units of the programme's currency), text, texts (a set), flag, weekday
    (1 Monday … 7 Sunday), time (minutes since midnight), date (text, YYYY-MM-DD), tier (a code; compared by rank). A flag says
    itself in whole sentences: `holds` when it is so, `fails` when it is not."""

    name: str
    kind: str
    words: str
    holds: str = ""
    fails: str = ""


@dataclass(frozen=True)
class Trigger:
    """Something that happens. `lines`: it has lines with categories and articles. `lasting`: it can be taken back later.
    `open`: callers bring facts of their own, named `event.…`."""

    code: str
    words: str
    facts: tuple[Fact, ...] = ()
    lines: bool = False
    open: bool = False


COMMON = (
    Fact("member.tier", "tier", gettext_noop("the member's tier")),
    Fact("member.groups", "texts", gettext_noop("the member's groups")),
    Fact("member.age_days", "number", gettext_noop("days since the member joined")),
    Fact("member.trust", "number", gettext_noop("the member's level of trust")),
    Fact("act.weekday", "weekday", gettext_noop("the day of the week")),
    Fact("act.time", "time", gettext_noop("the time of day")),
    Fact("act.date", "date", gettext_noop("the day")),
)
"""Known of every act; days and hours are the programme's."""

TRIGGERS: Mapping[str, Trigger] = {
    one.code: one
    for one in (
        Trigger(
            "order.paid",
            gettext_noop("A paid order"),
            (
                Fact("order.net", "money", gettext_noop("what the order is worth")),
                Fact("order.items", "number", gettext_noop("pieces in the order")),
                Fact("order.categories", "texts", gettext_noop("categories in the order")),
                Fact("order.skus", "texts", gettext_noop("article numbers in the order")),
                Fact("order.coupons", "number", gettext_noop("coupons of ours used")),
                Fact(
                    "order.first",
                    "flag",
                    gettext_noop("the member's first paid order"),
                    gettext_noop("it is the member's first paid order"),
                    gettext_noop("it is not the member's first paid order"),
                ),
                Fact("order.currency", "text", gettext_noop("the order's currency")),
                Fact("order.source", "text", gettext_noop("the shop")),
            ),
            lines=True,
        ),
        Trigger("answer.accepted", gettext_noop("Your answer is accepted")),
        Trigger("reaction.added", gettext_noop("Somebody likes your post")),
        Trigger("session.attended", gettext_noop("You were at a live session")),
        Trigger(
            "review.published",
            gettext_noop("Your review is published"),
            (
                Fact("review.product", "text", gettext_noop("the product reviewed")),
                Fact(
                    "review.bought",
                    "flag",
                    gettext_noop("they bought what they review"),
                    gettext_noop("the member bought what the review is about"),
                    gettext_noop("the member did not buy what the review is about"),
                ),
                Fact("review.pictures", "number", gettext_noop("pictures in the review")),
            ),
        ),
        Trigger(
            "member.birthday",
            gettext_noop("The member's birthday"),
            (Fact("member.years", "number", gettext_noop("years as a member")),),
        ),
        Trigger(
            "custom",
            gettext_noop("Something your own systems tell us"),
            (Fact("event.name", "text", gettext_noop("the event's name")),),
            open=True,
        ),
    )
}


def fact_of(trigger: str, name: str) -> Fact | None:
    """What is known under this name when this happens. Facts of a caller's own have the kind `any`."""
    known = TRIGGERS.get(trigger)
    if known is None:
        return None
    for fact in (*known.facts, *COMMON):
        if fact.name == name:
            return fact
    if known.open and name.startswith("event.") and name.removeprefix("event.").replace("_", "").isalnum():
        return Fact(name, "any", name.removeprefix("event."))
    return None


def check_facts(trigger: str, facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """What is wrong with facts that somebody brings for an act: (name, code) with unknown_fact or wrong_type."""
    found = []
    for name, value in facts.items():
        fact = fact_of(trigger, name)
        if fact is None:
            found.append((name, "unknown_fact"))
        elif not _fits(fact.kind, value):
            found.append((name, "wrong_type"))
    return found


def _fits(kind: str, value: object) -> bool:
    if kind in ("number", "money", "weekday", "time"):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 10**15
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "texts":
        return isinstance(value, list | tuple) and all(_fits("text", one) for one in value)
    if kind == "any":
        return isinstance(value, bool) or _fits("number", value) or _fits("text", value)
    return isinstance(value, str) and len(value) <= 200 and "\x00" not in value
