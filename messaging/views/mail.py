"""The way out of every message, and the page where members choose what reaches them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from members.access import require_manager, require_member
from members.queries import member_card
from messaging import actions, queries
from messaging.addresses import Link, read_token
from messaging.forms import LimitsForm, PreferencesForm
from messaging.purposes import label
from messaging.queries.choices import budget_use
from messaging.rules import MARKETING
from outbox.clock import now

ACTS = require_http_methods(["GET", "HEAD", "POST"])


# Mail providers post here without cookie, session or token of ours (RFC 8058): the sealed link is the whole proof.
@csrf_exempt
@never_cache
@ACTS
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing (prefetchers follow links); POST withdraws at once and answers 200."""
    link = read_token(token)
    if link is None or member_card(member_id=link.member_id) is None:
        return _bad_link(request)
    if request.method == "POST":
        source = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "unsubscribe_page"
        with transaction.atomic(durable=True):
            actions.unsubscribe(link=link, source=source, at=now(), evidence=_evidence())
    context = {
        "token": token,
        "purpose": label(link.purpose),
        "done": request.method == "POST",
        "others": _still_coming(link.member_id),
    }
    return render(request, "messaging/unsubscribe.html", context)


@never_cache
@ACTS
def preferences(request: HttpRequest) -> HttpResponse:
    """The signed-in member's own choices."""
    member = require_member(request.user)
    link = Link(member.pk, "email", MARKETING, None)
    return _preferences(request, link, "preference_page", "messaging:preferences", ())


@csrf_exempt
@never_cache
@ACTS
def preferences_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same page from any message, without signing in; the sealed link stands for its mailbox."""
    link = read_token(token)
    if link is None or member_card(member_id=link.member_id) is None:
        return _bad_link(request)
    return _preferences(request, link, "preference_link", "messaging:preferences_by_link", (token,))


@ACTS
def limits(request: HttpRequest) -> HttpResponse:
    """Staff: quiet hours and caps of the whole site."""
    manager = require_manager(request.user)
    held = queries.limits()
    form = LimitsForm(request.POST or None, initial=vars(held))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            actions.update_limits(limits=form.limits, by=manager.pk, at=now())
        messages.success(request, _("Saved. Messages that wait are decided again when their time comes."))
        return redirect("messaging_limits")
    context = {"form": form, "use": budget_use(budget=held.week_units, at=now()), "held": held}
    return render(request, "messaging/admin/limits.html", context, status=422 if form.errors else 200)


def _preferences(request: HttpRequest, link: Link, source: str, back: str, arguments: tuple[str, ...]) -> HttpResponse:
    form = PreferencesForm(request.POST or None, initial=queries.consents(member_id=link.member_id))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            said = _act(request, link, source, form)
        messages.success(request, said)
        return redirect(back, *arguments)
    context = {
        "form": form,
        "by_link": bool(arguments),
        # Not by the link: whoever was forwarded a mail may stop it, but learns nothing of the others.
        "written": [] if arguments else queries.written_to(member_id=link.member_id),
        "paused_until": queries.paused_until(member_id=link.member_id, at=now()),
        "limits": queries.limits(),
        "zone": queries.zone_of(member_id=link.member_id),
    }
    return render(request, "messaging/preferences.html", context)


def _act(request: HttpRequest, link: Link, source: str, form: PreferencesForm) -> str:
    """The one action of the pressed button, and what to say of it."""
    member_id, at = link.member_id, now()
    if "pause" in request.POST:
        actions.pause_mail(member_id=member_id, by=member_id, at=at)
        return _("We are quiet for 30 days. Only mail about your account and orders still comes.")
    if "resume" in request.POST:
        actions.end_pause(member_id=member_id, by=member_id, at=at)
        return _("The pause is over. You get again what you chose below.")
    actions.choose(
        member_id=member_id,
        granted=form.granted,
        source=source,
        evidence=_evidence(),
        delivery_id=link.delivery_id,
        by=member_id,
        at=at,
    )
    return _("Saved. It holds from this moment on.")


def _still_coming(member_id: int) -> list[str]:
    """Names of what the member still gets."""
    return [label(purpose) for purpose, granted in queries.consents(member_id=member_id).items() if granted]


def _evidence() -> dict[str, Any]:
    """How the choice was shown; no address, no device: the ledger proves words, not people's whereabouts."""
    return {"language": get_language() or ""}


def _bad_link(request: HttpRequest) -> HttpResponse:
    return render(request, "messaging/bad_link.html", status=404)
