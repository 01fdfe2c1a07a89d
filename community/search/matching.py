"""Whether a text says what is asked, by the words of `tokens`; for what is too little to keep documents of. Pure."""

from collections.abc import Sequence
from functools import lru_cache

from community.search.tokens import Piece, Term, pieces

SHORTEST_BEGINNING = 3
"""Characters from which on the last word of a question may be the beginning of a longer one."""


def asks(terms: Sequence[Term]) -> bool:
    """Whether there is anything to look for."""
    return any(not term.without and any(True for _piece in pieces(term.text)) for term in terms)


def says(text: str, terms: Sequence[Term]) -> bool:
    """Whether all of it is there, and nothing of what must not be. Nothing asked is said by every text."""
    line, words = _read(text)
    last = max((n for n, term in enumerate(terms) if not term.phrase and not term.without), default=-1)
    for number, term in enumerate(terms):
        found = list(pieces(term.text))
        if not found:
            continue
        if term.phrase:
            there = _phrase(found) in line
        else:
            there = all(
                one.text in line if one.run
                else one.text in words or (number == last and one is found[-1] and _begins(one.text, words))
                for one in found
            )  # fmt: skip
        if there == term.without:
            return False
    return True


def _begins(beginning: str, words: frozenset[str]) -> bool:
    return len(beginning) >= SHORTEST_BEGINNING and any(word.startswith(beginning) for word in words)


def _phrase(found: Sequence[Piece]) -> str:
    before, after = ("" if found[0].run else " "), ("" if found[-1].run else " ")
    return before + " ".join(one.text for one in found) + after


@lru_cache(maxsize=2_000)
def _read(text: str) -> tuple[str, frozenset[str]]:
    found = list(pieces(text))
    return f" {' '.join(one.text for one in found)} ", frozenset(one.text for one in found if not one.run)
