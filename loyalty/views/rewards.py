"""The rewards, a claim, what came of it, and what the member still says about it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loyalty import access, actions, queries
from loyalty.actions.ledger import lock_wallets
from loyalty.actions.rewards import details, undoing
from loyalty.forms import AddressForm, ClaimForm, FriendForm
from loyalty.queries import claims as claims_queries
from loyalty.queries import gifts as gifts_queries
from loyalty.queries.weight import weighs_much
from members import proof
from members.access import Member, is_member, require_member
from outbox.clock import now
from outbox.retry import again_after_collision

PACE = ((timedelta(minutes=1), 5), (timedelta(days=1), 30))
"""So many claims in so much time: more is a stolen account or a script."""
SORTS = ("shelf", "cheap", "near")


@require_GET
def rewards(request: HttpRequest) -> HttpResponse:
    """What points are good for; guests may look. `category` and `sort` (cheap, near) choose and order."""
    at = now()
    viewer = request.user
    member = viewer if is_member(viewer) else None
    balance = access.own_balance(member, at=at) if member else None
    cards = queries.shelf(
        member_id=member.id if member else None, at=at, available=balance.available if balance else None
    )
    categories = list(dict.fromkeys(card.category for card in cards if card.category))
    chosen = request.GET.get("category", "")
    if chosen in categories:
        cards = [card for card in cards if card.category == chosen]
    sort = request.GET.get("sort", "")
    return render(
        request,
        "loyalty/rewards.html",
        {
            "rewards": _sorted(cards, sort),
            "categories": categories,
            "category": chosen if chosen in categories else "",
            "sort": sort if sort in SORTS else "shelf",
            "balance": balance,
            "within_reach": sum(card.state == "open" for card in cards) if balance else 0,
            "gifts": gifts_queries.gifts_of(member_id=member.id, at=at) if member else [],
            "redemptions": queries.redemptions_of(member_id=member.id, limit=10) if member else [],
        },
    )


def _sorted(cards: list[queries.RewardCard], sort: str) -> list[queries.RewardCard]:
    if sort == "cheap":
        return sorted(cards, key=lambda card: card.cost)
    if sort == "near":
        return sorted(cards, key=lambda card: (card.state != "open", card.state != "short", card.missing, card.cost))
    return cards


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """A reward with its terms, for everybody; a member asks once more here and pays points for it."""
    at = now()
    member = require_member(request.user) if request.method == "POST" else request.user
    signed_in = is_member(member)
    balance = access.own_balance(member, at=at) if is_member(member) else None
    reward = access.get_reward(
        public_id=public_id, member_id=member.id if is_member(member) else None, at=at,
        available=balance.available if balance else None,
    )  # fmt: skip
    form = ClaimForm(request.POST if request.method == "POST" else None, initial={"cost": reward.cost})
    if request.method == "POST" and is_member(member):
        return _claim(request, member, reward, form)
    return render(
        request,
        "loyalty/claim.html",
        {
            "reward": reward,
            "form": form,
            "balance": balance,
            "signed_in": signed_in,
            "left_after": balance.available - reward.cost if balance else 0,
        },
    )


def _claim(request: HttpRequest, member: Member, reward: queries.RewardCard, form: ClaimForm) -> HttpResponse:
    if not form.is_valid():
        messages.error(request, _("This form was too old or damaged. Please try again; no points were taken."))
        return redirect("loyalty:claim", reward.public_id)
    at = now()
    try:
        claimed = _claim_once(
            proof.is_fresh(request), proof.cooling(request), reward_id=reward.id, member_id=member.id, key=form.cleaned_data["key"],
            by=member.id, at=at, cost=form.cleaned_data["cost"],
        )  # fmt: skip
    except proof.ProofNeeded:
        return proof.ask(request, back=request.path)
    except proof.CoolingOff as cooling:
        messages.error(request, proof.cooling_words(cooling.until))
        return redirect("loyalty:claim", reward.public_id)
    except actions.RewardRefused as refusal:
        messages.error(request, refusal.message)
        gone = refusal.code == "gone"  # its own page is no longer there
        return redirect("loyalty:rewards") if gone else redirect("loyalty:claim", reward.public_id)
    except TooFast:
        messages.error(request, _("That were many claims in a short time. Wait a little; no points were taken."))
        return redirect("loyalty:claim", reward.public_id)
    except actions.ConflictingFacts:
        messages.error(request, _("This form was too old or damaged. Please try again; no points were taken."))
        return redirect("loyalty:claim", reward.public_id)
    return redirect("loyalty:redemption", claimed.public_id)


class TooFast(Exception):
    """More claims than PACE lets through; everything about this one is undone."""


@again_after_collision
def _claim_once(proven: bool, until: datetime | None, **claim: Any) -> actions.ClaimedReward:
    with transaction.atomic(durable=True):
        lock_wallets([claim["member_id"]])  # twenty at once are counted one after the other
        claimed = actions.claim_reward(**claim)
        if not claimed.replayed and _too_fast(claim["member_id"], claim["at"]):
            raise TooFast
        if claimed.replayed or (proven and until is None):
            return claimed
        if weighs_much(member_id=claim["member_id"], at=claim["at"]):
            raise proof.CoolingOff(until) if until else proof.ProofNeeded
        return claimed


def _too_fast(member_id: int, at: datetime) -> bool:
    """With the newest claim among them."""
    times = claims_queries.claims_since(member_id=member_id, since=at - PACE[-1][0])
    return any(sum(time > at - span for time in times) > most for span, most in PACE)


@require_GET
def redemption(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the member got, for as long as they want to look; what we still have to know; how far it is."""
    member = require_member(request.user)
    return _redemption(request, member, access.get_redemption(public_id=public_id, member_id=member.id))


