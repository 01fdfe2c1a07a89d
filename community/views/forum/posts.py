"""Posts: writing, changing, removing, liking, accepting, and looking before sending."""

from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import access, cook, rules
from community.actions.composer.drafts import discard_draft
from community.actions.forum import answers, posts
from community.actions.forum.writing import Written
from community.addresses import page_of, post_url, public_id, topic_address, topic_url
from community.composer import unsent
from community.composer.differences import differences
from community.forms.posts import EditForm, ReplyForm
from community.forms.structure import PollForm
from community.problems import EditConflict, Problem
from community.queries.composer import named
from community.queries.composer.completion import untold_names
from community.queries.forum import topics as topic_queries
from community.rules.composer import edit_key
from community.trust import gates, limits
from community.views.composer import checking, drafts
from community.views.forum.index import crumbs
from community.views.forum.topic_page import refused_reply
from members.access import Member, group_ids, require_member
from outbox.clock import now

if TYPE_CHECKING:
    from community.models import Post, Topic


@require_http_methods(["GET", "HEAD", "POST"])
@unsent.kept
def reply(request: HttpRequest, address: str) -> HttpResponse:
    """Publish a reply; a refused one comes back with its text. Who comes here from signing in gets the form."""
    held = access.hold_rights(request.user)
    found = access.get_topic(request.user, public_id(address), "reply", held=held)
    if request.method != "POST":
        return redirect(f"{_url(found)}?page={page_of(found.highest_number)}#reply")
    member = require_member(request.user)
    form, at = ReplyForm(request.POST), now()
    poll = PollForm(request.POST, at=at, groups=group_ids(member))
    refusal: Problem | None = None
    if form.is_valid() and poll.is_valid():
        try:
            written = _write(member, held, found, form.cleaned_data, poll, at)
            if written.held:
                messages.info(request, _("Thank you. A moderator looks at it first; then everybody sees it."))
                return redirect(_url(found))
            return redirect(post_url(found.public_id, found.slug, written.number))
        except Problem as problem:
            refusal = problem
            form.renew()
            form.add_error(None, problem.message)
    for errors in poll.errors.values():
        form.add_error(None, [str(error) for error in errors])
    return checking.refused(refused_reply(request, found.public_id, held, form), refusal)


def _write(
    member: Member, held: access.Rights, found: "Topic", text: dict[str, Any], poll: PollForm, at: datetime
) -> Written:
    """Made ready before the transaction, so that looking up who is named holds no lock; counted and written in it."""
    key, moderating = text["client_id"] or "", held.may("moderate", found.board_id)
    checked = checking.check(member, held, raw=text["raw"], moderating=moderating, at=at, opened=text["opened"])
    ready, verdict = checked.text, checked.verdict
    gates.check_place(found, member_id=member.pk, trust=held.trust, moderating=moderating, client_id=key)
    with (
        limits.spending(
            "post", member_id=member.pk, trust=held.trust, at=at, joined_at=member.date_joined, key=key, text=ready.raw
        ),
        transaction.atomic(durable=True),
    ):
        checking.begin(verdict, member)
        written = posts.reply(
            topic_id=found.pk, raw=ready.raw, text=ready, parent_number=text["parent"], client_id=key or None,
            trust=held.trust, unhurried=moderating, join=True, hold=verdict.hold, poll=poll.draft, by=member.pk, at=at,
        )  # fmt: skip
        checking.follow(written, verdict, member, at=at)
        return written


