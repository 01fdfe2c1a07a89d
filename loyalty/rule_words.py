"""A rule, its conditions and its refusals in plain words, in the active language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from loyalty import rules
from loyalty.models import EarningRule
from loyalty.rules.conditions import check
from loyalty.rules.triggers import fact_of

DAYS = 7


def summary(rule: EarningRule, *, currency: str = "", tiers: Mapping[str, str] | None = None) -> str:
    """The whole rule in one sentence: "Pays 2 points for each EUR of category tea, if …, at most 100 points a day"."""
    parts = [pays(rule, currency)]
    held = kept_conditions(rule.conditions, trigger=rule.trigger, currency=currency, tiers=tiers)
    if held:
        parts.append(_("if %(conditions)s") % {"conditions": held})
    if rule.audience_tiers:
        names = [(tiers or {}).get(code, code) for code in rule.audience_tiers]
        parts.append(_("only for %(tiers)s") % {"tiers": join(names, _("or"))})
    if rule.audience_groups:
        parts.append(_("only for the groups %(groups)s") % {"groups": join(rule.audience_groups, _("or"))})
    parts += limits(rule)
    parts += _box(rule)
    if rule.stack:
        parts.append(_("only the best of “%(stack)s” pays") % {"stack": rule.stack})
    comma = pgettext("between the parts of a sentence", ", ")
    return comma.join(part for part in parts if part)


def pays(rule: EarningRule, currency: str) -> str:
    """What it pays, for what: "Pays 2 points for each EUR of category tea"."""
    kind = EarningRule.Formula(rule.formula)
    what = _what(rule)
    if kind == EarningRule.Formula.MULTIPLIER:
        factor = number_format(rule.percent / 100, 2 if rule.percent % 10 else 1 if rule.percent % 100 else 0)
        return _("Multiplies the points of %(what)s by %(factor)s") % {
            "what": what or _("the other rules"), "factor": factor,
        }  # fmt: skip
    amounts = []
    if rule.points or not rule.credit:
        amounts.append(ngettext("%(number)s point", "%(number)s points", rule.points) % {"number": rule.points})
    if rule.credit:
        amounts.append(_("%(number)s tier credit") % {"number": rule.credit})
    pay = _("Pays %(amounts)s") % {"amounts": join(amounts, _("and"))}
    measure = ""
    if kind == EarningRule.Formula.PER_UNIT:
        unit = currency or _("currency unit")
        each = _("for each %(unit)s") if rule.per_units == 1 else _("for each %(number)s %(unit)s")
        measure = each % {"unit": unit, "number": rule.per_units}
    elif kind == EarningRule.Formula.PER_ITEM:
        each = ngettext("for each piece", "for each %(number)s pieces", rule.per_units)
        measure = each % {"number": rule.per_units}
    goods = _("of %(what)s") % {"what": what} if what else ""
    order = pgettext("what a rule pays, for each how many, of which goods", "%(pay)s %(measure)s %(goods)s")
    return " ".join((order % {"pay": pay, "measure": measure, "goods": goods}).split())


def _what(rule: EarningRule) -> str:
    found = []
    if rule.categories:
        words = ngettext("category %(names)s", "the categories %(names)s", len(rule.categories))
        found.append(words % {"names": join(rule.categories, _("and"))})
    if rule.skus:
        words = ngettext("article %(names)s", "the articles %(names)s", len(rule.skus))
        found.append(words % {"names": join(rule.skus, _("and"))})
    return join(found, _("and"))


def limits(rule: EarningRule) -> list[str]:
    """At most how often and how much."""
    times = [
        (rule.daily_cap, ngettext("at most once a day", "at most %(number)s times a day", rule.daily_cap or 0)),
        (rule.weekly_cap, ngettext("at most once a week", "at most %(number)s times a week", rule.weekly_cap or 0)),
        (rule.monthly_cap, ngettext("at most once a month", "at most %(number)s times a month", rule.monthly_cap or 0)),
        (rule.lifetime_cap, ngettext("once only", "at most %(number)s times in all", rule.lifetime_cap or 0)),
        (rule.giver_cap, ngettext(
            "at most once a day because of one person", "at most %(number)s times a day because of one person",
            rule.giver_cap or 0,
        )),
        (rule.points_cap, _("at most %(number)s points a day")),
        (rule.weekly_points, _("at most %(number)s points a week")),
        (rule.monthly_points, _("at most %(number)s points a month")),
        (rule.lifetime_points, _("at most %(number)s points in all")),
        (rule.budget, _("until %(number)s points are given to everybody together")),
    ]  # fmt: skip
    found = [
        words % {"number": number_format(number, force_grouping=True)} for number, words in times if number is not None
    ]
    if rule.rolling_cap is not None:
        words = ngettext(
            "at most once in any %(days)s days", "at most %(number)s times in any %(days)s days", rule.rolling_cap
        )
        found.append(words % {"number": rule.rolling_cap, "days": rule.rolling_days})
    if rule.cooldown_minutes:
        found.append(_("not again within %(time)s") % {"time": duration(rule.cooldown_minutes)})
    return found


def duration(minutes: int) -> str:
    """Minutes as people say them."""
    if minutes % 1440 == 0:
        return npgettext("how long", "a day", "%(number)s days", minutes // 1440) % {"number": minutes // 1440}
    if minutes % 60 == 0:
        return npgettext("how long", "an hour", "%(number)s hours", minutes // 60) % {"number": minutes // 60}
    return npgettext("how long", "a minute", "%(number)s minutes", minutes) % {"number": minutes}


def _box(rule: EarningRule) -> list[str]:
    found = []
    if rule.starts_at:
        found.append(_("from %(moment)s") % {"moment": moment(rule.starts_at)})
    if rule.ends_at:
        found.append(_("until %(moment)s") % {"moment": moment(rule.ends_at)})
    return found


def moment(value: datetime | str) -> str:
    """A moment in the reader's zone."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def kept_conditions(
    tree: Mapping[str, Any], *, trigger: str, currency: str = "", tiers: Mapping[str, str] | None = None
) -> str:
    """The conditions of a stored rule in words, also when they are damaged."""
    if check(tree, trigger=trigger):
        return _("its conditions cannot be read; the team has to write them again")
    return conditions(tree, trigger=trigger, currency=currency, tiers=tiers)