def _redemption(
    request: HttpRequest, member: Member, card: queries.RedemptionCard, form: forms.Form | None = None
) -> HttpResponse:
    at = now()
    asks = _asks(card)
    if form is None and asks is AddressForm:
        kept = claims_queries.address_of(redemption_id=card.id, member_id=member.id)
        form = AddressForm(initial=kept or {"name": member.display_name})
    if form is None and asks is FriendForm:
        form = FriendForm(giver=member)
    sent = gifts_queries.gift_sent(redemption_id=card.id) if card.kind == "gift_to_friend" else None
    return render(
        request,
        "loyalty/redemption.html",
        {
            "redemption": card,
            "balance": access.own_balance(member, at=at),
            "steps": claims_queries.steps_of(redemption_id=card.id),
            "form": form,
            "gift_sent": sent,
            "gift_link": request.build_absolute_uri(reverse("loyalty:gift_link", args=[sent[1]]))
            if sent and sent[1] and sent[3] == "waiting"
            else "",
            "over": card.expires_at is not None and card.expires_at <= at,
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def _asks(card: queries.RedemptionCard) -> type[forms.Form] | None:
    """What we still have to know of a claim, or the member may still change."""
    if card.kind == "gift_to_friend":
        return FriendForm if card.state == "held" else None
    open_to_change = card.state in ("held", "requested", "confirmed", "fulfilling") and card.sent_at is None
    return AddressForm if card.kind == "physical" and open_to_change else None


@require_POST
def address(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say where a claim goes."""
    member = require_member(request.user)
    card = access.get_redemption(public_id=public_id, member_id=member.id)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _redemption(request, member, card, form)

    def act(at: datetime) -> Any:
        return details.give_address(redemption_id=card.id, address=form.address, by=member.id, at=at)

    return _act(request, member, public_id, act, _("Thank you. We send it there."), form)


@require_POST
def friend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say to whom a gift goes."""
    member = require_member(request.user)
    card = access.get_redemption(public_id=public_id, member_id=member.id)
    form = FriendForm(request.POST, giver=member)
    if not form.is_valid():
        return _redemption(request, member, card, form)

    def act(at: datetime) -> Any:
        return details.choose_friend(
            redemption_id=card.id, friend_id=form.friend_id, note=form.cleaned_data["note"], by=member.id, at=at
        )

    return _act(request, member, public_id, act, _("Your gift is on its way."), form)


@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one's own claim back."""
    member = require_member(request.user)
    card = access.get_redemption(public_id=public_id, member_id=member.id)

    def act(at: datetime) -> Any:
        return undoing.cancel_own(redemption_id=card.id, by=member.id, at=at)

    return _act(request, member, public_id, act, _("Cancelled. What it cost is yours again."))


def _act(
    request: HttpRequest,
    member: Member,
    public_id: str,
    act: Callable[[datetime], Any],
    said: str,
    form: forms.Form | None = None,
) -> HttpResponse:
    """What was typed stays in the form when it was refused and can be asked once more."""
    try:
        _once(act)
    except actions.RewardRefused as refusal:
        card = access.get_redemption(public_id=public_id, member_id=member.id)
        if form is not None and _asks(card) is type(form):
            form.add_error(None, refusal.message)
            return _redemption(request, member, card, form)
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect("loyalty:redemption", public_id)


@again_after_collision
def _once(act: Callable[[datetime], Any]) -> None:
    """Address, friend, cancelling: each looks at the claim's state under its lock, so that again changes nothing."""
    with transaction.atomic(durable=True):
        act(now())
