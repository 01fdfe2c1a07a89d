"""Small pieces of the forum's pages."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from community.stencils import Stencil, mark

register = template.Library()


@register.simple_tag(takes_context=True)
def page_script(context: template.Context, module: str) -> SafeString:
    """The module that a page of the forum runs, and for the keyboard map where its keys lead.

    Reads of the page `shortcuts` (False: the reader wants no single keys) and `board` (where they would start a topic).
    """
    request, board = context["request"], context.get("board")
    username = request.user.username if request.user.is_authenticated else ""
    drawn = _page_script(module, context.get("shortcuts") is not False, board.slug if board else "", username)
    return drawn.fill({"nonce": request.csp_nonce})


@lru_cache(maxsize=2_000)
def _page_script(module: str, keys: bool, board: str, username: str) -> Stencil:
    given = {"module": module, "keys": keys, "board": board, "username": username, "nonce": mark("nonce")}
    return Stencil(render_to_string("community/reading/_page_script.html", given))


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping by a key that the template holds: `people|of:row.author_id`."""
    return mapping.get(key)
