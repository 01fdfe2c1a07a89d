"""My codes, gifts that wait for me, and the link of a gift."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from loyalty import access, actions
from loyalty.actions.rewards import granting
from loyalty.qr import qr_code
from loyalty.queries import gifts as queries
from members.access import is_member, require_member
from outbox.clock import now
from outbox.retry import again_after_collision

DRAWN = 20
"""So many codes at most are drawn for a scanner; what is behind them is still there to copy."""


@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """Every code of the member with a picture for the till, and gifts that wait."""
    member = require_member(request.user)
    at = now()
    held = queries.codes_of(member_id=member.id, at=at)
    ready = [one for one in held if one.state == "ready"]
    return render(
        request,
        "loyalty/codes.html",
        {
            "ready": [(one, qr_code(one.coupon.code) if n < DRAWN else None) for n, one in enumerate(ready)],
            "past": [one for one in held if one.state != "ready"],
            "gifts": queries.gifts_of(member_id=member.id, at=at),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def gift(request: HttpRequest, public_id: str) -> HttpResponse:
    """One gift for me: take it, or say no."""
    member = require_member(request.user)
    card = access.get_gift(public_id=public_id, member_id=member.id)
    if request.method == "POST":
        return _answer(request, card, member.id)
    return render(request, "loyalty/gift.html", {"gift": card, "at": now(), "signed_in": True})


@require_http_methods(["GET", "HEAD", "POST"])
def gift_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same by the secret link that a friend sent. Whoever holds it may look; taking it needs an account."""
    viewer = request.user
    member_id = viewer.id if is_member(viewer) else None
    card = access.get_gift_of_token(token=token, member_id=member_id)
    if request.method == "POST":
        return _answer(request, card, require_member(viewer).id)
    response = render(request, "loyalty/gift.html", {"gift": card, "at": now(), "signed_in": member_id is not None})
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(request: HttpRequest, card: queries.WaitingGift, member_id: int) -> HttpResponse:
    try:
        if request.POST.get("act") == "decline":
            _decline(card.id, member_id)
            messages.info(request, _("Declined. Nothing was taken from anybody."))
            return redirect("loyalty:codes")
        claimed = _accept(card.id, member_id)
    except actions.RewardRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("loyalty:codes")
    return redirect("loyalty:redemption", claimed.public_id)


@again_after_collision
def _decline(gift_id: int, member_id: int) -> None:
    with transaction.atomic(durable=True):
        granting.decline_gift(gift_id=gift_id, by=member_id, at=now())


@again_after_collision
def _accept(gift_id: int, member_id: int) -> actions.ClaimedReward:
    with transaction.atomic(durable=True):
        return actions.claim_gift(gift_id=gift_id, member_id=member_id, by=member_id, at=now())
