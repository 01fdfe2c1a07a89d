"""Flagging posts, messages and people."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access, order_access
from community.actions.order import flags
from community.addresses import post_url, public_id
from community.forms.order import FlagForm
from community.models import SessionQuestion
from community.problems import Problem, TooFast
from community.rules import flags as order_rules
from community.stage_access import get_place
from community.words.rooms import room_words
from members.access import Refused, is_moderator, member_by_id, require_member
from members.queries import find_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def flag_post(request: HttpRequest, address: str, number: int) -> HttpResponse:
    post = order_access.flaggable_post(request.user, public_id(address), number)
    topic = post.topic
    staff = access.rights(request.user).may("moderate", topic.board_id)
    about = {
        "what": _("#%(number)s in “%(topic)s”") % {"number": number, "topic": topic.title},
        "author": post.author.name, "excerpt": post.text[:280], "back": post_url(topic.public_id, topic.slug, number),
    }  # fmt: skip
    return _flag(request, "flagged_post", post.pk, post.author_id, about, staff=staff)


@require_http_methods(["GET", "HEAD", "POST"])
def flag_message(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    message = order_access.flaggable_message(request.user, slug, seq)
    about = {
        "what": _("A message in %(room)s") % {"room": room_words(message.room)}, "author": message.author.name,
        "excerpt": message.text[:280], "back": reverse("community:room", args=[slug]) + f"#m{seq}",
    }  # fmt: skip
    return _flag(request, "flagged_message", message.pk, message.author_id, about, staff=is_moderator(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def flag_question(request: HttpRequest, public_id: str, question_id: str) -> HttpResponse:
    """A question of a live session, for whoever may read what goes on there."""
    place = get_place(request.user, public_id, "read")
    access.require_voice(access.rights(require_member(request.user)))
    gone = (SessionQuestion.State.HIDDEN, SessionQuestion.State.WITHDRAWN)
    rows = SessionQuestion.objects.filter(session=place.session).exclude(state__in=gone).select_related("author")
    question = None if "\x00" in question_id else rows.filter(public_id=question_id).first()
    if question is None:
        raise access.absent()
    about = {
        "what": _("A question in %(session)s") % {"session": place.session.title}, "author": question.author.name,
        "excerpt": question.text[:280],
        "back": reverse("community:live_room", args=[public_id]) + f"?tab=questions#q-{question_id}",
    }  # fmt: skip
    return _flag(request, "flagged_question", question.pk, question.author_id, about, staff=place.moderates)


@require_http_methods(["GET", "HEAD", "POST"])
def flag_member(request: HttpRequest, username: str) -> HttpResponse:
    member = require_member(request.user)
    card = find_member(username=username)
    if card is None or member_by_id(card.id) is None:
        raise access.absent()
    access.require_voice(access.rights(member))
    about = {"what": f"@{card.username}", "author": card.name, "excerpt": "", "back": card.url}
    return _flag(request, "flagged_member", card.id, card.id, about, staff=is_moderator(request.user))


def _flag(
    request: HttpRequest, kind: str, target: int, author_id: int, about: dict[str, str], *, staff: bool
) -> HttpResponse:
    """The form, or the flag. A refusal comes back with what was written."""
    member = require_member(request.user)
    trust = access.rights(member).trust
    if author_id == member.pk:
        raise Refused("own", _("This is your own. You can edit or remove it."))
    if trust < order_rules.FLAG_TRUST:
        raise Refused(
            "trust_too_low",
            _("Members of trust level 1 may flag. You reach it by reading: five topics, thirty posts, ten minutes."),
        )
    hides = kind != "flagged_member"
    form = FlagForm(request.POST if request.method == "POST" else None, staff=staff and hides)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                with transaction.atomic(durable=True):
                    done = flags.flag(
                        kind=kind, target=target, reason=given["reason"], note=given["note"], by=member.pk, trust=trust,
                        staff=staff, act_now=given.get("act_now", False), at=now(),
                    )  # fmt: skip
                return _thanks(request, done, about["back"])
            except Problem as problem:
                form.add_error(None, problem.message)
                status = 429 if isinstance(problem, TooFast) else 422
    context: dict[str, Any] = {"form": form, "about": about, "kind": kind, "hides": hides}
    return render(request, "community/order/flag.html", context, status=status)


def _thanks(request: HttpRequest, done: flags.Flagged, back: str) -> HttpResponse:
    if done.again:
        messages.info(request, _("You have flagged this already. Moderators will look at it."))
    elif "hidden" in done.consequences:
        messages.success(request, _("Thank you. It is out of sight until a moderator has looked."))
        return redirect(back.partition("#")[0] if "/chat/" in back or "/live/" in back else reverse("community:forum"))
    else:
        messages.success(request, _("Thank you. A moderator will look at it, and you will hear what became of it."))
    return redirect(back)
