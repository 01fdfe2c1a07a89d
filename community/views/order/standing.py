"""What a member reads of their own standing, how they object, and how a hidden post comes back."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access, moderation, order_access
from community.actions.order import review, sanctions
from community.addresses import post_url, public_id
from community.forms.order import ComeBackForm, ObjectionForm
from community.hooks import order as order_hooks
from community.models import ReviewFlag, ReviewItem, Sanction
from community.problems import EditConflict, Problem
from community.rules import flags as order_rules
from members.access import Refused, is_member, require_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """The member's own sanctions, with reason and end; POST objects to the open one."""
    member = require_member(request.user)
    held = list(order_access.own_sanctions(member))
    now_open = next((one for one in held if one.ended_at is None), None)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and now_open and _object(request, now_open, form):
        return redirect("community:standing")
    context = {"held": held, "open": now_open, "past": [one for one in held if one.ended_at], "form": form}
    return render(request, "community/order/standing.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def suspended(request: HttpRequest, token: str) -> HttpResponse:
    """Who may not sign in reads why and until when, and may object: the address was given after the right password."""
    known = order_hooks.read_standing(token, at=now())
    held = Sanction.objects.filter(public_id=known or "").first()
    if held is None and is_member(request.user):
        return redirect("community:standing")  # whoever is in sees their own; sending them to sign in would go round
    if held is None:
        raise Refused("sign_in_required", _("Please sign in first."), sign_in=True)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _object(request, held, form):
        return redirect("community:suspended", token)
    context = {
        "held": [held],
        "open": held if held.ended_at is None else None,
        "past": [],
        "form": form,
        "outside": True,
    }
    return render(request, "community/order/standing.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def hidden_post(request: HttpRequest, address: str, number: int) -> HttpResponse:
    """The author of a hidden post reads what others found wrong, and says it differently."""
    post = order_access.own_hidden_post(request.user, public_id(address), number)
    at = now()
    early = not order_rules.may_come_back(hidden_at=post.removed_at or at, at=at)
    form = ComeBackForm(
        request.POST if request.method == "POST" else None, initial={"raw": post.raw, "revision": post.revision}
    )
    if request.method == "POST" and form.is_valid():
        try:
            judged = moderation.judge(form.cleaned_data["raw"], trust=access.rights(request.user).trust)
            with transaction.atomic(durable=True):
                review.come_back(
                    post_id=post.pk, raw=judged.text, revision=form.cleaned_data["revision"], by=post.author_id, at=at
                )
            messages.success(request, _("Thank you. Your post is shown again."))
            return redirect(post_url(post.topic.public_id, post.topic.slug, number))
        except EditConflict as problem:
            form.add_error(None, problem.message)
        except Problem as problem:
            form.add_error(None, problem.message)
    reasons = ReviewFlag.objects.filter(item__kind="flagged_post", item__target=post.pk).exclude(verdict="disagreed")
    context = {
        "post": post, "form": form, "early": early, "opens_at": (post.removed_at or at) + order_rules.EDIT_AFTER,
        "reasons": sorted({str(ReviewFlag.Reason(code).label) for code in reasons.values_list("reason", flat=True)}),
        "waiting": ReviewItem.objects.filter(kind="flagged_post", target=post.pk, state="pending").exists(),
    }  # fmt: skip
    return render(request, "community/order/hidden_post.html", context, status=422 if form.errors else 200)


def _object(request: HttpRequest, held: Sanction, form: ObjectionForm) -> bool:
    if not form.is_valid():
        return False
    try:
        with transaction.atomic(durable=True):
            sanctions.object_to(sanction_id=held.pk, text=form.cleaned_data["text"], by=held.member_id, at=now())
    except Problem as problem:
        form.add_error(None, problem.message)
        return False
    messages.success(request, _("Your words have reached us. You will read our answer here."))
    return True
