"""Judging a text before it is written: word rules, and what newcomers' first posts wait for. Asked by edges."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Max, Sum

from community.models import WordRule
from community.problems import BlockedWord
from community.rules.words import Matcher, Rule

TYPED_TOO_FAST = 3.0
"""Seconds; a typed time of zero, as without script, is not held against anyone."""

_LINK = re.compile(r"https?://|www\.\w|\]\(", re.IGNORECASE)
_IMAGE = re.compile(r"!\[")


@dataclass(frozen=True)
class Verdict:
    """What is to happen to a text. `text` and `title` are as they are to be kept (censored, linked).

    `hold`: it waits for a moderator. `flag`: it is published and looked at. `silence`: its newcomer writes no more until
    somebody has looked. `tags` are slugs for its topic. `reasons` are dicts for the review item: codes and ids only.
    """

    text: str
    title: str = ""
    hold: bool = False
    flag: bool = False
    silence: bool = False
    tags: tuple[str, ...] = ()
    reasons: tuple[dict[str, str | int], ...] = ()


def judge(
    text: str,
    *,
    trust: int,
    title: str = "",
    place: str = "post",
    first: bool = False,
    typed_seconds: float | None = None,
    exempt: bool = False,
    matcher: Matcher | None = None,
) -> Verdict:
    """What the site's rules say of a text. Raises BlockedWord when it may not be written at all.

    `place`: post or message. `first`: nothing of this author was published yet. `typed_seconds`: between the first key
    and the form, when a script measured it. `exempt`: moderators are not judged. One statement,
    none when the `matcher` of this moment is at hand.
    """
    if exempt:
        return Verdict(text, title)
    matcher = matcher or matcher_now()
    met = {rule.id: rule for rule in (*matcher.met(text, place), *matcher.met(title, "title"))}.values()
    if blocked := [rule.phrase for rule in met if rule.act == WordRule.Act.BLOCK]:
        raise BlockedWord(", ".join(f"“{phrase}”" for phrase in blocked[:5]))
    reasons: list[dict[str, str | int]] = [
        {"code": "word", "rule": rule.id, "act": rule.act} for rule in met if rule.act in ("hold", "flag", "silence")
    ]
    acts = {rule.act for rule in met}
    waits = bool(acts & {"hold", "silence"})
    if trust == 0 and first:
        signs = {
            "newcomer_link": bool(_LINK.search(text)),
            "newcomer_image": bool(_IMAGE.search(text)),
            "typed_fast": typed_seconds is not None and 0 < typed_seconds < TYPED_TOO_FAST,
        }
        reasons += [{"code": code} for code, there in signs.items() if there]
        waits = waits or any(signs.values())
    return Verdict(
        text=matcher.rewritten(text, place),
        title=matcher.rewritten(title, "title"),
        hold=waits,
        flag="flag" in acts,
        silence="silence" in acts and trust == 0,
        tags=tuple(dict.fromkeys(rule.with_what for rule in met if rule.act == "tag")),
        reasons=tuple(reasons),
    )


def name_problem(name: str) -> bool:
    """Whether a rule keeps members from being called so: block, hold, flag and silence all do."""
    return any(rule.act in ("block", "hold", "flag", "silence", "censor") for rule in matcher_now().met(name, "name"))


def matcher_now() -> Matcher:
    """All active rules, compiled once a version; one statement looks which version it is.

    Rules are never deleted and each change raises a revision, so the last id and the sum of revisions name a version.
    """
    seen = WordRule.objects.aggregate(last=Max("id"), revisions=Sum("revision"))
    return matcher_of(seen["last"], seen["revisions"])


def matcher_of(last: int | None, revisions: int | None) -> Matcher:
    """The rules of a version that was read together with something else."""
    return _matcher(last, revisions) if last and revisions else _NOTHING


@lru_cache(maxsize=4)
def _matcher(last: int, revisions: int) -> Matcher:
    return Matcher(
        Rule(row.pk, row.phrase, row.act, frozenset(row.places), row.with_what)
        for row in WordRule.objects.filter(active=True).order_by("id")
    )


_NOTHING = Matcher(())
