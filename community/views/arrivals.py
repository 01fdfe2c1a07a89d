"""Old addresses of a forum that came here lead to where its topics are now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from community import access
from community.addresses import post_url, topic_url
from community.queries.arrivals import board_of, post_of, topic_of


@require_safe
def old_topic(request: HttpRequest, old: str, number: str = "", slug: str = "") -> HttpResponse:
    """Discourse: /t/words/123/4. Whoever may not read the topic learns nothing of it, not even its new name."""
    return _to_topic(request, topic_of(external_id=old), int(number or 0))


@require_safe
def old_board(request: HttpRequest, path: str, old: str) -> HttpResponse:
    """Discourse: /c/words/12."""
    return _to_board(request, board_of(external_id=old))


@require_safe
def viewtopic(request: HttpRequest) -> HttpResponse:
    """phpBB: /viewtopic.php?t=12 or ?p=34."""
    post, topic = request.GET.get("p", ""), request.GET.get("t", "")
    if post:
        found = post_of(external_id=post[:20])
        return _to_topic(request, found[0] if found else None, found[1] if found else 0)
    return _to_topic(request, topic_of(external_id=topic[:20]), 0)


@require_safe
def viewforum(request: HttpRequest) -> HttpResponse:
    """phpBB: /viewforum.php?f=3."""
    return _to_board(request, board_of(external_id=request.GET.get("f", "")[:20]))


def _to_topic(request: HttpRequest, public_id: str | None, number: int) -> HttpResponse:
    if public_id is None:
        raise access.absent()
    topic = access.get_topic(request.user, public_id)
    if 1 < number <= topic.highest_number:
        return redirect(post_url(topic.public_id, topic.slug, number), permanent=True)
    return redirect(topic_url(topic.public_id, topic.slug), permanent=True)


def _to_board(request: HttpRequest, board_id: int | None) -> HttpResponse:
    if board_id is None:
        raise access.absent()
    board = access.board_by_id(request.user, board_id)
    return redirect("community:board", board.slug, permanent=True)
