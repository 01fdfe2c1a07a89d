"""Templates with holes: drawn once by the template engine, filled by joining strings as often as a page needs them.

A topic's page has twenty posts, and the template engine takes as long for one as joining strings takes for two hundred.
So a post's template is rendered once per language and shape (its flags), with a mark in the place of each value; the
text around the marks is kept, and filling is one join. The template stays the only place where the markup is written.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Two characters of Unicode's private use: no template of ours has them, the engine's escaping leaves them alone, and
# text from people never comes near them, because it is filled in after the cut.
_BEGIN, _END = "\ue0f0", "\ue0f1"
_MARK = re.compile(f"{_BEGIN}(\\w+){_END}")


class Stencil:
    """The pieces of one drawn template: text, name of a hole, text, name of a hole, …, text."""

    __slots__ = ("_names", "_texts")

    def __init__(self, drawn: str) -> None:
        pieces = _MARK.split(drawn)
        self._texts, self._names = pieces[0::2], pieces[1::2]

    def fill(self, values: Mapping[str, Any]) -> SafeString:
        """The HTML with these values, escaped unless they are safe strings. Raises KeyError when one is missing."""
        parts = [self._texts[0]]
        for name, text in zip(self._names, self._texts[1:], strict=True):
            parts.append(_escaped(values[name]))
            parts.append(text)
        return SafeString("".join(parts))

    def cut(self, values: Mapping[str, Any], *left_open: str) -> list[SafeString]:
        """The same, in pieces: cut where the holes of these names are, each of which is there once and stays empty."""
        pieces, parts = [], [self._texts[0]]
        for name, text in zip(self._names, self._texts[1:], strict=True):
            if name in left_open:
                pieces.append("".join(parts))
                parts = [text]
            else:
                parts.append(_escaped(values[name]))
                parts.append(text)
        pieces.append("".join(parts))
        return [SafeString(piece) for piece in pieces]


def _escaped(value: Any) -> str:
    """As the template engine escapes, without its detour for lazy strings: a page asks this three hundred times."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def mark(name: str) -> str:
    """What stands in a drawn template where this hole will be."""
    return f"{_BEGIN}{name}{_END}"


def stencil(template: str, holes: str, **flags: object) -> Stencil:
    """The stencil of a template in the language of this request: `holes` are names, `flags` are what it asks with if."""
    return _stencil(template, holes, get_language() or "", tuple(sorted(flags.items())))


@lru_cache(maxsize=2_000)
def _stencil(template: str, holes: str, language: str, flags: tuple[tuple[str, object], ...]) -> Stencil:
    marks = {name: mark(name) for name in holes.split()}
    return Stencil(render_to_string(template, {**marks, **dict(flags)}))
