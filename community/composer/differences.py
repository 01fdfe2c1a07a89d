"""What changed between two texts, word by word, in bounded time.

First whole lines are compared, then inside of what changed sentences, then words; a Chinese, Japanese or Korean
character is a word. What is too large to compare so closely is shown as taken out and put in as a whole.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+|\s+|.", re.S)
_SENTENCE = re.compile(r"[^.!?。！？…]+[.!?。！？…]*\s*|[.!?。！？…]+\s*")
_WORK = 1_500_000
"""Pairs of pieces that one call may look at: its time grows with them, a quarter of a second at the worst."""


@dataclass(frozen=True)
class Piece:
    """Words that are the same in both texts, or only in the text before ("out") or after ("in")."""

    what: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The two texts as one, in order: joining "same" and "out" gives the one before, "same" and "in" the one after."""
    return _joined(_Comparison().compare(before, after))


class _Comparison:
    """One call's work, of which there is only so much."""

    def __init__(self) -> None:
        self.left = _WORK

    def compare(self, before: str, after: str, level: int = 0) -> Iterator[Piece]:
        if not before or not after or level == len(_LEVELS):
            yield from (Piece("out", before), Piece("in", after))
            return
        old, new = _LEVELS[level](before), _LEVELS[level](after)
        shortest = min(len(old), len(new))
        start = next((place for place in range(shortest) if old[place] != new[place]), shortest)
        end = next((place for place in range(shortest - start) if old[-1 - place] != new[-1 - place]), shortest - start)
        yield Piece("same", "".join(old[:start]))
        yield from self._middle(old[start : len(old) - end], new[start : len(new) - end], level)
        yield Piece("same", "".join(old[len(old) - end :]))

    def _middle(self, old: Sequence[str], new: Sequence[str], level: int) -> Iterator[Piece]:
        if len(old) * len(new) > self.left:  # too much for pieces this small
            yield from (Piece("out", "".join(old)), Piece("in", "".join(new)))
            return
        self.left -= len(old) * len(new)
        for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if what == "equal":
                yield Piece("same", "".join(old[i:j]))
            else:
                yield from self.compare("".join(old[i:j]), "".join(new[k:m]), level + 1)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


_LEVELS = (_lines, _SENTENCE.findall, _WORD.findall)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one kind as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].what == piece.what:
            joined[-1] = Piece(piece.what, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
