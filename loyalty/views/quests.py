"""My quests: what to do next, how far, the level, the ladder's gifts, the rhythm of weeks."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from community.rules import trust_of
from loyalty.actions import quests as actions
from loyalty.queries import levels
from loyalty.queries import quests as queries
from members.access import group_names, is_moderator, require_member
from outbox.clock import now
from outbox.retry import whole


@require_GET
def quests(request: HttpRequest) -> HttpResponse:
    """Open, done and to come; the level with the ladder; the rhythm."""
    member = require_member(request.user)
    at = now()
    level = levels.level(member_id=member.pk, at=at)
    trust = 4 if is_moderator(member) else trust_of(group_names(member))
    context = {
        "board": queries.board(member_id=member.pk, at=at),
        "level": level,
        "ladder": levels.ladder(member_id=member.pk, card=level, trust=trust, at=at),
        "rhythm": queries.rhythm_of(member_id=member.pk, at=at),
        "past": queries.past(member_id=member.pk),
    }
    return render(request, "loyalty/quests/quests.html", context)


@require_POST
def read_guide(request: HttpRequest) -> HttpResponse:
    """“I have read it”: their word is enough."""
    member = require_member(request.user)
    done = whole(partial(actions.read_guide, by=member.pk, at=now()))
    if done:
        messages.success(request, _("Thank you for reading how we are with each other."))
    else:
        messages.info(request, _("Thank you. We know that already."))
    return redirect("loyalty:quests")


@require_POST
def first_steps(request: HttpRequest) -> HttpResponse:
    """Put the list on the front page away, or take it out again."""
    member = require_member(request.user)
    away = request.POST.get("away") == "yes"
    with transaction.atomic(durable=True):
        actions.dismiss_checklist(by=member.pk, dismissed=away, at=now())
    if not away:
        messages.success(request, _("The first steps are on the front page again."))
        return redirect("loyalty:quests")
    messages.info(request, _("Put away. You find the steps under “Quests”; they still count."))
    return HttpResponseRedirect("/")


@require_POST
def take_gift(request: HttpRequest, public_id: str) -> HttpResponse:
    """A gift of the ladder, by one click; the second click says the same."""
    member = require_member(request.user)
    try:
        taken = whole(partial(actions.take_gift, public_id=public_id, by=member.pk, at=now()))
    except actions.LadderRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("loyalty:quests")
    if taken.points:
        text = ngettext(
            "Yours: “%(gift)s”. %(points)s point is in your wallet.",
            "Yours: “%(gift)s”. %(points)s points are in your wallet.",
            taken.points,
        )
        messages.success(request, text % {"gift": _(taken.name), "points": taken.points})
    else:
        messages.success(request, _("Yours: “%(gift)s”.") % {"gift": _(taken.name)})
    if taken.redemption:
        return redirect("loyalty:redemption", public_id=taken.redemption)
    return redirect("loyalty:quests")
