"""The rewards, a claim and what came of it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from loyalty import access, actions, queries
from loyalty.forms import ClaimForm
from members.access import is_member, require_member
from outbox.clock import now


@require_GET
def rewards(request: HttpRequest) -> HttpResponse:
    """What points are good for; guests may look."""
    at = now()
    member_id = request.user.id if is_member(request.user) else None
    balance = access.own_balance(request.user, at=at) if is_member(request.user) else None
    available = balance.available if balance else None
    return render(
        request,
        "loyalty/rewards.html",
        {
            "rewards": queries.shelf(member_id=member_id, at=at, available=available),
            "balance": balance,
            "coupons": queries.coupons_of(member_id=member_id, at=at) if member_id else [],
            "redemptions": queries.redemptions_of(member_id=member_id, limit=10) if member_id else [],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once more, then pay points for a reward."""
    member = require_member(request.user)
    reward = access.get_reward(public_id=public_id, member_id=member.id, at=now())
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not form.is_valid():
            messages.error(request, _("This form was too old or damaged. Please try again; no points were taken."))
            return redirect("loyalty:claim", public_id)
        try:
            with transaction.atomic(durable=True):
                claimed = actions.claim_reward(
                    reward_id=reward.id, member_id=member.id, key=form.cleaned_data["key"], by=member.id, at=now()
                )
        except actions.RewardRefused as refusal:
            messages.error(request, refusal.message)
            return redirect("loyalty:rewards")
        except actions.ConflictingFacts:
            messages.error(request, _("This form was too old or damaged. Please try again; no points were taken."))
            return redirect("loyalty:claim", public_id)
        return redirect("loyalty:redemption", claimed.public_id)
    balance = access.own_balance(member, at=now())
    return render(
        request,
        "loyalty/claim.html",
        {"reward": reward, "form": form, "balance": balance, "left_after": balance.available - reward.cost},
    )


@require_GET
def redemption(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the member got, for as long as they want to look."""
    member = require_member(request.user)
    card = access.get_redemption(public_id=public_id, member_id=member.id)
    return render(
        request,
        "loyalty/redemption.html",
        {"redemption": card, "balance": access.own_balance(member, at=now())},
    )
