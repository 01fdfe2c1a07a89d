"""Tags as people type them, without a database."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

TAGS_MOST = 5
TAG_SHORTEST, TAG_LONGEST = 2, 20
TRUST_TO_MAKE = 3
"""From this level of trust on, a new word becomes a new tag."""

_BETWEEN = re.compile(r"[,;\n，、；]")
_NOT_WORD = re.compile(r"[^\w]+")


def tag_name(typed: str) -> str:
    """One tag as it is kept: letters, digits and hyphens of every script; what else was typed becomes a hyphen."""
    text = unicodedata.normalize("NFKC", typed).replace("_", "-")
    return _NOT_WORD.sub("-", text).strip("-")


def tag_fold(typed: str) -> str:
    """How tags are compared: "Pu-Erh", "#pu erh" and "ＰＵ－ＥＲＨ" are one."""
    return tag_name(tag_name(typed).casefold())


def tag_names(typed: str) -> list[str]:
    """The tags of a text field, "tea, Pu-Erh" → ["tea", "Pu-Erh"]; each once, in the order they were typed."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(typed):
        name = tag_name(part)
        if name:
            found.setdefault(tag_fold(name), name)
    return list(found.values())


def fits(name: str) -> bool:
    """Whether a tag is neither too short nor too long."""
    return TAG_SHORTEST <= len(name) <= TAG_LONGEST


def crowded(groups: Iterable[tuple[int | None, bool]]) -> Sequence[int]:
    """Of (group, one of it only) of each tag of a topic: the groups that may give one and give several."""
    counts: dict[int, int] = {}
    for group, one_of in groups:
        if group is not None and one_of:
            counts[group] = counts.get(group, 0) + 1
    return [group for group, count in counts.items() if count > 1]
