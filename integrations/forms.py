"""What a manager fills in to make a key."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations import rules

SCOPE_WORDS = {
    "orders:read": _("Read orders"),
    "orders:write": _("Send orders and refunds"),
    "members:read": _("Read members, wallets and their movements"),
    "members:write": _("Bring members and their names"),
    "events:write": _("Tell what members did, for earning rules"),
    "programme:read": _("Read earning rules, tiers and rewards"),
    "redemptions:read": _("Read claims of rewards"),
    "redemptions:write": _("Claim rewards for members, cancel and fulfil claims"),
    "coupons:read": _("Look up coupons by their code"),
    "coupons:write": _("Give coupons, and note that they were used"),
    "adjustments:read": _("Read corrections of points"),
    "adjustments:write": _("Correct points; large corrections wait for a second person"),
    "transfers:read": _("Read points that members gave each other"),
    "referrals:read": _("Read who was invited by whom"),
}


class KeyForm(forms.Form):
    """One key. `asked_as` is drawn with the form, so that sending it twice makes one key."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Who uses it, for example “Web shop”."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope, SCOPE_WORDS[scope]) for scope in rules.SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )
    sources = forms.CharField(
        label=_("It speaks for"),
        required=False,
        max_length=6100,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Sources, one a line, as they stand in the orders, for example tea-shop. Name them: a key that is lost then "
            "touches no other shop's orders, refunds, events and customers. Empty: every source."
        ),
    )
    allowed_addresses = forms.CharField(
        label=_("Allowed addresses"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Addresses or networks, one a line. Empty: from anywhere."),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: no end."),
    )
    sandbox = forms.BooleanField(
        label=_("Sandbox: every request is tried and undone, nothing is stored"), required=False
    )
    asked_as = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def named_sources(self) -> list[str]:
        """One entry a line."""
        return [line.strip() for line in self.cleaned_data["sources"].splitlines() if line.strip()]

    def addresses(self) -> list[str]:
        """One entry a line."""
        return [line.strip() for line in self.cleaned_data["allowed_addresses"].splitlines() if line.strip()]

    def expires_at(self) -> datetime | None:
        """The end of the last day in the manager's time zone."""
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) if day else None
