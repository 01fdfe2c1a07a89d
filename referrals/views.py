"""The invitation page and the door that invited visitors come through."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loyalty.qr import qr_code
from members.access import Refused, is_member, require_member
from outbox.clock import now
from referrals import actions, queries, visitors
from referrals.access import require_inviter


@require_safe
def invite(request: HttpRequest) -> HttpResponse:
    """My link, my friends, the rules. Who may not invite yet reads from when."""
    member, at = require_member(request.user), now()
    context = {"program": queries.open_program(), "friends": queries.friends_of(inviter_id=member.pk)}
    try:
        inviter = require_inviter(member_id=member.pk, at=at)
    except Refused as refusal:
        return render(request, "referrals/invite.html", context | {"refusal": refusal})
    with transaction.atomic(durable=True):
        code = actions.ensure_link(inviter=inviter, by=member.pk, at=at)
    address = request.build_absolute_uri(reverse("referrals:follow", args=[code]))
    return render(request, "referrals/invite.html", context | {"address": address, "qr": qr_code(address)})


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """An invited visitor: remember whose friend they are and show them in. Changes nothing but their own cookie."""
    at, link = now(), queries.find_link(code=code)
    if link is None or queries.open_program() is None:
        return render(request, "referrals/gone.html", status=404)
    if is_member(request.user):
        return _already_in(request, own=link.inviter.id == request.user.pk)
    response = redirect(link.target or "account_signup")
    first = visitors.claim_of(request, at=at)
    if first is None or queries.find_link(code=first.code) is None:
        visitors.remember(response, code=link.code, at=at)
    return response


def _already_in(request: HttpRequest, *, own: bool) -> HttpResponse:
    if own:
        messages.info(request, _("This is your own link. Send it to a friend; it works for people who are new here."))
        return redirect("referrals:invite")
    messages.info(
        request, _("You are one of us already, so this invitation changes nothing. Invitations are for new friends.")
    )
    return redirect("/")
