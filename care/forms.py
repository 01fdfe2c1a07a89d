"""What people type when something is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CaseForm(forms.Form):
    """A new case."""

    subject = forms.CharField(label=_("What is it about?"), max_length=120)
    text = forms.CharField(
        label=_("What happened?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Plain words are best. If it is about an order, its number helps."),
    )


class WordForm(forms.Form):
    """A word in a case."""

    text = forms.CharField(label=_("Your answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class PointsForm(forms.Form):
    """The answer to a member who finds a line of their points wrong."""

    verdict = forms.ChoiceField(
        label=_("Were they right?"),
        choices=[("granted", _("Yes: the points are theirs")), ("declined", _("No: it stays as it is"))],
        widget=forms.RadioSelect,
    )
    amount = forms.IntegerField(
        label=_("Points to give"), min_value=0, max_value=10**9, required=False,
        help_text=_("Above the limit for one person, somebody of Finance has to approve it."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("Your answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The member reads it here and beside the line."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        amount = cleaned.get("amount") or 0
        if cleaned.get("verdict") == "granted" and not amount and "amount" not in self.errors:
            self.add_error("amount", _("Say how many points."))
        if cleaned.get("verdict") == "declined" and amount:
            self.add_error("amount", _("Nothing is given when it stays as it is."))
        return cleaned
