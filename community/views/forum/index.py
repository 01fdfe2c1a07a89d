"""The forum's front page."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access, slots
from community.queries.forum import boards, lists, own
from community.queries.forum.reader import Reader, reader
from community.rules import reading as rules
from community.views.forum.rows import drawn_boards, drawn_rows, people_of
from community.views.forum.side import hints, side
from members.access import is_member
from members.middleware import last_visit
from members.queries import member_cards
from outbox.clock import now

NEWS_FOR = timedelta(days=90)
LATEST = 15
FIRST = 50
"""Panels of a lower order stand above the boards: what is on now."""


@require_safe
def forum(request: HttpRequest) -> HttpResponse:
    """What happened since the last visit, what is pinned, all boards, the latest topics."""
    held = access.hold_rights(request.user)
    me = request.user.pk if is_member(request.user) else None
    who = reader(viewer=request.user, at=now())
    scope = lists.Scope(tuple(held.browsable), whole=True)
    rows = boards.board_rows(held=held, reader=who)
    page = lists.topic_list("latest", scope=scope, reader=who, held=held, pinned="everywhere", limit=LATEST)
    ids = people_of([*page.pinned, *page.rows]) | {row.last.member_id for row in rows if row.last}
    people = member_cards(member_ids=ids) if ids else {}
    visited = last_visit(request) if me else None
    panels = sorted(slots.forum_panels.collect(request=request), key=lambda panel: panel.order)
    context = {
        "boards": drawn_boards(rows, people=people),
        "pinned": drawn_rows(page.pinned, people=people, boards=held.boards, with_board=True),
        "rows": drawn_rows(page.rows, people=people, boards=held.boards, with_board=True, last_visit=visited),
        "older": page.older,
        "since": _since(request, held, who),
        "side": side(request, held, who, here="forum"),
        "can_start": bool(held.allowed["start"]),
        "first_panels": [panel for panel in panels if panel.order < FIRST],
        "panels": [panel for panel in panels if panel.order >= FIRST],
        "hints": hints(request.user, held, scope) if me else [],
        "shortcuts": who.shortcuts,
    }
    return render(request, "community/forum/front.html", context)


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


def _since(request: HttpRequest, held: access.Rights, who: Reader) -> Any:
    """Replies and topics since the visit before this one, as words; nothing on the first visit."""
    visited = last_visit(request) if who.member_id else None
    if visited is None or who.member_id is None:
        return None
    muted = [board for board, level in who.levels(held).items() if level == rules.MUTED]
    found = own.since(
        member_id=who.member_id,
        since=max(visited, who.at - NEWS_FOR),
        held=held,
        ignored=sorted(who.ignored),
        muted=muted,
    )
    return {
        "replies": found.replies, "topics": found.topics, "at": visited,
        "replies_label": rules.counted(found.replies), "topics_label": rules.counted(found.topics),
    }  # fmt: skip
