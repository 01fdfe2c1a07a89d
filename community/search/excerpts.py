"""A few words of a text around what was asked, with the hits marked. Everything is escaped here; only <mark> is ours."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from community.rules import has_cjk
from community.search.tokens import Term, marked

LENGTH, LENGTH_CJK = 300, 120
LOOKED_THROUGH = 20_000

Span = tuple[int, int]


def highlighted(text: str, terms: Sequence[Term]) -> SafeString:
    """The whole text with its hits marked."""
    return _join(text, marked(text, terms))


def excerpt(text: str, terms: Sequence[Term]) -> SafeString:
    """Up to 300 characters (120 of scripts that say more with each) where most of the hits are."""
    text = " ".join(text[:LOOKED_THROUGH].split())
    spans = marked(text, terms)
    length = LENGTH_CJK if has_cjk(text[:400]) else LENGTH
    start = _best_start(spans, length)
    start = _word_start(text, max(start - length // 5, 0)) if start + length > length else 0
    end = min(start + length, len(text))
    if end < len(text) and (gap := text.rfind(" ", start + length * 2 // 3, end)) > 0:
        end = gap
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}", before, _join(text[start:end], inside), after)


def _best_start(spans: Sequence[Span], length: int) -> int:
    """The hit from which most hits lie within one excerpt; the first of equals."""
    best, most, last = 0, 0, 0
    for number, (start, _end) in enumerate(spans):
        while last < len(spans) and spans[last][1] <= start + length * 4 // 5:
            last += 1
        if last - number > most:
            best, most = start, last - number
    return best


def _word_start(text: str, start: int) -> int:
    gap = text.find(" ", start, start + 30) if start else -1
    return gap + 1 if gap >= 0 else start


def _join(text: str, spans: Iterable[Span]) -> SafeString:
    parts: list[tuple[str, str]] = []
    at = 0
    for start, end in spans:
        parts.append((text[at:start], text[start:end]))
        at = end
    marks = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", marks, text[at:])
