"""Conditions as rows of a form: a fact, a comparison, a value as people write it; all of them or any of them."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty import rule_words, rules
from loyalty.models import Tier
from loyalty.queries.rates import programme_currency
from loyalty.rules import conditions
from loyalty.rules.triggers import COMMON, TRIGGERS, Fact

SPARE, MOST = 2, 20
OWN = "event."
COMPARISONS = {
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "equals": gettext_lazy("is"),
    "not_equals": gettext_lazy("is not"),
    "one_of": gettext_lazy("is one of"),
    "none_of": gettext_lazy("is none of"),
    "has_any": gettext_lazy("include one of"),
    "has_all": gettext_lazy("include all of"),
    "has_none": gettext_lazy("include none of"),
    "between": gettext_lazy("is between"),
    "is_true": gettext_lazy("yes"),
    "is_false": gettext_lazy("no"),
}
HINTS = {
    "number": gettext_lazy("a whole number, like 3"),
    "money": gettext_lazy("an amount, like 50.00"),
    "text": gettext_lazy("words; several separated by commas"),
    "texts": gettext_lazy("one or several, separated by commas"),
    "flag": "",
    "weekday": gettext_lazy("days, like Saturday, Sunday"),
    "time": gettext_lazy("like 18:00 - 22:00"),
    "date": gettext_lazy("like 2026-03-01 - 2026-03-31"),
    "tier": gettext_lazy("codes of tiers, separated by commas"),
    "any": gettext_lazy("a number or words"),
}


def all_facts() -> dict[str, tuple[Fact, tuple[str, ...]]]:
    """Every fact with the triggers that know it; none: all of them."""
    found: dict[str, tuple[Fact, tuple[str, ...]]] = {}
    for trigger in TRIGGERS.values():
        for fact in trigger.facts:
            found[fact.name] = (fact, (trigger.code,))
    return found | {fact.name: (fact, ()) for fact in COMMON}


def is_flat(tree: Mapping[str, Any]) -> bool:
    """Whether rows can show it: comparisons, all of them or any of them."""
    if not tree or "fact" in tree:
        return True
    children = tree.get("all") or tree.get("any")
    return bool(children) and all("fact" in one for one in children or ())


class ConditionsWidget(forms.Widget):
    """The rows. Two empty ones stand at the end, so that it works without scripts; the script adds more."""

    template_name = "loyalty/admin/conditions.html"

    class Media:
        js = ["loyalty/conditions.js"]
        css = {"all": ["loyalty/conditions.css"]}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = value if isinstance(value, dict) else {}
        if "rows" not in given:
            given = rows_of(given)
        rows = list(given["rows"]) + [{"fact": "", "own": "", "is": "", "value": ""} for _spare in range(SPARE)]
        context["widget"] |= {
            "rows": list(enumerate(rows)),
            "mode": given.get("mode", "all"),
            "kept": given.get("kept", ""),
            "kept_words": given.get("kept_words", ""),
            "facts": [
                (name, _(fact.words), fact.kind, " ".join(triggers)) for name, (fact, triggers) in all_facts().items()
            ],
            "comparisons": [
                (code, words, " ".join(kind for kind, codes in conditions.COMPARISONS.items() if code in codes))
                for code, words in COMPARISONS.items()
            ],
            "hints": list(HINTS.items()),
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        rows = []
        for nth in range(MOST):
            row = {key: str(data.get(f"{name}-{nth}-{key}", "")).strip() for key in ("fact", "own", "is", "value")}
            if row["fact"] or row["value"]:
                rows.append(row)
        mode = "any" if data.get(f"{name}-mode") == "any" else "all"
        kept = "" if data.get(f"{name}-replace") else str(data.get(f"{name}-kept", ""))
        return {"mode": mode, "rows": rows, "kept": kept}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-mode" not in data


def rows_of(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A stored tree as the widget's rows; a deeper one is kept as it is, and said in words."""
    if not is_flat(tree):
        words = rule_words.conditions(tree, trigger="order.paid", currency=programme_currency())
        return {"mode": "all", "rows": [], "kept": json.dumps(tree), "kept_words": words}
    leaves = [tree] if "fact" in tree else tree.get("all") or tree.get("any") or []
    currency = programme_currency()
    return {"mode": "any" if "any" in tree else "all", "rows": [_row(leaf, currency) for leaf in leaves]}


def _row(leaf: Mapping[str, Any], currency: str) -> dict[str, str]:
    known = all_facts().get(leaf["fact"])
    kind = known[0].kind if known else "any"
    value = leaf.get("value")
    values = value if isinstance(value, list) else [] if value is None else [value]
    text = (" - " if leaf["is"] == "between" else ", ").join(_written(one, kind, currency) for one in values)
    own = "" if known else leaf["fact"].removeprefix(OWN)
    return {"fact": leaf["fact"] if known else OWN, "own": own, "is": leaf["is"], "value": text}


