"""Words for the search, made by us and not by PostgreSQL: the same for what is written and for what is asked.

Latin and other words with spaces between them: lower case, no accents, no English plural. Han, kana, hangul, Thai and
their neighbours, which write no spaces: every two neighbouring characters, then the last character alone
(老友好 → 老友 友好 好), so that any two characters find their text without a dictionary. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

VERSION = 1
"""Raise it when the same text gives other tokens: `reindex_search` then makes old documents anew."""

LONGEST_TOKEN = 64
MOST_PLACES = 255  # PostgreSQL keeps no more places of a word
LAST_PLACE = 16_383
GAP = 10
"""Places between two parts of a document, so that no phrase reaches from the title into the text."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # kana and Han
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # hangul
    "\uff66-\uff9f\U00020000-\U0003134f"
)
_PIECE = re.compile(
    rf"(?P<run>[{_UNSPACED}]+)|(?P<word>(?:(?![{_UNSPACED}])[^\W_])+(?:['’](?:(?![{_UNSPACED}])[^\W_])+)*)"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_TOKEN = re.compile(r"('[^']+')(:\*)?")
_POSSESSIVE = re.compile("['’]s$")


@dataclass(frozen=True)
class Piece:
    """A word, or a run of characters without spaces, at its place in the original text."""

    text: str
    start: int
    end: int
    run: bool


def pieces(text: str) -> Iterable[Piece]:
    """The words and runs of a text, folded, with the places where they stand in it as it was written."""
    for match in _PIECE.finditer(text):
        run = match.group("run") is not None
        folded = unicodedata.normalize("NFKC", match.group()) if run else folded_word(match.group())
        if folded:
            yield Piece(folded, match.start(), match.end(), run)


@lru_cache(maxsize=20_000)
def folded_word(word: str) -> str:
    """A spaced word as it is kept: "Café's" → "cafe", "Teapots" → "teapot"."""
    word = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", word).casefold())
    word = _ACCENTS.sub("", unicodedata.normalize("NFD", word.replace("'", "").replace("’", "")))
    return singular(unicodedata.normalize("NFC", word))[:LONGEST_TOKEN]


def singular(word: str) -> str:
    """Harman's S-stemmer (1991): plurals only, so that it does no harm to other languages."""
    if len(word) < 4 or not word.endswith("s") or not word.isascii():
        return word
    if word.endswith("ies") and word[-4] not in "ea":
        return word[:-3] + "y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    return word[:-1] if word[-2] not in "us" and not word.endswith("es") else word


def tokens(text: str) -> list[str]:
    """The tokens of a text in order; the place of each is its index."""
    found: list[str] = []
    for piece in pieces(text):
        found.extend(_bigrams(piece.text) if piece.run else [piece.text])
    return found


def vector(*, title: str = "", tags: str = "", board: str = "", body: str = "") -> str:
    """A document as PostgreSQL reads it (`::tsvector`): title A, tags B, board's name C, text D."""
    places: dict[str, list[str]] = {}
    start = 1
    for weight, text in (("A", title), ("B", tags), ("C", board), ("D", body)):
        found = tokens(text)
        for place, token in enumerate(found, start):
            if place > LAST_PLACE:
                places.setdefault(token, [])
            elif len(held := places.setdefault(token, [])) < MOST_PLACES:
                held.append(f"{place}{weight}")
        start += len(found) + GAP if found else 0
    return " ".join(f"'{token}':{','.join(at)}" if at else f"'{token}'" for token, at in places.items())


@dataclass(frozen=True)
class Term:
    """What one asks for: words, an exact phrase, or what must not be there."""

    text: str
    phrase: bool = False
    without: bool = False


def query(terms: Sequence[Term], *, beginnings: bool = True, any_of: bool = False) -> str:
    """The question as PostgreSQL reads it (`::tsquery`); empty when nothing in it can be looked for.

    All terms must be there (`any_of`: one is enough). With `beginnings` the last spaced word may be the beginning of
    a longer one. A lone character of an unspaced script always may: it begins a pair, or ends a run.
    """
    wanted, without = [], []
    last = max((n for n, term in enumerate(terms) if not term.phrase and not term.without), default=-1)
    for number, term in enumerate(terms):
        found = list(pieces(term.text))
        if not found:
            continue
        if term.without:
            without.append("!" + (_phrase(found) if term.phrase or len(found) > 1 else _one(found[0])))
        elif term.phrase:
            wanted.append(_phrase(found))
        else:
            *before, end = found
            open_end = beginnings and number == last
            for piece in before:
                wanted.extend(_all(piece))
            wanted.extend(_all(end, open_end=open_end))
    if not wanted:
        return ""
    wanted = list(dict.fromkeys(wanted))
    return " & ".join([*wanted, *without]) if not any_of else _also(" | ".join(wanted), without)


def in_title(question: str) -> str:
    """The same question of titles (and names) alone."""
    return _TOKEN.sub(lambda match: f"{match[1]}:{'*' if match[2] else ''}A", question)


def _also(question: str, without: Sequence[str]) -> str:
    return " & ".join([f"({question})", *without]) if without else question


def similar(title: str, *, most: int = 7) -> str:
    """What titles like this one have: any two of its weightier words, or its only one, in the title."""
    found: list[str] = []
    for piece in pieces(title):
        words = [a + b for a, b in pairwise(piece.text)] if piece.run else [piece.text]
        found.extend(word for word in words if word not in COMMON and (piece.run or len(word) > 2 or word.isdigit()))
    words = sorted(dict.fromkeys(found), key=lambda word: -len(word))[:most]
    if len(words) < 2:
        return "".join(f"'{word}':A" for word in words)
    pairs = [(a, b) for n, a in enumerate(words) for b in words[n + 1 :]]
    return " | ".join(f"('{a}':A & '{b}':A)" for a, b in pairs)


_COMMON = (
    "a an and any are can may did do doe does for from get had has have how i if in is it its me my not of on or our should so "
    "some that the their them then there they this to too use was we what when where which who why will with you your "
    "need want one best good about anyone somebody please help question "
    "怎么 什么 如何 可以 请问 一个 这个 那个 为什 么样 有没 没有 大家 我们 你们 不是 是不 应该 问题 的是"
)
COMMON = frozenset(singular(word) for word in _COMMON.split())
"""Words that make no two titles alike."""


def marked(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where in the text, as it was written, the asked words stand: (start, end), in order, not overlapping."""
    words, beginnings, runs = _sought(terms)
    spans: list[tuple[int, int]] = []
    for piece in pieces(text):
        if not piece.run:
            if piece.text in words or piece.text.startswith(beginnings):
                spans.append((piece.start, piece.end))
        elif piece.end - piece.start == len(piece.text):  # folding changed no lengths
            spans.extend((piece.start + a, piece.start + b) for a, b in _in_run(piece.text, runs))
    return spans


def _sought(terms: Sequence[Term]) -> tuple[set[str], tuple[str, ...], set[str]]:
    """Whole words, beginnings of words, and pairs (or lone characters) of unspaced scripts."""
    words: set[str] = set()
    runs: set[str] = set()
    beginnings: tuple[str, ...] = ()
    for term in terms:
        if term.without:
            continue
        for piece in pieces(term.text):
            if piece.run:
                runs.update(_pairs(piece.text))
            else:
                words.add(piece.text)
                beginnings = (piece.text,) if not term.phrase and _may_begin(piece.text) else ()
    return words, beginnings, runs


def _in_run(text: str, runs: set[str]) -> list[tuple[int, int]]:
    hits = sorted((at, at + len(one)) for one in runs for at in _all_places(text, one))
    joined: list[tuple[int, int]] = []
    for start, end in hits:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _all_places(text: str, one: str) -> Iterable[int]:
    at = text.find(one)
    while at >= 0:
        yield at
        at = text.find(one, at + 1)


def _bigrams(run: str) -> list[str]:
    return [*(a + b for a, b in pairwise(run)), run[-1]]


def _pairs(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)] or [run]


def _may_begin(word: str) -> bool:
    return len(word) >= 3


def _all(piece: Piece, *, open_end: bool = False) -> list[str]:
    if piece.run:
        return [f"'{pair}'" for pair in _pairs(piece.text)] if len(piece.text) > 1 else [f"'{piece.text}':*"]
    return [f"'{piece.text}':*" if open_end and _may_begin(piece.text) else f"'{piece.text}'"]


def _one(piece: Piece) -> str:
    return "(" + " & ".join(_all(piece)) + ")"


def _phrase(found: Sequence[Piece]) -> str:
    """Neighbours in this order. A run takes as many places as it has characters, its last one alone included."""
    said, step = "", 0
    for number, piece in enumerate(found):
        ends = number == len(found) - 1
        if not piece.run:
            parts, after = [f"'{piece.text}'"], 1
        elif len(piece.text) == 1:
            parts, after = [f"'{piece.text}'" + (":*" if ends else "")], 1
        else:
            parts, after = [f"'{pair}'" for pair in _pairs(piece.text)], 2
        for part in parts:
            said += (f" <{step}> " if said else "") + part
            step = 1
        step = after
    return f"({said})"
