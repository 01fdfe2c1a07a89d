"""What people send us."""

from django import forms

from outbox.ids import new_id


class ClaimForm(forms.Form):
    """A claim of a reward. The key is made with the page, so that sending it twice is one claim."""

    key = forms.RegexField(r"^[0-9a-z]{12,64}\Z", widget=forms.HiddenInput, initial=lambda: new_id(24))
