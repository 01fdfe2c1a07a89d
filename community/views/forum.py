"""The forum's front page and the boards."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access
from community.queries import boards, topics
from members.access import is_member
from members.queries import member_cards
from outbox.clock import now

NEWS_FOR = timedelta(days=90)


@require_safe
def forum(request: HttpRequest) -> HttpResponse:
    """All boards, what is pinned, the latest topics."""
    held = access.hold_rights(request.user)
    me = request.user.pk if is_member(request.user) else None
    rows = boards.board_rows(held=held, member_id=me, since=now() - NEWS_FOR)
    latest = topics.newest_topics(boards=held.browsable, member_id=me, limit=12)
    context = {
        "boards": rows,
        "topics": latest,
        "people": _people(latest, rows),
        "cards": held.boards,
        "can_start": bool(held.allowed["start"]),
    }
    return render(request, "community/forum/front.html", context)


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of one board, newest first, page by page."""
    held = access.hold_rights(request.user)
    card = access.get_board(request.user, slug, held=held)
    me = request.user.pk if is_member(request.user) else None
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    page = topics.topic_page(boards=[card.id], member_id=me, before=before, after=after)
    first = not page.newer
    pinned = topics.pinned_topics(boards=[card.id], member_id=me) if first else []
    inside = boards.board_rows(held=held, member_id=me, since=now() - NEWS_FOR, parent_id=card.id) if first else []
    context = {
        "board": card,
        "crumbs": crumbs(held, card),
        "page": page,
        "pinned": pinned,
        "inside": inside,
        "people": _people([*pinned, *page.rows], inside),
        "cards": held.boards,
        "may_start": held.may("start", card.id),
    }
    return render(request, "community/forum/board.html", context)


@require_safe
def choose_board(request: HttpRequest) -> HttpResponse:
    """Where should the new topic go?"""
    held = access.hold_rights(request.user)
    rows = [card for card in held.boards.values() if held.may("start", card.id)]
    return render(request, "community/forum/choose_board.html", {"boards": rows})


def crumbs(held: access.Rights, card: access.BoardCard, *, whole: bool = False) -> list[tuple[str, str]]:
    """The way from the forum to here; the last has no link unless `whole`."""
    from django.urls import reverse

    way: list[tuple[str, str]] = []
    here: access.BoardCard | None = card
    while here is not None:
        linked = whole or here is not card
        way.append((here.name, reverse("community:board", args=[here.slug]) if linked else ""))
        here = held.boards.get(here.parent_id) if here.parent_id else None
    way.append((_("Forum"), reverse("community:forum")))
    return way[::-1]


def _people(rows: list[topics.TopicRow], boards_shown: list[boards.BoardRow]) -> dict[int, Any]:
    ids = {person for row in rows for person in (row.author_id, row.last_post_by_id, *row.participants)}
    ids |= {row.last.member_id for row in boards_shown if row.last}
    return member_cards(member_ids=ids) if ids else {}