@require_http_methods(["GET", "HEAD", "POST"])
@unsent.kept
def edit(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Change a post. When somebody was faster, both texts are shown and none is lost."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "edit", held=held)
    topic, first = post.topic, post.number == 1
    gates.check_age(
        post, member_id=require_member(request.user).pk, trust=held.trust, at=now(), begun=request.method == "POST",
        moderating=held.may("moderate", topic.board_id),
    )  # fmt: skip
    key = edit_key(topic.public_id, number)
    start = {"raw": post.raw, "revision": post.revision, "title": topic.title, **drafts.initial(request, key)}
    form = EditForm(request.POST, first=first) if request.method == "POST" else EditForm(initial=start, first=first)
    context = {
        "form": form,
        "topic": topic,
        "post": post,
        "url": post_url(topic.public_id, topic.slug, number),
        "crumbs": [*crumbs(held, held.boards[topic.board_id], whole=True), (topic.title, _url(topic))],
        "draft_key": key,
        "board_slug": held.boards[topic.board_id].slug,
        "attach": held.may("attach", topic.board_id),
    }
    refusal: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _edit(require_member(request.user), held, post, form)
            return redirect(topic_queries.url_of(topic_id=topic.pk, number=number))
        except EditConflict as conflict:
            context["theirs"] = conflict.current_raw
            context["pieces"] = differences(conflict.current_raw, form.cleaned_data["raw"])
            form.begin_with(conflict.current_revision)
            form.add_error(None, conflict.message)
        except Problem as problem:
            refusal = problem
            form.add_error(None, problem.message)
    status = 409 if "theirs" in context else 422 if form.errors else 200
    return checking.refused(render(request, "community/forum/edit.html", context, status=status), refusal)


def _edit(member: Member, held: access.Rights, post: "Post", form: EditForm) -> None:
    board_id, at, changes = post.topic.board_id, now(), _changes(form)
    moderating = held.may("moderate", board_id)
    checked = checking.check(member, held, raw=changes["raw"], title=changes["title"], moderating=moderating, at=at)
    changes |= {"raw": checked.text.raw, "title": checked.verdict.title}
    with (
        limits.spending("edit", member_id=member.pk, trust=held.trust, at=at),
        transaction.atomic(durable=True),
    ):
        discard_draft(key=edit_key(post.topic.public_id, post.number or 0), by=member.pk, at=at)
        if posts.edit(post_id=post.pk, by=member.pk, at=at, **changes):
            checking.follow_edit(post, board_id, checked.verdict, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Ask first, then remove one post; it can be restored by moderators."""
    held = access.hold_rights(request.user)
    post = access.get_post(request.user, public_id(address), number, "remove", held=held)
    topic = post.topic
    if number == 1:
        return redirect("community:remove_topic", topic_address(topic.public_id, topic.slug))
    if request.method == "POST":
        member, at = require_member(request.user), now()
        own = (
            nullcontext()
            if held.may("moderate", topic.board_id)
            else limits.spending("removal", member_id=member.pk, trust=held.trust, at=at)
        )
        with own, transaction.atomic(durable=True):
            posts.remove(post_id=post.pk, by=member.pk, at=at)
        messages.success(request, _("The post was removed."))
        return redirect(f"{_url(topic)}?page={page_of(number)}")
    context = {"topic": topic, "post": post, "url": post_url(topic.public_id, topic.slug, number)}
    return render(request, "community/forum/remove.html", context)


@require_POST
def restore(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Show a removed post again."""
    post = access.get_post(request.user, public_id(address), number, "restore")
    with transaction.atomic(durable=True):
        posts.restore(post_id=post.pk, by=require_member(request.user).pk, at=now())
    return redirect(post_url(post.topic.public_id, post.topic.slug, number))


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """Say that this reply solved the question, or take it back."""
    post = access.get_post(request.user, public_id(address), number, "accept")
    if request.method != "POST":
        return redirect(post_url(post.topic.public_id, post.topic.slug, number))
    by, at = require_member(request.user).pk, now()
    try:
        with transaction.atomic(durable=True):
            if request.POST.get("accepted") == "yes":
                answers.unaccept(post_id=post.pk, by=by, at=at)
            else:
                answers.accept(post_id=post.pk, by=by, at=at, trust=access.rights(request.user).trust)
    except Problem as problem:
        messages.error(request, problem.message)
    return redirect(post_url(post.topic.public_id, post.topic.slug, number))


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The text as it would be shown: the same cook as for the post itself, nothing stored."""
    member = require_member(request.user)
    raw = cook.clean(request.POST.get("raw", ""))
    if len(raw) > rules.RAW_LONGEST:
        return JsonResponse({"html": "", "problem": _("This is too long for one post.")}, status=422)
    cooked = named.cooked(raw)
    untold = untold_names(member, cooked.mentions, board=request.POST.get("board", "")) if cooked.mentions else []
    return JsonResponse({"html": cooked.html, "problem": "", "untold": untold})


def _changes(form: EditForm) -> dict[str, Any]:
    text = form.cleaned_data
    return {"raw": text["raw"], "revision": text["revision"], "title": text.get("title", ""), "reason": text["reason"]}


def _url(topic: "Topic") -> str:
    return topic_url(topic.public_id, topic.slug)
