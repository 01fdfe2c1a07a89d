"""The language of the search box: words, "phrases", -without, and filters such as `in:tea from:mei before:2026-05`. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from community.search.tokens import Term

LONGEST = 200
MOST_TERMS = 16

FILTERS: Mapping[str, str] = {
    "in": "in", "tag": "tag", "tags": "tag", "from": "from", "by": "from", "author": "from", "before": "before",
    "until": "before", "after": "after", "since": "after", "is": "is", "kind": "kind", "type": "kind", "room": "room",
    "topic": "topic",
    "在": "in", "版块": "in", "标签": "tag", "作者": "from", "来自": "from", "早于": "before", "之前": "before",
    "晚于": "after", "之后": "after", "是": "is", "状态": "is", "类型": "kind", "房间": "room", "主题": "topic",
}  # fmt: skip
"""What may stand before the colon, in either language, and what it means."""

STATES: Mapping[str, str] = {
    "solved": "solved", "unsolved": "unsolved", "open": "open", "closed": "closed", "unread": "unread", "mine": "mine",
    "已解决": "solved", "未解决": "unsolved", "开放": "open", "已关闭": "closed", "未读": "unread", "我的": "mine",
}  # fmt: skip
PLACES: Mapping[str, str] = {"chat": "chat", "聊天": "chat"}

_QUOTES = str.maketrans(dict.fromkeys("“”„«»「」『』〝〞", '"'))
_PART = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[^\W\d_]+):(?P<value>"[^"]*"?|[^\s"]+)|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")
_AGO = re.compile(r"(\d{1,4})([dwmy天周月年])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365, "天": 1, "周": 7, "月": 30, "年": 365}
_NAMED_DAYS = {"today": 0, "yesterday": 1, "今天": 0, "昨天": 1}


@dataclass(frozen=True)
class Question:
    """What was typed, taken apart. `unknown`: names before a colon that are no filters and were taken as words."""

    terms: tuple[Term, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        return any(not term.without for term in self.terms) or bool(self.filters)


def parse(text: str) -> Question:
    """Take the text of the search box apart; whatever it is, it has a meaning."""
    text = unicodedata.normalize("NFKC", text.replace("\x00", " ").translate(_QUOTES))[:LONGEST]
    terms: list[Term] = []
    filters: list[tuple[str, str]] = []
    unknown: list[str] = []
    for match in _PART.finditer(text):
        name = (match["name"] or "").casefold()
        value = (match["value"] or "").strip('"').strip()
        without = bool(match["minus"])
        if name in FILTERS and value and not without:
            filters.append((FILTERS[name], value))
        elif name:
            if name not in FILTERS and not value.startswith("//") and name.isascii():
                unknown.append(name)
            terms.append(Term(f"{match['name']} {value}", without=without))
        elif match["phrase"] is not None:
            terms.append(Term(match["phrase"], phrase=True, without=without))
        else:
            terms.append(Term(match["word"], without=without))
    return Question(tuple(terms[:MOST_TERMS]), tuple(filters[:MOST_TERMS]), tuple(dict.fromkeys(unknown)))


def day(text: str, *, today: date) -> date | None:
    """The first day that "2026", "2026-05", "2026-05-04", "yesterday" or "3w" (ago) names; None when it names none."""
    text = text.casefold()
    if text in _NAMED_DAYS:
        return today - timedelta(days=_NAMED_DAYS[text])
    try:
        if match := _AGO.fullmatch(text):
            return today - timedelta(days=int(match[1]) * _DAYS[match[2]])
        if match := _DAY.fullmatch(text):
            found = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
            return found if 1900 <= found.year <= 2200 else None
    except (ValueError, OverflowError):
        return None
    return None