def _written(value: Any, kind: str, currency: str) -> str:
    if kind == "money":
        places = rules.exponent(currency)
        return f"{Decimal(value).scaleb(-places):.{places}f}"
    if kind in ("weekday", "time"):
        return rule_words.one_value(value, kind)
    return str(value)


class ConditionsField(forms.Field):
    """Rows become a tree that the engine can judge; what cannot be read is named with its row."""

    widget = ConditionsWidget

    def to_python(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            return {}
        if value.get("kept") and not value["rows"]:
            return _kept(value["kept"])
        leaves, errors = [], []
        currency = programme_currency()
        for nth, row in enumerate(value["rows"], 1):
            try:
                leaves.append(_leaf(row, currency))
            except ValueError as error:
                errors.append(
                    forms.ValidationError(_("Condition %(nth)s: %(why)s"), "row", {"nth": nth, "why": str(error)})
                )
        if errors:
            raise forms.ValidationError(errors)
        if len(leaves) < 2:
            return leaves[0] if leaves else {}
        return {value["mode"]: leaves}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


def _kept(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict):
        raise forms.ValidationError(_("The kept conditions are damaged. Write new ones."), code="kept")
    return kept


def _leaf(row: Mapping[str, str], currency: str) -> dict[str, Any]:
    if row["fact"] == OWN:
        if not re.fullmatch(r"[a-z0-9_]{1,40}", row["own"]):
            raise ValueError(_("name your own fact in small letters, digits and _."))
        name, kind = OWN + row["own"], "any"
    elif row["fact"] in all_facts():
        name, kind = row["fact"], all_facts()[row["fact"]][0].kind
    else:
        raise ValueError(_("choose what is compared."))
    comparison = row["is"]
    if comparison not in conditions.COMPARISONS[kind]:
        allowed = ", ".join(str(COMPARISONS[one]) for one in conditions.COMPARISONS[kind])
        raise ValueError(_("this can be compared by: %(allowed)s.") % {"allowed": allowed})
    if comparison in ("is_true", "is_false"):
        return {"fact": name, "is": comparison}
    return {"fact": name, "is": comparison, "value": _read(row["value"], kind, comparison, currency)}


def _read(text: str, kind: str, comparison: str, currency: str) -> Any:
    if not text:
        raise ValueError(_("say a value: %(hint)s.") % {"hint": HINTS[kind]})
    if comparison == "between":
        parts = [part.strip() for part in re.split(r"\s+-\s+|\s*[–—]\s*|\s*\.\.\s*", text)]
        if len(parts) == 1 and kind == "time":
            parts = [part.strip() for part in text.split("-")]
        if len(parts) != 2:
            raise ValueError(_("say two values with a dash between: %(hint)s.") % {"hint": HINTS[kind]})
        return [_one(part, kind, currency) for part in parts]
    if comparison in ("one_of", "none_of", "has_any", "has_all", "has_none"):
        return [_one(part.strip(), kind, currency) for part in re.split(r"[,，、;]", text) if part.strip()]
    return _one(text, kind, currency)


def _one(text: str, kind: str, currency: str) -> Any:
    if kind == "tier":
        return _tier(text)
    try:
        if kind == "money":
            return _money(text, currency)
        return _READERS.get(kind, str)(text)
    except (ValueError, ArithmeticError):
        raise ValueError(_("“%(text)s” cannot be read: %(hint)s.") % {"text": text[:40], "hint": HINTS[kind]}) from None


def _tier(text: str) -> str:
    for code, name in Tier.objects.values_list("code", "name"):
        if text.casefold() in (code.casefold(), name.casefold(), _(name).casefold()):
            return str(code)
    raise ValueError(_("there is no tier “%(text)s”.") % {"text": text[:40]})


def _time(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if not (hours >= 0 and 0 <= minutes < 60 and hours * 60 + minutes <= 24 * 60):
        raise ValueError(text)
    return hours * 60 + minutes


def _money(text: str, currency: str) -> int:
    places = rules.exponent(currency)
    amount = Decimal(text.replace(currency, "").strip() if currency else text).scaleb(places)
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= 10**15:
        raise ValueError(text)
    return int(amount)


def _weekday(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 7:
        return int(text)
    english = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    for number in range(1, 8):
        names = {english[number - 1], date_format(date(2024, 1, number), "l").casefold()}
        if text.casefold() in names or (len(text) >= 3 and text.casefold() == english[number - 1][:3]):
            return number
    raise ValueError(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "number": int,
    "any": lambda text: int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text,
    "weekday": _weekday,
    "time": _time,
    "date": lambda text: date.fromisoformat(text).isoformat(),
}
