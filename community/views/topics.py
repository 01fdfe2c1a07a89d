"""One topic: reading it, starting it, and what moderators do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, slots
from community.actions import topics as topic_actions
from community.addresses import POSTS_A_PAGE, page_of, post_url, topic_address, topic_url
from community.forms import ReplyForm, TopicForm
from community.problems import Problem
from community.queries import topics as topic_queries
from community.views.forum import crumbs
from members.access import is_member, require_member
from members.queries import MemberCard, member_cards
from outbox.clock import now

if TYPE_CHECKING:
    from community.models import Topic


KEPT_LONGEST = 20_000
"""Characters of HTML beyond which a drawn post is not kept, so that a thousand kept ones stay small."""


@dataclass(frozen=True)
class Shown:
    """A post with everything its template asks."""

    row: topic_queries.PostRow
    author: MemberCard | None
    badges: tuple[slots.Badge, ...]
    parent_author: MemberCard | None
    parent_url: str
    url: str
    act_url: str
    like_label: str
    accepted: bool
    first_new: bool
    may_edit: bool
    may_react: bool
    may_accept: bool


@dataclass(frozen=True)
class Frame:
    """What else a post's template reads, of the page around it."""

    topic_author_id: int
    topic_kind: str
    page_number: int
    moderating: bool
    may_reply: bool
    language: str
    time_zone: str


@require_safe
def topic(request: HttpRequest, address: str, number: int | None = None) -> HttpResponse:
    """A page of posts; with a number, the page that holds it. The right address is the only one that answers."""
    held = access.hold_rights(request.user)
    found = access.get_topic(request.user, public_id(address), held=held)
    right = topic_url(found.public_id, found.slug)
    if address != topic_address(found.public_id, found.slug):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(f"{right}{number}/{query}" if number else f"{right}{query}", permanent=True)
    if number is not None and not 1 <= number <= found.highest_number:
        raise access.absent()
    page = page_of(number) if number else _page(request.GET.get("page", ""), found.highest_number)
    if page is None:
        raise access.absent()
    return topic_response(request, found, held, page=page, here=number)


def topic_response(
    request: HttpRequest,
    found: "Topic",
    held: access.Rights,
    *,
    page: int,
    here: int | None = None,
    form: ReplyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a topic, perhaps with a reply that was refused."""
    me = request.user.pk if is_member(request.user) else None
    read = _mark_read(found, me, page) if me else 0
    rows = topic_queries.page_posts(topic_id=found.pk, page=page, viewer_id=me)
    rows = [row for row in rows if not row.removed or row.has_replies or held.may("moderate", found.board_id)]
    answer = _answer(found, rows, me)
    people = _people(found, [*rows, answer] if answer else rows)
    badges = _badges(people)
    url = topic_url(found.public_id, found.slug)
    may_reply = held.may("reply", found.board_id) and found.state == "open" and found.removed_at is None
    frame = Frame(
        topic_author_id=found.author_id,
        topic_kind=found.kind,
        page_number=page,
        moderating=held.may("moderate", found.board_id),
        may_reply=may_reply,
        language=get_language() or "",
        time_zone=timezone.get_current_timezone_name(),
    )
    context = {
        "topic": found,
        "board": held.boards[found.board_id],
        "crumbs": crumbs(held, held.boards[found.board_id], whole=True),
        "posts": [_draw(_shown(found, row, me, held, people, badges, read), row.number == here, frame) for row in rows],
        "answer": answer,
        "answer_by": people.get(answer.author_id) if answer else None,
        "answer_url": post_url(found.public_id, found.slug, answer.number) if answer else "",
        "page": Paginator(range(1, max(found.highest_number, 1) + 1), POSTS_A_PAGE).page(page),
        "url": url,
        "address": topic_address(found.public_id, found.slug),
        "last_url": post_url(found.public_id, found.slug, found.highest_number),
        "participants": [people[person] for person in found.participants if person in people],
        "replies": max(found.visible_posts - 1, 0),
        "moderating": held.may("moderate", found.board_id),
        "may_remove": me == found.author_id and found.visible_posts <= 1,
        "may_reply": may_reply,
        "form": (form or _reply_form(request, people, rows)) if me and may_reply else None,
    }
    return render(request, "community/forum/topic.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a new topic."""
    held = access.hold_rights(request.user)
    member = require_member(request.user)
    board = access.get_board(request.user, slug, "start", held=held)
    form = TopicForm(request.POST or None, board=board)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data
        try:
            with transaction.atomic(durable=True):
                written = topic_actions.start_topic(
                    board_id=board.id,
                    title=text["title"],
                    raw=text["raw"],
                    kind=text["kind"],
                    client_id=text["client_id"] or None,
                    by=member.pk,
                    at=now(),
                )
            return redirect(topic_queries.url_of(topic_id=written.topic_id))
        except Problem as problem:
            form.renew()
            form.add_error(None, problem.message)
    context = {"form": form, "board": board, "crumbs": crumbs(held, board, whole=True)}
    return render(request, "community/forum/start.html", context, status=422 if form.errors else 200)


@require_POST
def moderate(request: HttpRequest, address: str) -> HttpResponse:
    """Close, open, pin or unpin: one button of the moderators' form."""
    found = access.get_topic(request.user, public_id(address), "moderate")
    member, act = require_member(request.user), request.POST.get("act", "")
    verb = _MODERATION.get(act)
    if verb is None:
        messages.error(request, _("This button is not known. Please load the page again."))
        return redirect(topic_url(found.public_id, found.slug))
    action, arguments, words = verb
    with transaction.atomic(durable=True):
        action(topic_id=found.pk, by=member.pk, at=now(), **arguments)
    messages.success(request, words())
    return redirect(topic_url(found.public_id, found.slug))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, address: str) -> HttpResponse:
    """Remove the whole topic: its author while nobody answered, moderators always."""
    held = access.hold_rights(request.user)
    found = access.get_topic(request.user, public_id(address), held=held)
    first = access.get_post(request.user, found.public_id, 1, "remove", held=held)
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                topic_actions.remove_topic(
                    topic_id=found.pk,
                    by=request.user.pk or 0,
                    at=now(),
                    moderating=held.may("moderate", found.board_id),
                )
            messages.success(request, _("The topic was removed."))
            return redirect("community:board", held.boards[found.board_id].slug)
        except Problem as problem:
            messages.error(request, problem.message)
            return redirect(topic_url(found.public_id, found.slug))
    context = {"topic": found, "post": first, "url": topic_url(found.public_id, found.slug)}
    return render(request, "community/forum/remove.html", context)


