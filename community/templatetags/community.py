"""Small pieces of the forum's pages."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from community.topicpage.stencils import Stencil, mark
from community.views.forum.side import Side

register = template.Library()


@register.simple_tag(takes_context=True)
def page_script(context: template.Context, module: str) -> SafeString:
    """The module that a page of the forum runs, and for the keyboard map where its keys lead.

    Reads of the page `shortcuts` (False: the reader wants no single keys) and `board` (where they would start a topic).
    """
    request, board = context["request"], context.get("board")
    username = request.user.username if request.user.is_authenticated else ""
    drawn = _page_script(module, context.get("shortcuts") is not False, board.slug if board else "", username)
    return drawn.fill({"csp_nonce": request.csp_nonce})


@register.simple_tag(takes_context=True)
def forum_side(context: template.Context) -> SafeString:
    """What stands beside the lists: `side` of the page, where its `board` or `tag` is the place that one is at."""
    board, tag = context.get("board"), context.get("tag")
    here = board.id if board else None, tag.slug if tag else ""
    return _forum_side(context["side"], *here, context["request"].user.is_authenticated, get_language())


@lru_cache(maxsize=500)
def _forum_side(side: Side, board_id: int | None, tag_slug: str, signed_in: bool, language: str | None) -> SafeString:
    given = {"side": side, "board_id": board_id, "tag_slug": tag_slug, "signed_in": signed_in}
    return render_to_string("community/reading/_side.html", given)


@lru_cache(maxsize=2_000)
def _page_script(module: str, keys: bool, board: str, username: str) -> Stencil:
    given = {"module": module, "keys": keys, "board": board, "username": username, "csp_nonce": mark("csp_nonce")}
    return Stencil(render_to_string("community/reading/_page_script.html", given))


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping by a key that the template holds: `people|of:row.author_id`."""
    return mapping.get(key)