def conditions(
    tree: Mapping[str, Any], *, trigger: str, currency: str = "", tiers: Mapping[str, str] | None = None
) -> str:
    """A tree in words; empty for one that always holds."""
    if not tree:
        return ""
    if "not" in tree:
        inner = tree["not"]
        if opposite := _OPPOSITES.get(inner.get("is")):
            return comparison({**inner, "is": opposite}, trigger=trigger, currency=currency, tiers=tiers)
        return _("not (%(condition)s)") % {
            "condition": conditions(tree["not"], trigger=trigger, currency=currency, tiers=tiers)
        }
    for kind, word in (("all", pgettext("between conditions", "and")), ("any", pgettext("between conditions", "or"))):
        if kind in tree:
            parts = [conditions(one, trigger=trigger, currency=currency, tiers=tiers) for one in tree[kind]]
            parts = [f"({part})" if _is_group(one) else part for part, one in zip(parts, tree[kind], strict=True)]
            return f" {word} ".join(parts)
    return comparison(tree, trigger=trigger, currency=currency, tiers=tiers)


def _is_group(node: Mapping[str, Any]) -> bool:
    return any(len(node.get(kind, ())) > 1 for kind in ("all", "any"))


_OPPOSITES = {
    "is_true": "is_false", "is_false": "is_true", "equals": "not_equals", "not_equals": "equals", "one_of": "none_of",
    "none_of": "one_of", "has_any": "has_none", "has_none": "has_any",
}  # fmt: skip
"""What is said instead of "not"."""

COMPARISON_WORDS = {
    "at_least": lambda: _("%(fact)s is at least %(value)s"),
    "at_most": lambda: _("%(fact)s is at most %(value)s"),
    "equals": lambda: _("%(fact)s is %(value)s"),
    "not_equals": lambda: _("%(fact)s is not %(value)s"),
    "one_of": lambda: _("%(fact)s is %(value)s"),
    "none_of": lambda: _("%(fact)s is not %(value)s"),
    "has_any": lambda: _("%(fact)s include %(value)s"),
    "has_all": lambda: _("%(fact)s include %(value)s"),
    "has_none": lambda: _("%(fact)s do not include %(value)s"),
    "is_true": lambda: _("%(fact)s is true"),
    "is_false": lambda: _("%(fact)s is not true"),
    "between": lambda: _("%(fact)s is between %(value)s"),
}


def comparison(
    leaf: Mapping[str, Any], *, trigger: str, currency: str = "", tiers: Mapping[str, str] | None = None
) -> str:
    """One comparison in words: "what the order is worth is at least 50.00 EUR"."""
    fact = fact_of(trigger, leaf["fact"])
    kind = fact.kind if fact else "any"
    if fact and fact.holds and leaf["is"] in ("is_true", "is_false"):
        return _(fact.holds) if leaf["is"] == "is_true" else _(fact.fails)
    name = _(fact.words) if fact else leaf["fact"]
    words: str = COMPARISON_WORDS[leaf["is"]]()
    return words % {"fact": name, "value": _value(leaf, kind, currency, tiers or {})}


def _value(leaf: Mapping[str, Any], kind: str, currency: str, tiers: Mapping[str, str]) -> str:
    value = leaf.get("value")
    if isinstance(value, list):
        word = _("and") if leaf["is"] in ("between", "has_all") else _("or")
        return join([one_value(one, kind, currency, tiers) for one in value], word)
    return one_value(value, kind, currency, tiers)


def one_value(value: Any, kind: str, currency: str = "", tiers: Mapping[str, str] | None = None) -> str:
    """One value as people read it."""
    if value is None:
        return "–"
    if kind == "money":
        places = rules.exponent(currency)
        amount = number_format(value / 10**places, places, force_grouping=True)
        return f"{amount} {currency}".strip()
    if kind == "tier":
        return _((tiers or {}).get(str(value), str(value)))
    if kind in ("weekday", "time", "date"):
        return _of_calendar(value, kind)
    return _plain(value, kind)


def _of_calendar(value: Any, kind: str) -> str:
    if kind == "weekday":
        return date_format(date(2024, 1, int(value)), "l")  # 1 January 2024 was a Monday
    if kind == "time":
        return f"{int(value) // 60:02}:{int(value) % 60:02}"
    return date_format(date.fromisoformat(value), "DATE_FORMAT")


def _plain(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    if isinstance(value, list):
        return join([str(one) for one in value], _("and")) or "–"
    return f"“{value}”" if kind in ("text", "any") else str(value)


def join(parts: Sequence[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    comma = pgettext("between the parts of a sentence", ", ")
    return f"{comma.join(parts[:-1])} {word} {parts[-1]}"
