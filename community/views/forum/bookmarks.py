"""Bookmarks: keeping, changing, letting go, and the page that lists them."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.actions.forum import bookmarks as actions
from community.forms.reading import BookmarkForm
from community.problems import Problem
from community.queries.forum import bookmarks as queries
from community.queries.forum.reader import reader
from community.room_access import get_message
from community.views.forum.side import side
from members.access import require_member
from outbox.clock import now


@require_safe
def bookmarks(request: HttpRequest) -> HttpResponse:
    """What the member keeps, newest first."""
    held = access.hold_rights(request.user)
    member = require_member(request.user)
    who = reader(viewer=member, at=now())
    context = {
        "page": queries.bookmark_page(viewer=member, before=request.GET.get("before", "")[:16]),
        "side": side(request, held, who, here="bookmarks"),
        "shortcuts": who.shortcuts,
    }
    return render(request, "community/reading/bookmarks.html", context)


@require_POST
def keep_topic(request: HttpRequest, address: str) -> HttpResponse:
    """Keep a topic."""
    found = access.get_topic(request.user, address[-12:])
    return _keep(request, topic_id=found.pk)


@require_POST
def keep_post(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Keep a post."""
    post = access.get_post(request.user, address[-12:], number, "browse")
    return _keep(request, post_id=post.pk)


@require_POST
def keep_message(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Keep a chat message."""
    message = get_message(request.user, slug=slug, seq=seq, act="read")
    return _keep(request, message_id=message.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another note, another reminder."""
    member = require_member(request.user)
    kept = None if "\x00" in public_id else queries.one_bookmark(viewer=member, public_id=public_id)
    if kept is None:
        raise access.absent()
    form = BookmarkForm(request.POST or None, initial={"note": kept.note, "remind_at": kept.remind_at})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                actions.change(
                    public_id=public_id, by=member.pk, note=form.cleaned_data["note"], remind_at=form.reminder(now()),
                    at=now(),
                )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("community:bookmarks")
        except Problem as problem:
            form.add_error(None, problem.message)
    context = {"form": form, "kept": kept}
    return render(request, "community/reading/bookmark.html", context, status=422 if form.errors else 200)


@require_POST
def let_go(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep it no longer."""
    member, back = require_member(request.user), _back(request)
    with transaction.atomic(durable=True):
        gone = "\x00" not in public_id and actions.let_go(public_id=public_id, by=member.pk, at=now())
    if gone:
        messages.success(request, _("The bookmark is gone."))
    return redirect(back or "community:bookmarks")


def _keep(request: HttpRequest, **thing: int) -> HttpResponse:
    member, at = require_member(request.user), now()
    form = BookmarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The note is too long, or the time is not one."))
        return redirect(_back(request) or "community:bookmarks")
    try:
        with transaction.atomic(durable=True):
            public_id = actions.keep(
                by=member.pk, at=at, note=form.cleaned_data["note"], remind_at=form.reminder(at), **thing
            )
    except Problem as problem:
        messages.error(request, problem.message)
        return redirect(_back(request) or "community:bookmarks")
    if request.POST.get("then") == "back":
        messages.success(request, _("Kept. You find it under Bookmarks."))
        return redirect(_back(request) or "community:bookmarks")
    return redirect("community:bookmark", public_id)


def _back(request: HttpRequest) -> str:
    """Where the form stood, when that is a page of ours."""
    wanted = request.POST.get("next", "")
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
