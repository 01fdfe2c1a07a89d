"""Lists of topics, of the site, a board or a tag; what a member wrote; dismissing what is new or unread."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.actions.forum import reading
from community.queries.forum import boards, lists, own, structure, tags
from community.queries.forum.reader import Reader, reader
from community.rules import reading as rules
from community.topicpage.stencils import stencil
from community.views.forum.index import crumbs
from community.views.forum.rows import drawn_boards, drawn_rows, people_of
from community.views.forum.side import hints, side
from members.access import Viewer, is_member, require_member
from members.addresses import form_token
from members.middleware import last_visit
from members.queries import member_cards
from outbox.clock import now

DEEPEST = 100_000
"""A page's number is only a word for the reader; its place is the cursor."""


@require_safe
def site_list(request: HttpRequest, name: str = "latest") -> HttpResponse:
    """Topics of all boards that the viewer may read."""
    held = access.hold_rights(request.user)
    scope = lists.Scope(tuple(held.browsable), whole=True)
    context = {"title": list_title(name), "crumbs": [(_("Forum"), reverse("community:forum")), (list_title(name), "")]}
    return list_response(request, name, scope, held, context, start_url=reverse("community:choose_board"))


@require_safe
def board_list(request: HttpRequest, slug: str, name: str = "") -> HttpResponse:
    """Topics of one board, and on its own page the boards inside it; there they stand in the order of the board."""
    held = access.hold_rights(request.user)
    card = access.get_board(request.user, slug, held=held)
    if name == card.default_order:
        return redirect(list_url("", card))
    order = "latest" if name else card.default_order
    name = name or "latest"
    inside = _inside(held, card)
    scope = lists.Scope((card.id,), board_id=card.id) if name == "latest" else lists.Scope(inside, board_id=card.id)
    start = reverse("community:start_topic", args=[card.slug]) if held.may("start", card.id) else ""
    context: dict[str, Any] = {"board": card, "crumbs": crumbs(held, card), "title": card.name}
    if name == "latest" and "event" in card.kinds:
        context["upcoming"] = structure.upcoming_events(boards=[card.id], at=now(), limit=5)
    return list_response(request, name, scope, held, context, start_url=start, order=order)


@require_safe
def tag_list(request: HttpRequest, slug: str, name: str = "latest") -> HttpResponse:
    """Topics under a tag, on any board that the viewer may read. A synonym leads to its main tag."""
    held = access.hold_rights(request.user)
    tag = tag_or_absent(slug, held)
    if tag.slug != slug:
        return redirect(list_url(name, tag=tag), permanent=True)
    scope = lists.Scope(tuple(held.browsable), whole=True, tag_id=tag.id)
    title = f"#{tag.name}"
    context = {"tag": tag, "title": title, "crumbs": [(_("Forum"), reverse("community:forum")), (title, "")]}
    return list_response(request, name, scope, held, context, start_url=reverse("community:choose_board"))


@require_safe
def my_posts(request: HttpRequest) -> HttpResponse:
    """What the member wrote, newest first, where they may still read it."""
    held = access.hold_rights(request.user)
    member = require_member(request.user)
    who = reader(viewer=member, at=now())
    page = own.own_posts(member_id=member.pk, held=held, before=request.GET.get("before", "")[:80])
    context = {
        "title": _("My posts"),
        "crumbs": [(_("Forum"), reverse("community:forum")), (_("My posts"), "")],
        "page": page,
        "side": side(request, held, who, here="posts"),
    }
    return render(request, "community/reading/my_posts.html", context)


