"""The switch on the privacy page, and the managers' filter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from insights.models import STAGES
from insights.queries import Wanted

_ANY = [("", _("any"))]


class ScoringForm(forms.Form):
    """Whether a member wants to be noticed."""

    wanted = forms.BooleanField(
        label=_("Notice when I have been away, and let it count for what you offer me"),
        help_text=_("Off: we delete what we noticed, at once, and treat you like everybody."),
        required=False,
    )


class CustomersFilter(forms.Form):
    """Which customers to list. Anything unknown is ignored, so that an old link still shows people."""

    buying = forms.ChoiceField(label=_("Buying"), choices=[*_ANY, *STAGES], required=False)
    talking = forms.ChoiceField(label=_("Talking"), choices=[*_ANY, *STAGES], required=False)
    stage = forms.ChoiceField(label=_("Together"), choices=[*_ANY, *STAGES], required=False)
    q = forms.CharField(label=_("Name"), max_length=60, required=False)

    def wanted(self) -> Wanted:
        """The valid choices."""
        self.is_valid()
        known = self.cleaned_data
        return Wanted(
            commerce=known.get("buying", ""),
            social=known.get("talking", ""),
            stage=known.get("stage", ""),
            search=known.get("q", "").strip(),
        )