def like_label(count: int, liked: bool) -> str:
    """What a screen reader hears on the button."""
    words = ngettext("%(count)s like", "%(count)s likes", count) % {"count": count}
    return (
        _("Take your like back (%(likes)s)") % {"likes": words} if liked else _("Like (%(likes)s)") % {"likes": words}
    )


def public_id(address: str) -> str:
    """The id at the end of `readable-words-0123456789ab`."""
    return address[-12:]


_MODERATION: Mapping[str, Any] = {
    "close": (topic_actions.set_state, {"state": "closed"}, lambda: _("The topic is closed.")),
    "open": (topic_actions.set_state, {"state": "open"}, lambda: _("The topic is open again.")),
    "pin": (topic_actions.pin, {"pinned": "board"}, lambda: _("The topic is pinned on its board.")),
    "unpin": (topic_actions.pin, {"pinned": "no"}, lambda: _("The topic is no longer pinned.")),
    "restore": (topic_actions.restore_topic, {}, lambda: _("The topic is shown again.")),
}


def _mark_read(found: "Topic", member_id: int, page: int) -> int:
    last = min(page * POSTS_A_PAGE, found.highest_number)
    before: int | None = found.read_number  # type: ignore[attr-defined]
    if before is not None and before >= last:
        return before  # read before: nothing to write
    with transaction.atomic(durable=True):
        return topic_actions.mark_read(topic_id=found.pk, member_id=member_id, number=last, at=now())


def _page(text: str, highest: int) -> int | None:
    """The number of a page that exists, else None."""
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return None
    return int(text) if 1 <= int(text) <= page_of(highest) else None


def _reply_form(request: HttpRequest, people: Mapping[int, MemberCard], rows: list[topic_queries.PostRow]) -> ReplyForm:
    """An empty form; `?reply=12` answers that post, if it is on this page."""
    wanted = request.GET.get("reply", "")
    parent = next((row for row in rows if str(row.number) == wanted and not row.removed), None)
    form = ReplyForm(initial={"parent": parent.number} if parent else None)
    if parent and parent.author_id in people:
        form.parent_name = people[parent.author_id].name  # type: ignore[attr-defined]
    return form


def _draw(post: Shown, here: bool, frame: Frame) -> SafeString:
    """The post as HTML. Everything its template reads is the key, so a kept one cannot be old."""
    if len(post.row.html) > KEPT_LONGEST:
        return _drawn.__wrapped__(post, here, frame)
    return _drawn(post, here, frame)


@lru_cache(maxsize=1_000)
def _drawn(post: Shown, here: bool, frame: Frame) -> SafeString:
    return render_to_string("community/forum/post.html", {"post": post, "here": here, "frame": frame})


def _answer(found: "Topic", rows: list[topic_queries.PostRow], viewer_id: int | None) -> topic_queries.PostRow | None:
    """The accepted answer, from this page when it is here."""
    if found.accepted_post_id is None:
        return None
    here = next((row for row in rows if row.id == found.accepted_post_id), None)
    return here or topic_queries.one_post(post_id=found.accepted_post_id, viewer_id=viewer_id)


def _people(found: "Topic", rows: list[topic_queries.PostRow]) -> dict[int, MemberCard]:
    ids = {row.author_id for row in rows} | {row.parent_author_id for row in rows if row.parent_author_id}
    return member_cards(member_ids=ids | set(found.participants) | {found.author_id})


def _badges(people: Mapping[int, MemberCard]) -> dict[int, list[slots.Badge]]:
    merged: dict[int, list[slots.Badge]] = {}
    for found in slots.name_badges.collect(member_ids=list(people)):
        for member, badges in found.items():
            merged.setdefault(member, []).extend(badges)
    return merged


def _shown(
    found: "Topic",
    row: topic_queries.PostRow,
    me: int | None,
    held: access.Rights,
    people: Mapping[int, MemberCard],
    badges: Mapping[int, list[slots.Badge]],
    read: int,
) -> Shown:
    own, moderating = row.author_id == me, held.may("moderate", found.board_id)
    writing = held.may("reply", found.board_id) and found.state == "open"
    url = post_url(found.public_id, found.slug, row.number)
    return Shown(
        row=row,
        author=people.get(row.author_id),
        badges=tuple(badges.get(row.author_id, ())),
        parent_author=people.get(row.parent_author_id) if row.parent_author_id else None,
        parent_url=post_url(found.public_id, found.slug, row.parent_number) if row.parent_number else "",
        url=url,
        act_url=url.partition("#")[0],
        like_label=like_label(row.like_count, row.liked),
        accepted=row.id == found.accepted_post_id,
        first_new=0 < read == row.number - 1,
        may_edit=me is not None and (moderating or (own and writing)),
        may_react=me is not None and not own,
        may_accept=found.kind == "question" and row.number > 1 and (me == found.author_id or moderating),
    )