def list_response(
    request: HttpRequest, name: str, scope: lists.Scope, held: access.Rights, context: dict[str, Any], *,
    start_url: str, order: str = "latest",
) -> HttpResponse:  # fmt: skip
    """A page of any list. `order`: how the latest ones are put, on the page of a board that says so."""
    if name in lists.OWN:
        require_member(request.user)
    who = reader(viewer=request.user, at=now())
    period = request.GET.get("period", "")
    period = period if period in lists.PERIODS else "week"
    pinned = ("board" if scope.board_id and name == "latest" else "everywhere") if name == "latest" else ""
    page = lists.topic_list(
        order if name == "latest" else name, scope=scope, reader=who, held=held, before=request.GET.get("before", "")[:40],
        after=request.GET.get("after", "")[:40], period=period, pinned="" if scope.tag_id else pinned,
    )  # fmt: skip
    first = not page.newer
    inside = _boards_inside(held, who, scope) if first and name == "latest" and scope.board_id else []
    people = _people(page, inside)
    visited = last_visit(request) if is_member(request.user) else None
    with_board = scope.board_id is None or len(scope.boards) > 1
    context |= {
        "name": name,
        "tab": order if name == "latest" else name,
        "rows": drawn_rows(
            page.rows, people=people, boards=held.boards, with_board=with_board,
            last_visit=visited if name == "latest" else None,
        ),
        "pinned": drawn_rows(page.pinned, people=people, boards=held.boards, with_board=with_board),
        "inside": drawn_boards(inside, people=people),
        "page": page,
        "number": _number(request),
        "period": period,
        "query": f"period={period}&" if name == "top" else "",
        "tabs": _tabs(request.user, name, scope, context),
        "side": side(request, held, who, here=name if scope.whole and not scope.tag_id else ""),
        "start_url": start_url if (scope.board_id or held.allowed["start"]) else "",
        "undo": is_member(request.user) and may_undo(request, who.at),
        "dismiss": name if name in ("new", "unread") and page.rows else "",
        "place": _place_fields(scope),
        "level_html": _level_html(request, _level_of_place(who, held, scope), context.get("board"), context.get("tag")),
        "hints": hints(request.user, held, scope) if first and name == "latest" and is_member(request.user) else [],
        "shortcuts": who.shortcuts,
    }  # fmt: skip
    return render(request, "community/reading/list.html", context)


@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Call nothing new any more, or everything read: on the site, a board (with those inside) or under a tag."""
    held = access.hold_rights(request.user)
    member = require_member(request.user)
    what, at = request.POST.get("what", ""), now()
    board_ids, tag_ids, back = _place(request, held)
    verb = {"new": reading.dismiss_new, "unread": reading.mark_read, "all": reading.mark_read}.get(what)
    if verb is None:
        messages.error(request, _("This button is not known. Please load the page again."))
        return redirect(back)
    with transaction.atomic(durable=True):
        verb(member_id=member.pk, at=at, board_ids=board_ids, tag_ids=tag_ids)
    request.session["dismissed_at"] = at.isoformat()
    return redirect(back)


@require_POST
def undo_dismissal(request: HttpRequest) -> HttpResponse:
    """Take the last dismissal back, for ten seconds."""
    held = access.hold_rights(request.user)
    member = require_member(request.user)
    back = _place(request, held)[2]
    with transaction.atomic(durable=True):
        undone = reading.undo_mark(member_id=member.pk, at=now())
    request.session.pop("dismissed_at", None)
    if undone:
        messages.success(request, _("Undone: everything is as it was."))
    else:
        messages.info(request, _("It is too late to take this back."))
    return redirect(back)


def may_undo(request: HttpRequest, at: datetime) -> bool:
    """Whether the last dismissal of this session can still be taken back."""
    done = request.session.get("dismissed_at")
    return isinstance(done, str) and at - datetime.fromisoformat(done) < rules.UNDO_WITHIN


def list_title(name: str) -> str:
    return {
        "latest": _("Latest"),
        "newest": _("Newest topics"),
        "votes": _("Most wanted"),
        "new": _("New"),
        "unread": _("Unread"),
        "following": _("Following"),
        "unanswered": _("Unanswered"),
        "top": _("Top"),
        "mine": _("My topics"),
    }[name]


def _tabs(viewer: Viewer, name: str, scope: lists.Scope, context: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The lists of this place: (name, words, address). A board's own order comes first."""
    board = context.get("board")
    names = [one for one in lists.LISTS if is_member(viewer) or one not in lists.OWN]
    if board is not None and board.default_order != "latest":
        names = [board.default_order, *names]
    return [(one, list_title(one), list_url(one, board, context.get("tag"))) for one in names]


