"""The result of a trial in plain words, in the active language."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty import rules
from loyalty.models import Trial
from loyalty.queries.trial_results import names_of_rules
from members.queries import MemberCard

LIMITS = {
    "limit": lambda: _("a limit that had held it back then"),
    "daily_cap": lambda: _("as often as it pays in a day"),
    "week_cap": lambda: _("as often as it pays in a week"),
    "month_cap": lambda: _("as often as it pays in a month"),
    "lifetime_cap": lambda: _("as often as it ever pays one person"),
    "rolling_cap": lambda: _("as often as it pays in that many days"),
    "giver_cap": lambda: _("enough because of one person that day"),
    "points_cap": lambda: _("its points of a day"),
    "points_week": lambda: _("its points of a week"),
    "points_month": lambda: _("its points of a month"),
    "points_lifetime": lambda: _("all the points it gives one person"),
    "cooldown": lambda: _("too short a time after the last"),
    "budget": lambda: _("its points for everybody"),
}
REASONS = {
    "audience": lambda: _("it is for others"),
    "conditions": lambda: _("its conditions did not hold"),
    "unreadable": lambda: _("its conditions cannot be read; the team has to write them again"),
    "outdone": lambda: _("another rule paid more, and only the best pays"),
    "no_lines": lambda: _("nothing it pays for was in the order"),
    "nothing": lambda: _("it came to less than one point"),
    "not_started": lambda: _("it had not begun"),
    "ended": lambda: _("it was over"),
}
ASSUMED = {
    "limits_from_start": lambda: _(
        "Limits and budgets of the rules tried are counted from the first day of the period."
    ),
    "no_time_box": lambda: _(
        "The rules are tried as if they had been in force the whole time, whenever they begin or end."
    ),
    "groups_today": lambda: _("Groups and trust of members are those of today: what they were then was not kept."),
}


def number(value: int) -> str:
    return str(number_format(value, force_grouping=True))


def money(minor: int, currency: str) -> str:
    """124.00 EUR."""
    places = rules.exponent(currency)
    return f"{number_format(minor / 10**places, places, force_grouping=True)} {currency}".strip()


def points(value: int) -> str:
    return ngettext("%(number)s point", "%(number)s points", value) % {"number": number(value)}


def told(trial: Trial, people: Mapping[int, MemberCard]) -> dict[str, Any]:
    """What the page of a result shows."""
    result: dict[str, Any] = trial.result or {}
    names = names_of_rules([row["code"] for row in result["rules"]]) | _drafted_names(trial)
    tiers = result.get("tiers")
    return {
        "result": result,
        "lead": lead(result),
        "money": _money(result["money"]),
        "rules": [_rule(row, names, result) for row in result["rules"] if row["code"]],
        "winners": [_person(row, people) for row in result["winners"]],
        "losers": [_person(row, people) for row in result["losers"]],
        "pairs": [
            {"member": people.get(row["member"]), "counterpart": people.get(row["counterpart"]), "points": row["points"],
             "times": row["times"]}
            for row in result["pairs"]
        ],
        "tiers": tiers and tiers | {
            name: [row | {"member": people.get(row["member"])} for row in tiers[name]] for name in ("rising", "falling")
        },
        "assumptions": assumptions(result),
        "silent": [names.get(code, code) for code in result["silent"]],
    }  # fmt: skip


def lead(result: Mapping[str, Any]) -> list[str]:
    """The first sentences: what it would have given, to how many, and who would have got less."""
    change = result["after"]["points"] - result["before"]["points"]
    worth = result["money"].get("worth")
    amount = points(abs(change))
    if worth:
        amount = _("%(points)s (worth %(money)s)") % {
            "points": amount, "money": money(abs(worth), result["money"]["currency"]),
        }  # fmt: skip
    if not change and not result["more"] and not result["fewer"]:
        return [_("It would have changed nothing for anybody.")]
    words = [_balance(change, amount)]
    if result["more"]:
        words.append(
            ngettext("%(number)s person would have got more.", "%(number)s people would have got more.", result["more"])
            % {"number": number(result["more"])}
        )
    if result["fewer"]:
        words.append(
            ngettext(
                "%(number)s person would have got less.", "%(number)s people would have got less.", result["fewer"]
            )
            % {"number": number(result["fewer"])}
        )
    return words + _of_tiers(result.get("tiers") or {})


def _balance(change: int, amount: str) -> str:
    if change > 0:
        return _("It would have given %(amount)s more.") % {"amount": amount}
    if change < 0:
        return _("It would have given %(amount)s less.") % {"amount": amount}
    return _("It would have given as many points in all, but to others.")


def _of_tiers(tiers: Mapping[str, Any]) -> list[str]:
    words = []
    if tiers.get("up"):
        words.append(
            ngettext("%(number)s would rise in tier.", "%(number)s would rise in tier.", tiers["up"])
            % {"number": number(tiers["up"])}
        )
    if tiers.get("down"):
        words.append(
            ngettext("%(number)s would fall in tier.", "%(number)s would fall in tier.", tiers["down"])
            % {"number": number(tiers["down"])}
        )
    return words


def assumptions(result: Mapping[str, Any]) -> list[str]:
    """What the numbers rest on, each in a sentence."""
    rate = number_format(result["money"]["expected"] * 100, 1)
    known = (
        _("measured over the monthly lots") if result["money"]["expected_measured"] else _("typed, not measured yet")
    )
    words = [
        _("Of all points, %(rate)s %% are expected to be redeemed (%(how)s); the rest is breakage.")
        % {"rate": rate, "how": known},
        _("Everything not in the draft is judged by the versions, tiers and limits of its own day."),
    ]
    if result["money"]["point"] is not None:
        each = number_format(result["money"]["point"] / 10 ** rules.exponent(result["money"]["currency"]), 4)
        how = _("what rewards cost in the last year") if result["money"]["measured"] else _("typed by a manager")
        words.append(
            _("One point is taken as %(each)s %(currency)s (%(how)s).")
            % {"each": each, "currency": result["money"]["currency"], "how": how}
        )
    else:
        words.append(_("What a point is worth is not known yet, so there is no money here."))
    words += [ASSUMED[code]() for code in result["assumed"] if code in ASSUMED]
    if result["unread"]:
        words.append(
            ngettext(
                "%(number)s act is not in it: its facts were not kept.",
                "%(number)s acts are not in it: their facts were not kept.",
                result["unread"],
            )
            % {"number": number(result["unread"])}
        )
    return words


def _drafted_names(trial: Trial) -> dict[str, str]:
    if trial.draft is None:
        return {}
    return {row.code: row.values.get("name") or row.code for row in trial.draft.rules.all()}


def _rule(row: Mapping[str, Any], names: Mapping[str, str], result: Mapping[str, Any]) -> dict[str, Any]:
    held = [{"words": LIMITS[one["code"]]() if one["code"] in LIMITS else one["code"], **one} for one in row["cuts"]]
    full = [one for one in row["refusals"] if one["code"] in LIMITS]
    held += [{"words": LIMITS[one["code"]](), "points": None, **one} for one in full]
    return dict(row) | {
        "name": _(names.get(row["code"], row["code"])),
        "drafted": row["code"] in result["drafts"],
        "change": row["points"] - row["points_before"],
        "held": held,
        "reasons": [
            {"words": REASONS[one["code"]]() if one["code"] in REASONS else one["code"], "times": one["times"]}
            for one in row["refusals"]
            if one["code"] not in LIMITS
        ],
    }


def _person(row: Mapping[str, Any], people: Mapping[int, MemberCard]) -> dict[str, Any]:
    return dict(row) | {"member": people.get(row["member"])}


def _money(found: Mapping[str, Any]) -> dict[str, str]:
    currency = found["currency"]
    return {
        name: money(found[name], currency) for name in ("worth", "liability_before", "liability_after") if name in found
    }
