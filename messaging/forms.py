"""The preference page's boxes, the table of notices, a device, and the site's mail limits."""

from collections.abc import Mapping
from datetime import time
from functools import partial
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS as DAYS
from django.utils.translation import gettext_lazy as _

from messaging import choices as ways
from messaging.actions import Chosen
from messaging.models import NoticeSettings
from messaging.purposes import asked
from messaging.rules import Limits

WEEKDAYS = [DAYS[number] for number in range(7)]
CLOCK = partial(forms.TimeInput, attrs={"type": "time"}, format="%H:%M")
WAYS = {ways.SITE: _("Here"), ways.EMAIL: _("E-mail"), ways.PUSH: _("Push")}


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


class ChoicesForm(forms.Form):
    """The table of notices, one field for each group and way (`email_replies`), with digest and quiet hours."""

    QUIET = (("site", _("As everywhere here")), ("own", _("My own hours")), ("none", _("No quiet hours")))
    digest = forms.ChoiceField(label=_("How often"), choices=NoticeSettings.Digest.choices)
    digest_day = forms.TypedChoiceField(
        label=_("On"), coerce=int, choices=[(number, WEEKDAYS[number - 1]) for number in range(1, 8)]
    )
    digest_hour = forms.TypedChoiceField(
        label=_("At"), coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    digest_always = forms.BooleanField(label=_("Also on days when I was here myself"), required=False)
    quiet = forms.ChoiceField(label=_("Quiet hours"), choices=QUIET)
    quiet_from = forms.TimeField(label=_("From"), required=False, widget=CLOCK())
    quiet_to = forms.TimeField(label=_("Until"), required=False, widget=CLOCK())
    push_words = forms.BooleanField(
        label=_("Show the words of the message on my screen, not only who and where"), required=False
    )

    def __init__(self, *args: Any, shown: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        for key, row in shown.items():
            for channel, how in row.items():
                options = [(one, ways.LABELS[channel][one]) for one in ways.GROUPS[key].allowed(channel)]
                # A group that came with a new version is not in the page that is posted: it stays as it is.
                self.fields[f"{channel}_{key}"] = forms.ChoiceField(
                    label=_("%(what)s: %(way)s") % {"what": ways.GROUPS[key].label, "way": WAYS[channel]},
                    choices=options, initial=how, required=False, widget=forms.Select(attrs={"class": "input"}),
                )  # fmt: skip

    def table(self) -> list[tuple[ways.Group, list[tuple[str, forms.BoundField]]]]:
        """The rows: a group, and for each way its name and its field."""
        return [
            (ways.GROUPS[key], [(str(WAYS[channel]), self[f"{channel}_{key}"]) for channel in ways.CHANNELS])
            for key in self.shown
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("quiet") == "own" and not self.errors:
            for name in ("quiet_from", "quiet_to"):
                if data.get(name) is None:
                    self.add_error(name, _("Please say a time."))
        return data

    @property
    def chosen(self) -> Chosen:
        """What the page says."""
        data = self.cleaned_data
        start, end = data["quiet_from"], data["quiet_to"]
        hours = {"site": (None, None), "own": (start, end), "none": (time(), time())}[data["quiet"]]
        return Chosen(
            choices={
                key: {channel: data[f"{channel}_{key}"] or row[channel] for channel in ways.CHANNELS}
                for key, row in self.shown.items()
            },
            digest=data["digest"], digest_hour=data["digest_hour"], digest_day=data["digest_day"],
            digest_always=data["digest_always"], quiet_from=hours[0], quiet_to=hours[1], push_words=data["push_words"],
        )  # fmt: skip


class DeviceForm(forms.Form):
    """What a browser says of itself when it may be rung."""

    endpoint = forms.CharField(max_length=1_000)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)
    label = forms.CharField(max_length=60, required=False)


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
    week_units = forms.IntegerField(
        label=_("Units of everything in 7 days"),
        help_text=_(
            "One budget for each member over all that leaves the site: marketing mail costs 3, a digest 2, a push message or "
            "a mail about replies 1, notices in the site and mail about accounts and orders nothing. What is over it waits: "
            "marketing until it is too late, notices together in one mail or in the digest."
        ),
        min_value=0,
        max_value=200,
    )
    mail_delay = forms.IntegerField(
        label=_("Minutes before a notice becomes mail"),
        help_text=_("Whoever sees it in the site by then gets no mail."),
        min_value=0,
        max_value=1440,
    )

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
