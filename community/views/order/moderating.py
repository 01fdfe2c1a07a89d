"""What moderators do with topics: a form of buttons, and a page for what needs words, times and places."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from community import access
from community.actions.forum import ideas, moving, posts, topics
from community.addresses import post_url, public_id, topic_address, topic_url
from community.forms.structure import MergeForm, ModerateForm, SplitForm
from community.models import Post, Topic
from community.problems import Problem
from community.queries.forum import topics as topic_queries
from community.trust import gates, limits
from community.views.forum.index import crumbs
from members.access import Refused, require_member
from members.queries import member_cards
from outbox.clock import now

CHOICES_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, address: str) -> HttpResponse:
    """Close, pin, move, slow down …: the page with all of it, and the target of the small buttons elsewhere."""
    held = access.hold_rights(request.user)
    found = access.get_topic(request.user, public_id(address), "moderate", held=held)
    member, url = require_member(request.user), topic_url(found.public_id, found.slug)
    start = {"board": found.board_id, "seconds": found.slow_seconds, "progress": found.progress}
    form = ModerateForm(request.POST if request.method == "POST" else None, held=held, initial=start)
    if request.method == "POST" and form.is_valid():
        verb = _VERBS.get(request.POST.get("act", ""))
        if verb is None:
            messages.error(request, _("This button is not known. Please load the page again."))
            return redirect(url)
        try:
            with transaction.atomic(durable=True):
                words = verb(found, form.cleaned_data, member.pk)
            messages.success(request, words)
            return redirect(topic_queries.url_of(topic_id=found.pk))
        except Problem as problem:
            form.add_error(None, problem.message)
    context = {
        "topic": found, "form": form, "url": url, "address": topic_address(found.public_id, found.slug),
        "crumbs": [*crumbs(held, held.boards[found.board_id], whole=True), (found.title, url)],
        "board": held.boards[found.board_id],
    }  # fmt: skip
    return render(request, "community/structure/moderate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, address: str) -> HttpResponse:
    """Choose posts by their boxes and give them a new topic, or put them at the end of another one."""
    held = access.hold_rights(request.user)
    found = access.get_topic(request.user, public_id(address), "moderate", held=held)
    member, url = require_member(request.user), topic_url(found.public_id, found.slug)
    form = SplitForm(request.POST if request.method == "POST" else None, held=held, initial={"board": found.board_id})
    chosen = [
        int(text) for text in request.POST.getlist("number") if text.isascii() and text.isdigit() and len(text) < 10
    ]
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data
        try:
            target = _target(request, text["target"], held) if text["target"] else None
            with transaction.atomic(durable=True):
                if target:
                    moving.move_posts(topic_id=found.pk, numbers=chosen, to_topic_id=target.pk, by=member.pk, at=now())
                    home = target.pk
                else:
                    board_id = text["board"] or found.board_id
                    access.require(request.user, board_id, "moderate", held=held)
                    home = moving.split(
                        topic_id=found.pk,
                        numbers=chosen,
                        title=text["title"],
                        board_id=board_id,
                        by=member.pk,
                        at=now(),
                    )
            messages.success(request, _("The posts have a new home. Their old addresses lead here."))
            return redirect(topic_queries.url_of(topic_id=home))
        except Problem as problem:
            form.add_error(None, problem.message)
    rows = Post.objects.filter(topic=found, number__gt=1, kind=Post.Kind.POST).order_by("number")
    pages = Paginator(rows.only("number", "author_id", "text", "created_at", "state"), CHOICES_A_PAGE)
    page = pages.get_page(request.GET.get("page", "1"))
    context = {
        "topic": found, "form": form, "url": url, "page": page, "chosen": chosen,
        "people": member_cards(member_ids={post.author_id for post in page}),
        "crumbs": [*crumbs(held, held.boards[found.board_id], whole=True), (found.title, url)],
    }  # fmt: skip
    return render(request, "community/structure/split.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, address: str) -> HttpResponse:
    """Put the whole topic at the end of another one."""
    held = access.hold_rights(request.user)
    found = access.get_topic(request.user, public_id(address), "moderate", held=held)
    member, url = require_member(request.user), topic_url(found.public_id, found.slug)
    form = MergeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            target = _target(request, form.cleaned_data["target"], held)
            with transaction.atomic(durable=True):
                moving.merge(topic_id=found.pk, into_topic_id=target.pk, by=member.pk, at=now())
            messages.success(request, _("Both topics are one now."))
            return redirect(topic_queries.url_of(topic_id=target.pk))
        except Problem as problem:
            form.add_error("target", problem.message)
    context = {
        "topic": found, "form": form, "url": url,
        "crumbs": [*crumbs(held, held.boards[found.board_id], whole=True), (found.title, url)],
    }  # fmt: skip
    return render(request, "community/structure/merge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, address: str) -> HttpResponse:
    """Remove the whole topic: its author while nobody answered, moderators always."""
    held = access.hold_rights(request.user)
    found = access.get_topic(request.user, public_id(address), held=held)
    first = access.get_post(request.user, found.public_id, 1, "remove", held=held)
    if request.method == "POST":
        try:
            moderating, at, by = held.may("moderate", found.board_id), now(), request.user.pk or 0
            own = nullcontext() if moderating else limits.spending("removal", member_id=by, trust=held.trust, at=at)
            with own, transaction.atomic(durable=True):
                topics.remove_topic(topic_id=found.pk, by=by, at=at, moderating=moderating)
            messages.success(request, _("The topic was removed."))
            return redirect("community:board", held.boards[found.board_id].slug)
        except Problem as problem:
            messages.error(request, problem.message)
            return redirect(topic_url(found.public_id, found.slug))
    context = {"topic": found, "post": first, "url": topic_url(found.public_id, found.slug)}
    return render(request, "community/forum/remove.html", context)


@require_POST
def wiki(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Let many edit one's post, from trust level 3 on; moderators any post. `wiki=no` ends it."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "remove", held=held)
    if not held.may("moderate", post.topic.board_id):
        gates.require("wiki", held.trust)
    with transaction.atomic(durable=True):
        posts.set_wiki(
            post_id=post.pk, wiki=request.POST.get("wiki") != "no", by=require_member(request.user).pk, at=now()
        )
    return redirect(post_url(post.topic.public_id, post.topic.slug, number))


def _target(request: HttpRequest, typed: str, held: access.Rights) -> Topic:
    """The topic whose address was pasted, if the viewer moderates it too. Raises Problem."""
    parts = [part for part in typed.strip().split("?")[0].split("#")[0].split("/") if part]
    if "t" in parts[:-1]:
        parts = parts[parts.index("t") + 1 :][:1]
    try:
        return access.get_topic(request.user, public_id(parts[-1] if parts else ""), "moderate", held=held)
    except Refused:
        raise Problem("no_such_topic", _("There is no topic at this address that you moderate.")) from None


def _close(found: Topic, text: Mapping[str, Any], by: int) -> str:
    topics.set_state(
        topic_id=found.pk, state="closed", by=by, at=now(), reason=text["reason"], opens_at=_future(text["until"])
    )
    return _("The topic is closed.")


def _open(found: Topic, text: Mapping[str, Any], by: int) -> str:
    topics.set_state(topic_id=found.pk, state="open", by=by, at=now(), reason=text["reason"])
    return _("The topic is open again.")


def _archive(found: Topic, text: Mapping[str, Any], by: int) -> str:
    topics.set_state(topic_id=found.pk, state="archived", by=by, at=now(), reason=text["reason"])
    return _("The topic is archived.")


def _close_later(found: Topic, text: Mapping[str, Any], by: int) -> str:
    until = _future(text["until"])
    topics.close_later(topic_id=found.pk, closes_at=until, by=by, at=now())
    return _("The topic will close by itself.") if until else _("The topic has no timer any more.")


def _pin(found: Topic, text: Mapping[str, Any], by: int) -> str:
    topics.pin(topic_id=found.pk, pinned="board", until=_future(text["until"]), by=by, at=now())
    return _("The topic is pinned on its board.")


def _pin_everywhere(found: Topic, text: Mapping[str, Any], by: int) -> str:
    topics.pin(topic_id=found.pk, pinned="everywhere", until=_future(text["until"]), by=by, at=now())
    return _("The topic is pinned everywhere.")


def _unpin(found: Topic, text: Mapping[str, Any], by: int) -> str:
    topics.pin(topic_id=found.pk, pinned="no", by=by, at=now())
    return _("The topic is no longer pinned.")


def _restore(found: Topic, text: Mapping[str, Any], by: int) -> str:
    topics.restore_topic(topic_id=found.pk, by=by, at=now())
    return _("The topic is shown again.")


def _slow(found: Topic, text: Mapping[str, Any], by: int) -> str:
    seconds = text["seconds"] or 0
    topics.set_slow_mode(topic_id=found.pk, seconds=seconds, by=by, at=now())
    if not seconds:
        return _("The topic is no longer slowed down.")
    words = ngettext(
        "%(count)s second lies between two posts of a member now.",
        "%(count)s seconds lie between two posts of a member now.",
        seconds,
    )
    return words % {"count": seconds}


def _move(found: Topic, text: Mapping[str, Any], by: int) -> str:
    if text["board"] is None:
        raise Problem("no_board", _("Choose a board first."))
    moving.move_topic(topic_id=found.pk, board_id=text["board"], by=by, at=now())
    return _("The topic has moved.")


def _progress(found: Topic, text: Mapping[str, Any], by: int) -> str:
    ideas.set_progress(topic_id=found.pk, progress=text["progress"], by=by, at=now(), reason=text["reason"])
    return _("Noted for everybody to see.")


def _future(moment: Any) -> Any:
    if moment is not None and moment <= now():
        raise Problem("in_the_past", _("That time has passed already."))
    return moment


_VERBS: Mapping[str, Callable[[Topic, Mapping[str, Any], int], str]] = {
    "close": _close, "open": _open, "archive": _archive, "close_later": _close_later, "pin": _pin,
    "pin_everywhere": _pin_everywhere, "unpin": _unpin, "restore": _restore, "slow": _slow, "move": _move,
    "progress": _progress,
}  # fmt: skip
