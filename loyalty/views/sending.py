"""Points for a friend: to whom and how many, then once more to be sure, then sent."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from loyalty import access
from loyalty.actions import ledger
from loyalty.queries.sending import sending_of
from loyalty.queries.weight import weighs_much
from members import proof
from members.access import Refused, get_profile, require_member
from members.queries import MemberCard, find_member
from outbox.clock import now
from outbox.retry import again_after_collision

LARGEST = 10**9
"""More points than this nobody has."""


class SendForm(forms.Form):
    """To whom, how many, a few words. The key is made with the page, so that sending it twice is one gift."""

    to = forms.CharField(
        label=gettext_lazy("Friend’s name here"),
        max_length=31,
        help_text=gettext_lazy("The @name, as it stands on their page."),
        error_messages={"required": gettext_lazy("Write your friend’s @name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    amount = forms.IntegerField(
        label=gettext_lazy("Points"),
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": gettext_lazy("Write how many points you send: at least one."),
            "invalid": gettext_lazy("Write a whole number, like 25."),
            "min_value": gettext_lazy("Write how many points you send: at least one."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("A few words with it"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, viewer: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.most = viewer, most
        self.fields["amount"].widget.attrs["max"] = max(most, 1)
        self.friend: MemberCard | None = None

    def clean_to(self) -> str:
        name: str = self.cleaned_data["to"].strip().lstrip("@")
        self.friend = find_member(username=name)
        if self.friend is None or not _seen(self.viewer, self.friend.username):
            raise forms.ValidationError(_("Nobody here has this name. Look at how it is written on their page."))
        if self.friend.id == self.viewer.pk:
            raise forms.ValidationError(_("These are your own points already."))
        return self.friend.username

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if amount > LARGEST:  # the rest is said by the page, which knows what was sent before
            raise forms.ValidationError(_too_many(self.most))
        return amount

    def clean_note(self) -> str:
        return " ".join(self.cleaned_data["note"].split())


def _seen(viewer: Any, username: str) -> bool:
    try:
        get_profile(viewer, username)
    except Refused:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form; posted, what will happen; posted with `sure`, done."""
    member, at = require_member(request.user), now()
    state = sending_of(member_id=member.id, at=at)
    if state is None:
        raise Refused("not_found", _("There is nothing here."), hidden=True)
    posted = request.method == "POST"
    first = {"to": request.GET.get("to", "").replace("\x00", "")[:31]}
    typed = request.POST if posted else proof.words(request)  # what was typed before the proof
    balance = access.own_balance(member, at=at)
    most = max(0, min(balance.available, state.left))
    form = SendForm(typed, viewer=member, most=most, initial=first)
    context: dict[str, Any] = {"form": form, "state": state, "balance": balance, "most": most}
    if not (typed and state.refusal == "" and form.is_valid() and form.friend):
        return render(request, "loyalty/sending/send.html", context, status=400 if posted else 200)
    if "sure" not in request.POST or "change" in request.POST:
        amount = form.cleaned_data["amount"]
        if "change" not in request.POST and amount <= most:
            context |= {"friend": form.friend, "amount": amount, "left_after": balance.available - amount}
            return render(request, "loyalty/sending/sure.html", context)
        if "change" not in request.POST:
            form.add_error("amount", _too_many(most))
        return render(request, "loyalty/sending/send.html", context, status=200 if "change" in request.POST else 400)
    try:
        if why := _send_or_say(request, form, member_id=member.id, friend_id=form.friend.id):
            form.add_error(None, why)
            return render(request, "loyalty/sending/send.html", context, status=409)
    except proof.ProofNeeded:
        return proof.ask(request)
    text = ngettext(
        "%(number)s point is with %(name)s now.",
        "%(number)s points are with %(name)s now.",
        form.cleaned_data["amount"],
    )
    messages.success(request, text % {"number": form.cleaned_data["amount"], "name": form.friend.name})
    return redirect("loyalty:points")


def _send_or_say(request: HttpRequest, form: SendForm, *, member_id: int, friend_id: int) -> str:
    """Why it was not sent; empty when it was. Raises ProofNeeded."""
    try:
        _send(
            form, member_id=member_id, friend_id=friend_id, proven=proof.is_fresh(request), until=proof.cooling(request)
        )
    except proof.CoolingOff as cooling:
        return proof.cooling_words(cooling.until)
    except ledger.TransferRefused as refusal:
        return str(refusal)
    except ledger.ConflictingFacts:
        return _("This form was used already. Look at your statement.")
    return ""


@again_after_collision
def _send(form: SendForm, *, member_id: int, friend_id: int, proven: bool, until: datetime | None) -> None:
    at = now()
    with transaction.atomic(durable=True):
        sent = ledger.transfer(
            key=form.cleaned_data["key"], from_member_id=member_id, to_member_id=friend_id,
            amount=form.cleaned_data["amount"], note=form.cleaned_data["note"], by=member_id, at=at,
        )  # fmt: skip
        if sent.created and (until or not proven) and weighs_much(member_id=member_id, at=at):
            raise proof.CoolingOff(until) if until else proof.ProofNeeded


def _too_many(most: int) -> str:
    text = ngettext(
        "You can send %(number)s point at the moment.", "You can send up to %(number)s points at the moment.", most
    )
    return text % {"number": most}
