"""What a member finds wrong about a line of their statement."""

from django import forms
from django.utils.translation import gettext_lazy as _


class QuestionForm(forms.Form):
    """The words of a question about points."""

    words = forms.CharField(
        label=_("What is wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in your own words what is wrong, so that we know where to look.")},
        help_text=_("Say what you expected, and why. A person reads it and answers on this page."),
    )
