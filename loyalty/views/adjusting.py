"""Corrections by hand, in the console: propose one, see what waits, decide as the second person."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loyalty import access, actions, queries
from loyalty.models import Adjustment, Currency
from loyalty.queries.adjustments import AdjustmentRow, adjustments
from loyalty.rules import BadAmount
from members import proof
from members.access import Refused, is_manager, require_manager
from members.queries import MemberCard, find_member
from outbox.clock import now
from outbox.retry import again_after_collision


class AdjustmentForm(forms.Form):
    """Who, how much, why. The key is made with the page, so that sending it twice is one correction."""

    member = forms.CharField(
        label=gettext_lazy("Member"),
        max_length=254,
        help_text=gettext_lazy("The @name, or a confirmed e-mail address."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    amount = forms.IntegerField(
        label=gettext_lazy("Amount"),
        min_value=-(10**9),
        max_value=10**9,
        help_text=gettext_lazy("With a minus sign, points are taken."),
    )
    reason_code = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=Adjustment.Reason.choices,
        help_text=gettext_lazy("The member reads these words on their statement."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the staff"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What happened, in a sentence. It stays here and in the audit log."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = Currency.objects.order_by("id").values_list("code", "name")
        self.fields["currency"].choices = [(code, _(name)) for code, name in kinds]  # type: ignore[attr-defined]
        self.card: MemberCard | None = None

    def clean_member(self) -> str:
        name: str = self.cleaned_data["member"].strip()
        self.card = find_member(email=name) if "@" in name.lstrip("@") else find_member(username=name.lstrip("@"))
        if self.card is None:
            raise forms.ValidationError(_("Nobody here has this name or confirmed this address."))
        return name

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError(_("Nothing would change."))
        return amount


@require_http_methods(["GET", "HEAD", "POST"])
def adjusting(request: HttpRequest) -> HttpResponse:
    """What waits and what was done; managers propose."""
    viewer = access.require_books(request.user)
    posted = request.method == "POST"
    manager = require_manager(viewer) if posted else viewer
    asked = request.GET.get("member", "").replace("\x00", "")[:254]
    typed = request.POST if posted else proof.words(request)  # what was typed before the proof
    form = AdjustmentForm(typed, initial={"member": asked, "currency": "points"})
    if form.is_valid() and posted and form.card:
        if not proof.is_fresh(request):
            return proof.ask(request)
        if message := _propose(form, form.card.id, manager.pk):
            messages.success(request, message)
            return redirect("loyalty_adjustments")
    about = form.card or (find_member(username=asked.lstrip("@")) if asked and not posted else None)
    context = {
        "form": form,
        "may_propose": is_manager(viewer),
        "about": about,
        "balance": queries.balance(member_id=about.id, at=now()) if about else None,
        "waiting": [(row, _hindrance(row, viewer)) for row in adjustments(waiting=True)],
        "done": [row for row in adjustments(member_id=about.id if about else None, limit=50) if row.state != "waiting"],
    }
    return render(request, "loyalty/admin/adjustments.html", context, status=400 if posted else 200)


@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """The second person approves or declines; whoever proposed it may take it back."""
    viewer = access.require_books(request.user)
    found = adjustments(public_id=public_id)
    if not found:
        raise Refused("not_found", _("There is nothing here."), hidden=True)
    [row] = found
    approves = request.POST.get("act") == "approve"
    if approves or row.proposed_by_id != viewer.pk:
        access.require_finance(viewer)
    if approves and not proof.is_fresh(request):
        return proof.ask(request, back=reverse("loyalty_adjustments"))
    try:
        if approves:
            _approve(row.id, viewer.pk)
            messages.success(request, _("Approved: the points were posted."))
        else:
            reason = request.POST.get("reason", "").replace("\x00", "")
            _decline(row.id, viewer.pk, reason)
            messages.success(request, _("Declined: nothing was posted."))
    except actions.AdjustmentRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("loyalty_adjustments")


def _hindrance(row: AdjustmentRow, viewer: Any) -> str:
    """Why this viewer cannot approve it; empty when they can."""
    if not access.is_finance(viewer):
        return _("Somebody of the group “Finance” decides.")
    if row.proposed_by_id == viewer.pk:
        return _("You proposed this yourself; another person decides.")
    if row.member_id == viewer.pk:
        return _("These are your own points; another person decides.")
    if row.proposed_by_id is None and not viewer.is_superuser:
        return _("Nobody stands for the key that proposed this; only a superuser decides.")
    return ""


@again_after_collision
def _post(form: AdjustmentForm, member_id: int, by: int) -> Any:
    with transaction.atomic(durable=True):
        return actions.propose_adjustment(
            cause=f"console:{form.cleaned_data['key']}", member_id=member_id, currency=form.cleaned_data["currency"],
            amount=form.cleaned_data["amount"], reason_code=form.cleaned_data["reason_code"],
            note=form.cleaned_data["note"], by=by, at=now(),
        )  # fmt: skip


def _propose(form: AdjustmentForm, member_id: int, by: int) -> str:
    """What was done, in words; empty when it was refused, which stands in the form then."""
    try:
        done = _post(form, member_id, by)
    except actions.AdjustmentRefused as refusal:
        form.add_error(None, refusal.message)
    except (actions.ConflictingFacts, BadAmount):
        form.add_error(None, _("This form was used already, or damaged. Please write it again."))
    else:
        return _("Posted.") if done.state == "posted" else _waits(done.because, form.cleaned_data["currency"])
    return ""


def _waits(because: str, code: str) -> str:
    """That it waits for a second person, and why."""
    if because == Adjustment.Because.OWN_POINTS:
        return _("It waits for a second person, of the group “Finance”: these are your own points.")
    kind = Currency.objects.get(code=code)
    if because == Adjustment.Because.DAY_TOTAL:
        text = _(
            "It waits for a second person, of the group “Finance”: with it you would have moved more than %(limit)s by hand "
            "in a day, over all members and your API keys."
        )
        return text % {"limit": number_format(kind.alone_in_a_day)}
    text = _("It waits for a second person, of the group “Finance”: it is more than %(limit)s for one member in a day.")
    return text % {"limit": number_format(kind.approval_above)}


@again_after_collision
def _approve(adjustment_id: int, by: int) -> None:
    with transaction.atomic(durable=True):
        actions.approve_adjustment(adjustment_id=adjustment_id, by=by, at=now())


@again_after_collision
def _decline(adjustment_id: int, by: int, reason: str) -> None:
    with transaction.atomic(durable=True):
        actions.decline_adjustment(adjustment_id=adjustment_id, reason=reason, by=by, at=now())
