"""The form of a campaign."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from campaigns.rules import letter
from insights.queries import LABELS
from loyalty.rules import exponent

PROBLEMS = {
    "unknown_variable": gettext_lazy("“{%(word)s}” is no variable. Use one of: %(known)s."),
    "stray_brace": gettext_lazy("A brace { or } stands alone. Write variables like {name}, without spaces."),
    "not_in_subject": gettext_lazy("“{%(word)s}” may be empty for somebody, so it cannot stand in the subject."),
    "no_offer": gettext_lazy("“{%(word)s}” needs a coupon, and this campaign has none."),
    "code_missing": gettext_lazy("The campaign gives a coupon, but the text never shows {coupon}."),
    "unsafe_link": gettext_lazy("“%(word)s” is no address that we can link to. Begin with https:// or with /."),
}


def say_problem(problem: letter.Problem) -> str:
    """A problem of a text in words, with the next step."""
    known = ", ".join(f"{{{name}}}" for name in letter.VARIABLES)
    sentence: str | Promise = PROBLEMS[problem.code]
    return str(sentence) % {"word": problem.word, "known": known}


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything a manager decides before the start."""

    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Who"),
        choices=list(LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Members whose relationship is in one of these stages when you start."),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount off"),
        required=False,
        min_value=Decimal("0.001"),
        max_value=Decimal(1_000_000),
        decimal_places=3,
    )

    class Meta:
        model = Campaign
        fields = [
            "name", "stages", "subject", "body", "offer", "offer_percent", "amount", "offer_currency", "offer_days",
            "holdout_percent", "expected_percent", "outcome", "window_days", "keeps_quiet_hours",
        ]  # fmt: skip
        widgets = {"body": forms.Textarea(attrs={"rows": 14}), "offer": forms.RadioSelect}
        help_texts = {
            "name": gettext_lazy("For you; members never see it."),
            "subject": gettext_lazy("{name} and {site} may stand here."),
            "body": gettext_lazy(
                "A blank line starts a paragraph; “- ” a list; **bold**; [words](https://…). Variables: {name}, {site}, "
                "{points}, {news} (replies since the last visit, points that expire), {coupon}, {offer}, {expires}. A "
                "paragraph whose variable has nothing true to say for a member is left out."
            ),
            "offer": gettext_lazy("One code for each member, made when the mail leaves."),
            "holdout_percent": gettext_lazy("They get nothing, and prove what the mail did. 0: nothing can be proven."),
            "expected_percent": gettext_lazy("Your guess; it decides how small an effect can be proven."),
            "window_days": gettext_lazy("Fixed before the start: until then the page says “too early”."),
            "keeps_quiet_hours": gettext_lazy("Mail waits for each member's morning."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign: Campaign = self.instance
        if campaign.offer == Campaign.Offer.AMOUNT:
            self.initial["amount"] = Decimal(campaign.offer_amount).scaleb(-exponent(campaign.offer_currency))
        for name, most in (
            ("holdout_percent", 90),
            ("expected_percent", 90),
            ("window_days", 365),
            ("offer_days", 365),
        ):
            self.fields[name].widget.attrs |= {"max": most}
        self.fields["offer_percent"].required = self.fields["offer_days"].required = False

    def clean_offer_currency(self) -> str:
        currency: str = self.cleaned_data["offer_currency"].strip().upper()
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise forms.ValidationError(_("Write the currency in three letters, for example EUR or CNY."))
        return currency

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self._check_ranges(data)
        self._check_offer(data)
        has_offer = data.get("offer", Campaign.Offer.NONE) != Campaign.Offer.NONE
        subject, body = data.get("subject") or "", data.get("body") or ""
        for problem in letter.problems(subject=subject, body="", has_offer=False):
            self.add_error("subject", say_problem(problem))
        for problem in letter.problems(subject="", body=body, has_offer=has_offer):
            self.add_error("body", say_problem(problem))
        return data

    def _check_ranges(self, data: dict[str, Any]) -> None:
        for name, least, most in (("holdout_percent", 0, 90), ("expected_percent", 1, 90), ("window_days", 1, 365)):
            value = data.get(name)
            if value is not None and not least <= value <= most:
                message = _("Choose a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
                self.add_error(name, message)

    def _check_offer(self, data: dict[str, Any]) -> None:
        """The parts of the chosen kind of coupon; those of the others are emptied."""
        offer = data.get("offer")
        percent, amount, days = data.get("offer_percent") or 0, data.get("amount"), data.get("offer_days") or 0
        if offer == Campaign.Offer.PERCENT and not 1 <= percent <= 100:
            self.add_error("offer_percent", _("Say how many percent, from 1 to 100."))
        if offer == Campaign.Offer.AMOUNT and not (amount and data.get("offer_currency")):
            self.add_error("amount", _("Say how much, and in which currency."))
        if offer != Campaign.Offer.NONE and not 1 <= days <= 365:
            self.add_error("offer_days", _("Say how long it is good, from 1 to 365 days."))
        currency = data.get("offer_currency") or ""
        data["offer_percent"] = percent if offer == Campaign.Offer.PERCENT else 0
        data["offer_amount"] = self._minor(amount, currency) if offer == Campaign.Offer.AMOUNT else 0
        data["offer_currency"] = currency if offer == Campaign.Offer.AMOUNT else ""
        data["offer_days"] = days or 14

    def _minor(self, amount: Decimal | None, currency: str) -> int:
        minor = (amount or Decimal(0)).scaleb(exponent(currency))
        if minor != int(minor):
            self.add_error("amount", _("This currency has no such small parts."))
        return int(minor)
