"""The page where a member chooses what they are told of, where and when."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from members.access import Member, require_member
from messaging import actions, queries, webpush
from messaging.actions.choices import shown_choices
from messaging.forms import ChoicesForm
from messaging.models import NoticeSettings
from messaging.purposes import PUSH_PURPOSES, purpose
from messaging.queries.choices import devices, notice_settings, week
from messaging.rules import COMMUNITY, DIGEST
from outbox.clock import now

PAUSES = {"1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30), "90": timedelta(days=90)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The table, quiet hours, digest, devices, and what came this week."""
    member = require_member(request.user)
    held = notice_settings(member_id=member.pk)
    said = queries.consents(member_id=member.pk)
    shown = shown_choices(choices=held.choices, mail=said.get(COMMUNITY, False))
    form = ChoicesForm(request.POST or None, shown=shown, initial=_initial(held, digest=said.get(DIGEST, False)))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            actions.choose_notices(
                member_id=member.pk, chosen=form.chosen, source="notification_page",
                evidence={"language": get_language() or ""}, by=member.pk, at=now(),
            )  # fmt: skip
        messages.success(request, _("Saved. It holds from this moment on."))
        return redirect("messaging:choices")
    context = {"form": form, **_around(member)}
    return render(request, "messaging/choices/notifications.html", context, status=422 if form.errors else 200)


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Be quiet for a while, or no longer."""
    member = require_member(request.user)
    at, length = now(), PAUSES.get(request.POST.get("for", ""))
    with transaction.atomic(durable=True):
        if length is None:
            actions.end_pause(member_id=member.pk, by=member.pk, at=at)
        else:
            actions.pause_mail(member_id=member.pk, by=member.pk, until=at + length, at=at)
    said = _("We are quiet until then. Only mail about your account and orders still comes.")
    messages.success(request, said if length else _("The pause is over. You get again what you chose below."))
    return redirect("messaging:choices")


def _initial(held: NoticeSettings, *, digest: bool) -> dict[str, Any]:
    own = held.quiet_from is not None
    return {
        "digest": held.digest if digest else NoticeSettings.Digest.NEVER,
        "digest_day": held.digest_day, "digest_hour": held.digest_hour, "digest_always": held.digest_always,
        "quiet": "site" if not own else "none" if held.quiet_from == held.quiet_to else "own",
        "quiet_from": held.quiet_from, "quiet_to": held.quiet_to, "push_words": held.push_words,
    }  # fmt: skip


def _around(member: Member) -> dict[str, Any]:
    at, limits = now(), queries.limits()
    lines = week(member_id=member.pk, at=at)
    mail, digest = purpose(COMMUNITY), purpose(DIGEST)
    return {
        "mail_words": mail.text if mail else "",
        "digest_words": digest.text if digest else "",
        "push_words": PUSH_PURPOSES[0].text,
        "address": queries.refusals(member_ids=[member.pk], purpose="service", at=at).get(member.pk, ""),
        "limits": limits,
        "zone": queries.zone_of(member_id=member.pk),
        "paused_until": queries.paused_until(member_id=member.pk, at=at),
        "devices": devices(member_id=member.pk),
        "push_key": webpush.public_key(),
        "week": lines,
        "week_units": sum(line.units for line in lines),
    }
