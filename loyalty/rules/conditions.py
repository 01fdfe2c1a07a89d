"""Conditions of a rule: a small typed tree, never code.

A node is {"all": [nodes]}, {"any": [nodes]}, {"not": node} or {"fact": name, "is": comparison, "value": …}; {} is always true.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loyalty.rules.triggers import fact_of

DEEPEST, MOST = 4, 40
"""A rule that people can read: at most four levels, forty comparisons."""

COMPARISONS: Mapping[str, tuple[str, ...]] = {
    "number": ("at_least", "at_most", "equals", "not_equals"),
    "money": ("at_least", "at_most"),
    "text": ("equals", "not_equals", "one_of", "none_of"),
    "texts": ("has_any", "has_all", "has_none"),
    "flag": ("is_true", "is_false"),
    "weekday": ("one_of", "none_of"),
    "time": ("between",),
    "date": ("between", "equals"),
    "tier": ("at_least", "one_of", "none_of"),
    "any": ("equals", "not_equals", "at_least", "at_most", "one_of", "is_true", "is_false"),
}
_LISTS = {"one_of", "none_of", "has_any", "has_all", "has_none"}
_BARE = {"is_true", "is_false"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a tree. `place` names the node, like "all.2.value"; `code` is stable."""

    place: str
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether a condition holds; when not, the comparisons that failed, with what was found instead."""

    holds: bool
    failed: tuple[Mapping[str, Any], ...] = field(default=())


def check(tree: object, *, trigger: str) -> list[Fault]:
    """What is wrong with a tree for this trigger; nothing when it can be judged."""
    faults: list[Fault] = []
    count = _check(tree, trigger, "", 1, faults)
    if count > MOST:
        faults.append(Fault("", "too_many", str(MOST)))
    return faults


def _check(node: object, trigger: str, place: str, depth: int, faults: list[Fault]) -> int:
    if not isinstance(node, Mapping):
        faults.append(Fault(place, "not_a_condition"))
        return 1
    if depth == 1 and not node:
        return 0
    if depth > DEEPEST:
        faults.append(Fault(place, "too_deep", str(DEEPEST)))
        return 1
    keys = set(node)
    if keys == {"not"}:
        return _check(node["not"], trigger, f"{place}not.", depth + 1, faults)
    if keys in ({"all"}, {"any"}):
        [kind] = keys
        if not isinstance(node[kind], list) or not node[kind]:
            faults.append(Fault(place + kind, "empty_group"))
            return 1
        return sum(
            _check(one, trigger, f"{place}{kind}.{i}.", depth + 1, faults) for i, one in enumerate(node[kind], 1)
        )
    _check_comparison(node, keys, trigger, place, faults)
    return 1


def _check_comparison(
    node: Mapping[str, object], keys: set[str], trigger: str, place: str, faults: list[Fault]
) -> None:
    if not {"fact", "is"} <= keys <= {"fact", "is", "value"}:
        faults.append(Fault(place, "not_a_condition"))
        return
    name, comparison, value = node["fact"], node["is"], node.get("value")
    fact = fact_of(trigger, name) if isinstance(name, str) else None
    if fact is None:
        faults.append(Fault(f"{place}fact", "unknown_fact", str(name)[:60]))
    elif comparison not in COMPARISONS[fact.kind]:
        faults.append(Fault(f"{place}is", "unknown_comparison", str(comparison)[:60]))
    elif not _value_fits(fact.kind, str(comparison), value):
        faults.append(Fault(f"{place}value", "wrong_value", fact.kind))


def _value_fits(kind: str, comparison: str, value: object) -> bool:
    if comparison in _BARE:
        return value is None
    if comparison in _LISTS:
        return isinstance(value, list) and 0 < len(value) <= 200 and all(_one_fits(kind, one) for one in value)
    if comparison == "between":
        return isinstance(value, list) and len(value) == 2 and all(_one_fits(kind, one) for one in value)
    return _one_fits("number" if comparison in ("at_least", "at_most") and kind == "any" else kind, value)


def _one_fits(kind: str, value: object) -> bool:
    numbers = {"number": (-(10**15), 10**15), "money": (0, 10**15), "weekday": (1, 7), "time": (0, 24 * 60)}
    if kind in numbers:
        low, high = numbers[kind]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if kind == "any" and isinstance(value, bool | int):
        return True
    if not isinstance(value, str) or not value or len(value) > 200 or "\x00" in value:
        return False
    return kind != "date" or _is_date(value)


def _is_date(value: str) -> bool:
    year, _dash, rest = value.partition("-")
    month, _dash, day = rest.partition("-")
    return (
        len(value) == 10
        and all(part.isascii() and part.isdigit() for part in (year, month, day))
        and 1 <= int(month) <= 12
        and 1 <= int(day) <= 31
    )


def judge(tree: Mapping[str, Any], values: Mapping[str, Any], *, tier_ranks: Mapping[str, int]) -> Verdict:
    """Whether the tree holds for these facts. A fact that nobody knows makes its comparison false, whichever it is."""
    if not tree:
        return Verdict(True)
    if "not" in tree:
        inner = judge(tree["not"], values, tier_ranks=tier_ranks)
        return Verdict(True) if not inner.holds else Verdict(False, _leaves(tree["not"], values))
    if "all" in tree:
        failed = [judge(one, values, tier_ranks=tier_ranks) for one in tree["all"]]
        bad = tuple(leaf for one in failed if not one.holds for leaf in one.failed)
        return Verdict(all(one.holds for one in failed), bad)
    if "any" in tree:
        tried = [judge(one, values, tier_ranks=tier_ranks) for one in tree["any"]]
        if any(one.holds for one in tried):
            return Verdict(True)
        return Verdict(False, tuple(leaf for one in tried for leaf in one.failed))
    if _holds(tree, values.get(tree["fact"]), tier_ranks):
        return Verdict(True)
    return Verdict(False, _leaves(tree, values))


def _leaves(tree: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    if "fact" in tree:
        return ({**tree, "was": _plain(values.get(tree["fact"]))},)
    children: Sequence[Any] = tree.get("all") or tree.get("any") or [tree["not"]]
    return tuple(leaf for one in children for leaf in _leaves(one, values))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else list(value) if isinstance(value, tuple) else value


def _holds(leaf: Mapping[str, Any], value: Any, tier_ranks: Mapping[str, int]) -> bool:
    comparison: str = leaf["is"]
    wanted: Any = leaf.get("value")
    if value is None:
        return False
    if leaf["fact"] == "member.tier" and comparison == "at_least":
        return wanted in tier_ranks and tier_ranks.get(value, 0) >= tier_ranks[wanted]
    if comparison in ("has_any", "has_all", "has_none"):
        have, asked = {str(one).casefold() for one in value}, set(_folded(wanted))
        return {"has_any": bool(have & asked), "has_all": asked <= have, "has_none": not have & asked}[comparison]
    if comparison in ("at_least", "at_most"):
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        return bool(value >= wanted) if comparison == "at_least" else bool(value <= wanted)
    return _equal(comparison, _folded(value), _folded(wanted))


def _equal(comparison: str, value: Any, wanted: Any) -> bool:
    if comparison == "between":
        low, high = wanted
        return bool(low <= value <= high if low <= high else value >= low or value <= high)  # over midnight
    if comparison in ("one_of", "none_of"):
        return (value in wanted) is (comparison == "one_of")
    if comparison in ("is_true", "is_false"):
        return value is (comparison == "is_true")
    return (value == wanted and isinstance(value, bool) == isinstance(wanted, bool)) is (comparison == "equals")


def _folded(wanted: Any) -> Any:
    if isinstance(wanted, str):
        return wanted.casefold()
    return [one.casefold() if isinstance(one, str) else one for one in wanted] if isinstance(wanted, list) else wanted


def facts_used(tree: object) -> set[str]:
    """The names of the facts that a tree asks for; of a damaged one, those that can be read."""
    if isinstance(tree, Mapping) and "fact" in tree:
        return {str(tree["fact"])}
    return set().union(*(facts_used(one) for one in _children(tree)))


def values_of(tree: object, fact: str) -> set[str]:
    """The texts that a tree compares this fact with."""
    if isinstance(tree, Mapping) and "fact" in tree:
        value = tree.get("value") if tree["fact"] == fact else None
        return {str(one) for one in (value if isinstance(value, list) else [] if value is None else [value])}
    return set().union(*(values_of(one, fact) for one in _children(tree)))


def _children(tree: object) -> list[object]:
    if not isinstance(tree, Mapping):
        return []
    groups = (tree.get("all"), tree.get("any"), [tree.get("not")])
    return [one for group in groups if isinstance(group, list) for one in group]
