"""Finding: the results page, a plain GET form that works without script; titles like this one; names being typed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from community import access
from community.problems import TooFast
from community.queries import search, search_filters
from community.queries.composer import completion
from community.queries.live import finding
from community.queries.search import PAGE, Found
from community.queries.search_filters import Wanted
from community.room_access import get_room
from community.search import pace as search_pace
from community.search import query as search_query
from community.search.excerpts import highlighted
from members.access import Refused, is_member, require_member
from members.queries import member_cards
from outbox.clock import now

LAST_PAGE = search.RANKED // PAGE
TABS = ("posts", "people", "tags", "chat", "live")


@require_safe
@cache_control(private=True, no_cache=True)
def results(request: HttpRequest) -> HttpResponse:
    """What matches, of what this viewer may read. Every question gets an answer in words."""
    if widened := _from_fields(request):
        return redirect(f"{reverse('community:search')}?{urlencode({'q': widened})}")
    text = request.GET.get("q", "")[: search_query.LONGEST]
    question = search_query.parse(text)
    held = access.hold_rights(request.user)
    context = _base(request, text, held)
    if not question.asks:
        return render(request, "community/search/page.html", context)
    try:
        search_pace.spend(request)
    except TooFast as problem:
        return _too_fast(request, problem)
    at = now()
    wanted = search_filters.resolve(question, viewer=request.user, held=held, at=at)
    tab = "chat" if wanted.chat else request.GET.get("in", "")
    context |= {
        "tab": tab if tab in TABS else "posts",
        "asked": True,
        "problems": wanted.problems,
        "unknown": question.unknown,
    }
    if not wanted.problems:
        try:
            context |= _found(request, wanted, context["tab"], held, at)
        except OperationalError:  # the database gave up after its time
            context["problems"] = [_("This took too long. Try rarer words, or narrow it down.")]
    return render(request, "community/search/page.html", context)


@require_safe
def similar(request: HttpRequest) -> JsonResponse:
    """{topics: [{title, url, solved, replies}]}: at most five with a title like the one being typed."""
    if not is_member(request.user):
        return JsonResponse({"topics": []}, status=401)
    if refusal := _paced(request):
        return refusal
    held = access.hold_rights(request.user)
    title = request.GET.get("title", "")[:255].replace("\x00", "")
    found = search.similar_topics(title=title, boards=held.browsable)
    rows = [{"title": one.title, "url": one.url, "solved": one.solved, "replies": one.replies} for one in found]
    return _private({"topics": rows})


@require_safe
def people(request: HttpRequest) -> JsonResponse:
    """{people: [{username, name, avatar, url, reads}]} for "@…", in the board (`board`) or room (`room`) of that address."""
    if not is_member(request.user):
        return JsonResponse({"people": []}, status=401)
    if refusal := _paced(request):
        return refusal
    try:
        member = require_member(request.user)
        board, room = request.GET.get("board", ""), request.GET.get("room", "")
        found = completion.people(
            text=request.GET.get("q", "").replace("\x00", ""),
            board_id=access.get_board(member, board).id if board else None,
            room=get_room(member, slug=room) if room else None,
        )
    except Refused as refused:
        return JsonResponse({"people": [], "message": refused.message}, status=404 if refused.hidden else 403)
    rows = [
        {"username": one.username, "name": one.name, "avatar": one.avatar_url, "url": one.url, "reads": one.reads}
        for one in found
    ]
    return _private({"people": rows})


@require_safe
def tags(request: HttpRequest) -> JsonResponse:
    """{tags: [{name, slug, topics}]} for "#…"."""
    if not is_member(request.user):
        return JsonResponse({"tags": []}, status=401)
    if refusal := _paced(request):
        return refusal
    held = access.hold_rights(request.user)
    found = completion.tags(text=request.GET.get("q", "").replace("\x00", ""), held=held)
    return _private({"tags": [{"name": one.name, "slug": one.slug, "topics": one.topics} for one in found]})


def _base(request: HttpRequest, text: str, held: access.Rights) -> dict[str, Any]:
    newest = request.GET.get("sort", "") == "new"
    return {
        "q": text,
        "newest": newest,
        "tab": "posts",
        "cards": held.boards,
        "boards": [held.boards[one] for one in held.browsable],
        "tabs": [
            (name, label, f"?{urlencode({'q': text, 'in': name})}")
            for name, label in (
                ("posts", _("Topics and posts")),
                ("people", pgettext("where to search", "People")),
                ("tags", pgettext("where to search", "Tags")),
                ("chat", _("Chat")),
                ("live", _("Live sessions")),
            )
        ],
    }


def _found(request: HttpRequest, wanted: Wanted, tab: str, held: access.Rights, at: Any) -> dict[str, Any]:
    """The hits of one tab, with the names of who wrote them; on the first page also whom and what the words name."""
    asked = request.GET.get("page", "")
    page = min(int(asked), LAST_PAGE) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 else 1
    newest = request.GET.get("sort", "") == "new"
    ask: dict[str, Callable[[int], Found]] = {
        "posts": lambda n: search.find_posts(wanted=wanted, viewer=request.user, page=n, newest=newest, at=at),
        "chat": lambda n: search.find_messages(
            wanted=wanted, viewer=request.user, held=held, page=n, newest=newest, at=at
        ),
        "live": lambda n: finding.find_sessions(wanted=wanted, viewer=request.user, held=held, page=n),
        "people": lambda n: search.find_people(wanted=wanted, page=n),
        "tags": lambda n: search.find_tags(wanted=wanted, held=held, page=n),
    }
    page = max(page, 1)
    found = ask[tab](page)
    if not found.hits and page > 1:  # there are fewer pages now
        page, found = 1, ask[tab](1)
    strip = tab == "posts" and page == 1 and not wanted.filtered
    named = search.find_people(wanted=wanted, limit=3).hits if strip else []
    authors = (
        found.hits if tab == "people" else [one.author_id for one in found.hits if tab in ("posts", "chat", "live")]
    )
    cards = member_cards(member_ids={*authors, *named}) if authors or named else {}
    kept = {"q": request.GET.get("q", ""), "in": tab} | ({"sort": "new"} if newest else {})
    return {
        "found": found,
        "people": cards,
        "page": Paginator(range(found.total), PAGE).page(page) if found.total else None,
        "board_names": {one: highlighted(held.boards[one].name, wanted.terms) for one in held.browsable},
        "page_base": f"?{urlencode(kept)}&",
        "named_people": [cards[one] for one in named if one in cards],
        "named_sessions": finding.find_sessions(wanted=wanted, viewer=request.user, held=held, limit=3).hits
        if strip
        else [],
        "named_tags": search.find_tags(wanted=wanted, held=held, limit=5).hits if strip else [],
        "named_boards": search.boards_named(wanted=wanted, held=held) if strip else [],
    }


def _from_fields(request: HttpRequest) -> str:
    """The question with what was chosen in the fields below the box written into it, as a link that can be kept."""
    said = [
        f'{name}:"{value}"' if " " in value else f"{name}:{value}"
        for name, field in (
            ("in", "board"),
            ("from", "author"),
            ("after", "since"),
            ("before", "until"),
            ("is", "state"),
        )
        if (value := request.GET.get(field, "").replace('"', "").replace("\x00", "").strip()[:60])
    ]
    return " ".join([request.GET.get("q", "").replace("\x00", "").strip(), *said]).strip() if said else ""


def _too_fast(request: HttpRequest, problem: TooFast) -> HttpResponse:
    response = render(request, "429.html", {"message": problem.message}, status=429)
    response["Retry-After"] = str(problem.retry_after)
    return response


def _paced(request: HttpRequest) -> JsonResponse | None:
    try:
        search_pace.spend(request, typing=True)
    except TooFast as problem:
        return JsonResponse({"message": problem.message}, status=429, headers={"Retry-After": str(problem.retry_after)})
    return None


def _private(data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, headers={"Cache-Control": "private, no-store"})
