"""One topic: starting it, and what moderators do with it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import access
from community.actions import topics as topic_actions
from community.addresses import public_id, topic_url
from community.forms import TopicForm
from community.problems import Problem
from community.queries import topics as topic_queries
from community.views.forum import crumbs
from members.access import require_member
from outbox.clock import now


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


_MODERATION: Mapping[str, Any] = {
    "close": (topic_actions.set_state, {"state": "closed"}, lambda: _("The topic is closed.")),
    "open": (topic_actions.set_state, {"state": "open"}, lambda: _("The topic is open again.")),
    "pin": (topic_actions.pin, {"pinned": "board"}, lambda: _("The topic is pinned on its board.")),
    "unpin": (topic_actions.pin, {"pinned": "no"}, lambda: _("The topic is no longer pinned.")),
    "restore": (topic_actions.restore_topic, {}, lambda: _("The topic is shown again.")),
}
