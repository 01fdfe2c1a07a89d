"""Signing in again as a proof, and signing out of the consoles by the same door as everywhere."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from members import actions, letters, proof, queries
from members.access import Refused, require_member
from outbox.clock import real_now


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """For those without password and second factor: the session ends, the next one begins with a proof.

    This browser keeps ringing for the member: they are about to be back.
    """
    member = require_member(request.user)
    [first, *_more] = get_adapter(request).get_reauthentication_methods(member)
    back = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if first["id"] != "sign_in_again":
        return redirect(first["url"])
    if request.method == "POST":
        typed = request.session.get(proof.KEPT)
        logout(request)
        proof.carry(request, typed)
        return redirect_to_login(back)
    return render(request, "members/sign_in_again.html", {"back": back})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_change(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter that told of a change. Opening it changes nothing; the button does. Nobody has to sign in for it."""
    if not letters.is_ours(token):
        raise Refused("not_found", _("There is nothing here."), hidden=True)
    change_id, at = letters.change_of(token), real_now()
    stopped = None
    if request.method == "POST" and change_id is not None:
        with transaction.atomic(durable=True):
            stopped = actions.securing.stop_change(change_id=change_id, at=at)
    if stopped is not None:
        return render(request, "members/stop_change.html", {"state": "stopped", "address_back": stopped.address_back})
    asks = request.method != "POST" and change_id is not None and queries.may_stop(change_id=change_id, at=at)
    return render(
        request, "members/stop_change.html", {"state": "asks" if asks else "late"}, status=200 if asks else 410
    )


@require_POST
def console_sign_out(request: HttpRequest) -> HttpResponse:
    """Out of both consoles, as anywhere else: what this browser was told ends with it (devices that ring)."""
    get_adapter(request).logout(request)
    messages.success(request, _("You have signed out."))
    return redirect("account_login")
