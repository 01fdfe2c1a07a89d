"""What people type when something is wrong."""

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
