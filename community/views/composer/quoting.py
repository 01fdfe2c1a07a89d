"""Quoting a post, and the names of emoji."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from community import access
from community.addresses import post_url, public_id, topic_url
from community.composer.unsent import wants_json
from community.cooking.emoji import EMOJI
from community.rules import composer as rules_composer
from members.access import Refused, Viewer


@require_safe
def quote(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """{quote, name, number, head} for a script; else the topic with the quote in its form."""
    held = access.hold_rights(request.user)
    if not wants_json(request):
        post = access.get_post(request.user, public_id(address), number, "browse", held=held)
        return redirect(f"{topic_url(post.topic.public_id, post.topic.slug)}?quote={number}#reply")
    return JsonResponse(
        quoted(request.user, public_id(address), number, held), headers={"Cache-Control": "private, no-store"}
    )


def quoted(viewer: Viewer, topic: str, number: int, held: access.Rights) -> dict[str, Any]:
    """The Markdown that quotes a post, for somebody who may read it. `head` is its first line alone. Raises Refused."""
    post = access.get_post(viewer, topic, number, "browse", held=held)
    url = post_url(post.topic.public_id, "", number).partition("#")[0]  # short: a Chinese title is long in an address
    head = rules_composer.quote_head(handle=post.author.username, number=number, url=url)
    return {
        "quote": rules_composer.quote_markdown(head=head, raw=post.raw),
        "head": head,
        "name": post.author.name,
        "number": number,
    }


def initial(request: HttpRequest, topic: str, held: access.Rights) -> dict[str, Any]:
    """What the reply's form begins with when its page was asked to quote (`?quote=12`), else nothing."""
    wanted = request.GET.get("quote", "")
    if request.method == "POST" or not (wanted.isascii() and wanted.isdigit() and len(wanted) < 9):
        return {}
    try:
        found = quoted(request.user, topic, int(wanted), held)
    except Refused:
        return {}
    return {"raw": found["quote"], "parent": found["number"], "parent_name": found["name"]}


@require_safe
@cache_control(public=True, max_age=86_400)
def emoji(request: HttpRequest) -> HttpResponse:
    """{emoji: [[name, sign], …]} for ":…"."""
    return HttpResponse(_emoji(), content_type="application/json")


@lru_cache(maxsize=1)
def _emoji() -> bytes:
    return JsonResponse({"emoji": list(EMOJI.items())}, json_dumps_params={"ensure_ascii": False}).content
