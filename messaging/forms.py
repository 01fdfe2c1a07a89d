"""The preference page's boxes, and the site's mail limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.purposes import asked
from messaging.rules import Limits


class PreferencesForm(forms.Form):
    """One box for each purpose, in the wording that is recorded. None is ticked unless the member ticked it before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose in asked():
            self.fields[purpose.key] = forms.BooleanField(label=purpose.text, required=False)

    @property
    def granted(self) -> set[str]:
        """Purposes that were ticked."""
        return {key for key, ticked in self.cleaned_data.items() if ticked}


class LimitsForm(forms.Form):
    """Quiet hours and caps."""

    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        help_text=_("In each member's own time zone. The same time twice means: no quiet hours."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_to = forms.TimeField(label=_("Quiet until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    marketing_per_day = forms.IntegerField(
        label=_("Marketing mails in 24 hours"),
        help_text=_("To one member, over all campaigns. 0 stops marketing mail."),
        min_value=0,
        max_value=20,
    )
    marketing_per_week = forms.IntegerField(label=_("Marketing mails in 7 days"), min_value=0, max_value=50)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, week = data.get("marketing_per_day"), data.get("marketing_per_week")
        if day is not None and week is not None and day > week:
            self.add_error("marketing_per_day", _("This cannot be more than in 7 days."))
        return data

    @property
    def limits(self) -> Limits:
        """The limits that were typed."""
        return Limits(**self.cleaned_data)
