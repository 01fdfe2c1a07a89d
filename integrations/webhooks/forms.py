"""What a manager fills in for a webhook."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from integrations.webhooks import catalogue
from integrations.webhooks.models import WebhookDelivery

SCOPE_WORDS = {
    "personal": _("Names and confirmed e-mail addresses of the members concerned"),
    "staff": _("How people stand with you: stages, campaigns, complaints. Never for a machine that members see into."),
}


class EndpointForm(forms.Form):
    """One endpoint. `asked_as` is drawn with the form, so that sending it twice makes one endpoint."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which machine listens, for example “Mail tool”.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput,
        help_text=_("Begins with https://. We refuse inner addresses and follow no redirects."),
    )
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)
    scopes = forms.MultipleChoiceField(
        label=_("It may also learn"),
        choices=list(SCOPE_WORDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    asked_as = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = event_choices()  # type: ignore[attr-defined]


def event_choices() -> list[tuple[str, Any]]:
    return [
        (entry.type, f"{entry.type} ({_('for staff')})" if entry.staff else entry.type)
        for entry in sorted(catalogue.entries().values(), key=lambda one: one.type)
    ]


class FilterForm(forms.Form):
    """Which deliveries are listed. Nonsense in the address shows all."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *WebhookDelivery.State.choices]
    )
    type = forms.CharField(label=pgettext_lazy("outbox", "Event"), required=False, max_length=80)


class ReplayForm(forms.Form):
    """Send a span of time again, in the manager's time zone."""

    since = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    until = forms.DateTimeField(
        label=_("To"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


def last_hours(at: datetime) -> dict[str, datetime]:
    """What the form of a replay begins with: the last hour."""
    return {"since": at - timedelta(hours=1), "until": at}
