"""Forms about reading: what follows from one's acts, bookmarks."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Level

_AUTOMATIC = [(level.value, level.label) for level in (Level.NORMAL, Level.TRACKING, Level.WATCHING)]
REMIND = [
    ("", _("no reminder")),
    ("3h", _("in three hours")),
    ("1d", _("tomorrow")),
    ("3d", _("in three days")),
    ("7d", _("in a week")),
    ("30d", _("in a month")),
]
_SPANS = {"3h": 3, "1d": 24, "3d": 72, "7d": 168, "30d": 720}


class ChoicesForm(forms.Form):
    own_topic = forms.TypedChoiceField(label=_("Topics that I start"), choices=_AUTOMATIC, coerce=int)
    replied = forms.TypedChoiceField(label=_("Topics that I reply to"), choices=_AUTOMATIC, coerce=int)
    read_long = forms.TypedChoiceField(label=_("Topics that I read for five minutes"), choices=_AUTOMATIC, coerce=int)
    shortcuts = forms.BooleanField(
        label=_("Single keys are shortcuts"),
        required=False,
        help_text=_("Press ? anywhere in the forum to see them. Nothing happens while you type."),
    )


class BookmarkForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Only you see it."))
    remind = forms.ChoiceField(label=_("Remind me"), choices=REMIND, required=False)
    remind_at = forms.DateTimeField(
        label=_("… or at this time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def reminder(self, at: datetime) -> datetime | None:
        """When to remind: the span that was chosen, else the time that was given."""
        chosen: dict[str, Any] = self.cleaned_data
        if chosen.get("remind"):
            return at + timedelta(hours=_SPANS[chosen["remind"]])
        return chosen.get("remind_at")
