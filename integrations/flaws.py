"""What pydantic found, in our words: a pointer, a stable code, and the next step."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.problems import Flaw, Problem
from integrations.reading import escape

_WORDS: dict[str, tuple[str, str | Promise]] = {
    "missing": ("required", gettext_lazy("This field is required.")),
    "extra_forbidden": ("unknown_field", gettext_lazy("This field is not known. Leave it out, or check its spelling.")),
    "int_type": ("wrong_type", gettext_lazy("Send a whole number without quotes; amounts are in minor units.")),
    "bool_type": ("wrong_type", gettext_lazy("Send true or false.")),
    "string_type": ("wrong_type", gettext_lazy("Send a text in quotes.")),
    "list_type": ("wrong_type", gettext_lazy("Send a list.")),
    "dict_type": ("wrong_type", gettext_lazy("Send an object.")),
    "model_type": ("wrong_type", gettext_lazy("Send an object.")),
    "model_attributes_type": ("wrong_type", gettext_lazy("Send an object.")),
    "bool_parsing": ("wrong_value", gettext_lazy("Send true or false.")),
    "int_parsing": ("wrong_value", gettext_lazy("Send a whole number.")),
    "not_a_time": (
        "not_a_time",
        gettext_lazy("Send a time of RFC 3339 with its zone, between 1970 and 2100, like 2026-03-01T10:00:00Z."),
    ),
    "not_an_address": ("not_an_address", gettext_lazy("This is no e-mail address.")),
}
# Those of our own schemas, which bring what to fill in.
_SENTENCES = {
    "member_unnamed": gettext_lazy("Name the member by external_id, by email, or by both."),
    "unknown_line": gettext_lazy("A refund names the line “%(line)s”, which the order does not have."),
    "percent_or_amount": gettext_lazy("Send percent, or amount with its currency: one of the two."),
    "currency_missing": gettext_lazy("An amount needs its currency, like EUR."),
    "zero": gettext_lazy("Zero corrects nothing. Send what is given, or below zero what is taken."),
    "fact_type": gettext_lazy("A fact is a whole number, a text of at most 200 characters, true or false."),
    "named_twice": gettext_lazy("“%(name)s” is there twice; each may be named once."),
}
MOST = 50


def problem_of(errors: Sequence[dict[str, Any]]) -> Problem:
    """One problem for everything that was found; the first fifty flaws are listed."""
    return Problem("invalid", errors=[flaw_of(error) for error in errors[:MOST]])


def flaw_of(error: dict[str, Any]) -> Flaw:
    """One error of ninja or pydantic. Its `loc` begins with the source and, in bodies, the parameter's name."""
    source, *rest = error["loc"]
    if source == "body":
        return Flaw(_pointer(rest[1:]), *_say(error))
    return Flaw(".".join(str(part) for part in rest[:1]), *_say(error))


def flaws_of_item(errors: Sequence[dict[str, Any]]) -> list[Flaw]:
    """The flaws of one item of a batch: pointers begin at the item."""
    return [Flaw(_pointer(error["loc"]), *_say(error)) for error in errors[:MOST]]


def _pointer(parts: Sequence[object]) -> str:
    """The JSON pointer; empty for the whole body."""
    return "".join(f"/{escape(str(part))}" for part in parts)


def _say(error: dict[str, Any]) -> tuple[str, str | Promise]:
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _SENTENCES:
        return kind, (_SENTENCES[kind] % context)[:200]
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        words = _("The least allowed is %(limit)s.") if "ge" in context else _("The most allowed is %(limit)s.")
        return "out_of_range", words % {"limit": limit}
    if kind in ("string_too_long", "too_long"):
        return "too_long", _("At most %(limit)s are allowed.") % {"limit": context.get("max_length")}
    if kind in ("string_too_short", "too_short"):
        return "too_short", _("At least %(limit)s are needed.") % {"limit": context.get("min_length")}
    if kind in ("enum", "literal_error"):
        return "wrong_value", _("Send one of: %(values)s.") % {"values": context.get("expected")}
    if kind == "string_pattern_mismatch":
        return "wrong_form", _("It must match %(pattern)s.") % {"pattern": context.get("pattern")}
    return kind, str(error["msg"])[:200]