def list_url(name: str, board: Any = None, tag: Any = None) -> str:
    """The address of a list of the site, a board or a tag; without a name, the page of the place itself."""
    first = "latest" if board is None else board.default_order
    rest = [] if name in ("", first) else [name]
    if board is not None and rest == ["latest"]:
        return reverse("community:board_latest", args=[board.slug])
    if board is not None:
        return reverse("community:board_list" if rest else "community:board", args=[board.slug, *rest])
    if tag is not None:
        return reverse("community:tag_list" if rest else "community:tag", args=[tag.slug, *rest])
    return reverse("community:topics_list" if rest else "community:topics", args=rest)


def tag_or_absent(slug: str, held: access.Rights) -> tags.TagCard:
    """The main tag of this address, if the viewer may know it."""
    tag = None if "\x00" in slug else tags.tag_of(slug=slug, boards=held.browsable)
    if tag is None:
        raise access.absent()
    return tag


def _place(request: HttpRequest, held: access.Rights) -> tuple[list[int], list[int], str]:
    """The boards or tags that the form names, and the list to go back to."""
    name = request.POST.get("list", "")
    name = name if name in lists.LISTS else ""
    if slug := request.POST.get("board", ""):
        card = access.get_board(request.user, slug[:100].replace("\x00", ""), held=held)
        return list(_inside(held, card)), [], list_url(name, board=card)
    if slug := request.POST.get("tag", ""):
        tag = tag_or_absent(slug[:60], held)
        return [], [tag.id], list_url(name, tag=tag)
    return held.browsable, [], list_url(name)


def _place_fields(scope: lists.Scope) -> str:
    return "board" if scope.board_id else "tag" if scope.tag_id else ""


def _level_of_place(who: Reader, held: access.Rights, scope: lists.Scope) -> int | None:
    if who.member_id is None or (scope.whole and scope.tag_id is None):
        return None
    if scope.tag_id is not None:
        return who.tags.get(scope.tag_id, rules.NORMAL)
    return who.levels(held).get(scope.board_id or 0, rules.NORMAL)


def _level_html(request: HttpRequest, level: int | None, board: Any, tag: Any) -> str:
    """The menu of how much the reader hears of this place; drawn once for each level."""
    if level is None or not (board or tag):
        return ""
    kind, slug = ("board", board.slug) if board else ("tag", tag.slug)
    drawn = stencil("community/reading/_level.html", "csrf_token level_form", level=level, why="", own=None, kind=kind)
    form = reverse(f"community:{kind}_level", args=[slug])
    return drawn.fill({"csrf_token": form_token(request), "level_form": form})


def _inside(held: access.Rights, card: access.BoardCard) -> tuple[int, ...]:
    """The board and those inside it that can be read."""
    found = {card.id}
    for one in held.boards.values():  # parents come first
        if one.parent_id in found:
            found.add(one.id)
    return tuple(sorted(board for board in found if held.may("browse", board)))


def _boards_inside(held: access.Rights, who: Reader, scope: lists.Scope) -> list[boards.BoardRow]:
    if not any(card.parent_id == scope.board_id for card in held.boards.values()):
        return []
    return boards.board_rows(held=held, reader=who, parent_id=scope.board_id)


def _people(page: lists.ListPage, inside: list[boards.BoardRow]) -> dict[int, Any]:
    ids = people_of([*page.pinned, *page.rows]) | {row.last.member_id for row in inside if row.last}
    return member_cards(member_ids=ids) if ids else {}


def _number(request: HttpRequest) -> int:
    """How many pages deep the reader is; a word, nothing depends on it."""
    text = request.GET.get("page", "")
    return min(int(text), DEEPEST) if text.isascii() and text.isdigit() and len(text) < 7 and int(text) else 1
