"""What follows from what, without a database: permissions, lengths, slugs."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

ACTS = ("see", "browse", "start", "reply", "attach", "moderate")
WRITING = frozenset({"start", "reply", "attach"})

RAW_LONGEST = 20_000
RAW_SHORTEST, RAW_SHORTEST_CJK = 20, 8
TITLE_LONGEST = 255
TITLE_SHORTEST, TITLE_SHORTEST_CJK = 15, 6

_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NOT_SLUG = re.compile(r"[^\w]+")

TRUST_GROUPS = {f"trust:{level}": level for level in (1, 2, 3, 4)}
"""Names of the groups that stand for a level of trust; who is in none of them is at level 0."""

Answers = Mapping[tuple[int, str, str], str]
"""(board id, audience, act) → "yes", "no" or "never"; what is missing inherits from the board above."""


def trust_of(groups: Iterable[str]) -> int:
    """The level of trust that these groups give, 0 to 4."""
    return max((TRUST_GROUPS.get(name, 0) for name in groups), default=0)


def has_cjk(text: str) -> bool:
    """Whether Han, kana or hangul is in it: a few characters then say what many letters do."""
    return _CJK.search(text) is not None


def shortest_raw(text: str) -> int:
    return RAW_SHORTEST_CJK if has_cjk(text) else RAW_SHORTEST


def shortest_title(text: str) -> int:
    return TITLE_SHORTEST_CJK if has_cjk(text) else TITLE_SHORTEST


def slug_of(title: str, longest: int = 80) -> str:
    """The readable part of an address: letters of every script, joined by hyphens; may be empty."""
    folded = unicodedata.normalize("NFKC", title).lower()
    return _NOT_SLUG.sub("-", folded).strip("-_")[:longest].strip("-_")


def granted(
    parents: Sequence[tuple[int, int | None]], archived: Iterable[int], answers: Answers, audiences: Iterable[str]
) -> dict[str, frozenset[int]]:
    """Which boards each act is allowed in, for somebody who belongs to these audiences.

    `parents` lists (board, parent) with every parent before its children. Unset answers inherit from the parent, at
    the root they are no. Over audiences: never > yes > no. Nothing at all is allowed below a board that cannot be
    browsed, and nothing is written into an archived one.
    """
    audience_list = list(audiences)
    said: dict[tuple[int, str, str], str] = {}
    allowed: dict[str, set[int]] = {act: set() for act in ACTS}
    closed = set(archived)
    for board, parent in parents:
        for act in ACTS:
            for audience in audience_list:
                above = said.get((parent, audience, act), "no") if parent is not None else "no"
                said[board, audience, act] = answers.get((board, audience, act), above)
        if parent is not None and parent in closed:
            closed.add(board)
        reachable = parent is None or parent in allowed["browse"]
        for act in ACTS:
            values = {said[board, audience, act] for audience in audience_list}
            if "yes" in values and "never" not in values and reachable:
                allowed[act].add(board)
        _take_away(allowed, board, board in closed)
    return {act: frozenset(boards) for act, boards in allowed.items()}


def _take_away(allowed: dict[str, set[int]], board: int, archived: bool) -> None:
    """Who does not see cannot browse, who does not browse does nothing else; an archive is only read."""
    if board not in allowed["see"]:
        allowed["browse"].discard(board)
    if board not in allowed["browse"]:
        for act in ACTS[2:]:
            allowed[act].discard(board)
    if archived:
        for act in WRITING:
            allowed[act].discard(board)
