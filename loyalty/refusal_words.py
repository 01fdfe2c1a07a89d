"""Why a rule paid nothing, in plain words, in the active language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from loyalty.rule_words import comparison, join, kept_conditions, moment, one_value
from loyalty.rules.triggers import fact_of

_PLAIN_REFUSALS = {
    "audience": lambda: _("it is for others"),
    "no_lines": lambda: _("nothing it pays for was in the order"),
    "unreadable": lambda: _("its conditions cannot be read; the team has to write them again"),
    "nothing": lambda: _("it comes to less than one point"),
    "daily_cap": lambda: _("it had paid you as often as it pays in a day"),
    "week_cap": lambda: _("it had paid you as often as it pays in a week"),
    "month_cap": lambda: _("it had paid you as often as it pays in a month"),
    "lifetime_cap": lambda: _("it had paid you as often as it ever does"),
    "rolling_cap": lambda: _("it had paid you as often as it does in that many days"),
    "giver_cap": lambda: _("it had paid you enough because of the same person that day"),
    "points_cap": lambda: _("you had reached its points of the day"),
    "points_week": lambda: _("you had reached its points of the week"),
    "points_month": lambda: _("you had reached its points of the month"),
    "points_lifetime": lambda: _("you had reached all the points it gives"),
    "cooldown": lambda: _("it had paid you too short a time before"),
    "budget": lambda: _("its points for everybody were given away"),
}


def refusal(
    code: str,
    detail: Mapping[str, Any],
    *,
    trigger: str,
    currency: str = "",
    tiers: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> str:
    """Why a rule paid nothing, to put after its name: "it starts on Saturday". `asked`: all conditions of the rule."""
    if code == "not_started":
        return _("it starts on %(moment)s") % {"moment": moment(detail["starts"])}
    if code == "ended":
        return _("it ended on %(moment)s") % {"moment": moment(detail["ended"])}
    if code == "outdone":
        other = (names or {}).get(detail.get("by", ""), detail.get("by", ""))
        return _("“%(rule)s” paid more, and only the best pays") % {"rule": _(other)}
    if code == "audience" and detail.get("tiers"):
        wanted = join([_((tiers or {}).get(one, one)) for one in detail["tiers"]], _("or"))
        return _("it is for %(tiers)s") % {"tiers": wanted}
    if code == "conditions":
        return _failed(detail.get("failed", ())[:3], asked or {}, trigger, currency, tiers)
    known = _PLAIN_REFUSALS.get(code)
    return known() if known else code


def _failed(
    leaves: Sequence[Mapping[str, Any]],
    asked: Mapping[str, Any],
    trigger: str,
    currency: str,
    tiers: Mapping[str, str] | None,
) -> str:
    """What it pays for, and how it was instead. Of conditions that all have to hold, those that did not are enough."""
    if not leaves:
        return _("its conditions were not met")
    if all("fact" in one for one in asked.get("all", [asked or {"fact": ""}])):
        wanted = [comparison(leaf, trigger=trigger, currency=currency, tiers=tiers) for leaf in leaves]
        told = [
            _("%(wanted)s (%(was)s)") % {"wanted": one, "was": _was(leaf, trigger, currency, tiers, alone=True)}
            for one, leaf in zip(wanted, leaves, strict=True)
        ]
        return _("it pays if %(conditions)s") % {"conditions": join(told, pgettext("between conditions", "and"))}
    return _("it pays if %(conditions)s; here %(was)s") % {
        "conditions": kept_conditions(asked, trigger=trigger, currency=currency, tiers=tiers),
        "was": join([_was(leaf, trigger, currency, tiers) for leaf in leaves], pgettext("between conditions", "and")),
    }


def _was(
    leaf: Mapping[str, Any], trigger: str, currency: str, tiers: Mapping[str, str] | None, *, alone: bool = False
) -> str:
    """How it was: after its comparison (`alone`) "here it was 42.00 EUR", else "the order's worth was 42.00 EUR"."""
    fact = fact_of(trigger, leaf["fact"])
    was = leaf.get("was")
    value = one_value(was, fact.kind if fact else "any", currency, tiers)
    if alone and leaf["is"] in ("is_true", "is_false") and was is not None:
        return _("here it was not so")
    if alone:
        return (
            _("that is not known here") if was is None
            else _("here there were none") if was == []
            else _("here it was %(was)s") % {"was": value}
        )  # fmt: skip
    if fact and fact.holds and isinstance(was, bool):
        return _(fact.holds) if was else _(fact.fails)
    words = {"fact": _(fact.words) if fact else leaf["fact"], "was": value}
    return (
        _("%(fact)s: not known") % words if was is None
        else _("%(fact)s: none") % words if was == []
        else _("%(fact)s was %(was)s") % words
    )  # fmt: skip
