"""Forms of the tiers' console."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.actions.ledger import zone
from loyalty.models import Tier, TierProgram
from loyalty.rules import midnight
from loyalty.rules.tier_checks import Fault, TierDraft, faults
from loyalty.seen_form import SEEN, SeenForm

WORDS = {
    "rank_twice": _("Another tier has this rank already."),
    "no_lowest": _("The lowest tier has rank 0 and is open to everybody."),
    "lowest_threshold": _("Everybody begins in the lowest tier: it asks for nothing."),
    "not_ascending": _("A higher tier asks for more than the one below it."),
    "keep_above_reach": _("Keeping a tier never asks for more than reaching it."),
    "keep_not_ascending": _("Keeping a higher tier never asks for less than keeping the one below it."),
    "lifetime_below_reach": _("A tier for good asks for at least what reaching it asks."),
    "lifetime_not_ascending": _("A higher tier for good asks for more than the one below it."),
    "invited_not_lasting": _("A tier by invitation cannot be earned, also not by a whole life."),
}
PROGRAM = ("window", "window_days", "basis", "spend_currency", "down", "grace_days")
NUMBERS = ("threshold", "keep_threshold", "lifetime_threshold")
LABELS = {"threshold": _("to reach it"), "keep_threshold": _("to keep it"), "lifetime_threshold": _("for good")}
MOST = 10**12


def draft_of(tier: Tier, key: str = "") -> TierDraft:
    return TierDraft(
        key or str(tier.pk), tier.rank, tier.threshold, tier.keep_threshold, tier.lifetime_threshold, tier.by_invitation
    )


class ProgramForm(SeenForm, forms.ModelForm):  # type: ignore[type-arg]
    """How tiers are reached and lost, with the numbers of all tiers in one table, so that they can be checked together."""

    class Meta:
        model = TierProgram
        fields = PROGRAM

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["window_days"].max_value, self.fields["grace_days"].max_value = 3660, 366  # type: ignore[attr-defined]
        self.tiers = list(Tier.objects.filter(program=self.instance).order_by("rank"))
        for tier in self.tiers:
            for name in NUMBERS:
                self.fields[f"{name}_{tier.pk}"] = forms.IntegerField(
                    min_value=0,
                    max_value=MOST,
                    required=name == "threshold" and not tier.by_invitation,
                    initial=getattr(tier, name),
                    label=f"{tier.name}: {LABELS[name]}",
                )
        self.initial[SEEN] = self._marks()

    def rows(self) -> list[tuple[Tier, list[Any]]]:
        """The table: a tier with its three boxes."""
        return [(tier, [self[f"{name}_{tier.pk}"] for name in NUMBERS]) for tier in self.tiers]

    def own_fields(self) -> list[Any]:
        return [self[name] for name in PROGRAM]

    def clean_spend_currency(self) -> str:
        return str(self.cleaned_data["spend_currency"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        currency = cleaned.get("spend_currency", "")
        if cleaned.get("basis") == TierProgram.Basis.SPEND and not (
            len(currency) == 3 and currency.isascii() and currency.isalpha()
        ):
            self.add_error("spend_currency", _("What was paid needs its currency: three letters, like EUR."))
        if not 1 <= (cleaned.get("window_days") or 0) <= 3660:
            self.add_error("window_days", _("From one day to ten years."))
        if (cleaned.get("grace_days") or 0) > 366:
            self.add_error("grace_days", _("A year at most."))
        if not self.errors:
            for fault in faults([self._draft(tier, cleaned) for tier in self.tiers]):
                self.add_error(f"{fault.field}_{fault.key}" if fault.field in NUMBERS else None, WORDS[fault.code])
        return cleaned

    def _draft(self, tier: Tier, cleaned: dict[str, Any]) -> TierDraft:
        numbers = [cleaned.get(f"{name}_{tier.pk}") for name in NUMBERS]
        return TierDraft(str(tier.pk), tier.rank, numbers[0] or 0, numbers[1], numbers[2], tier.by_invitation)

    def numbers(self) -> dict[int, dict[str, int | None]]:
        """What each tier would ask for: {tier id: {field: number}}."""
        return {
            tier.pk: {
                name: (self.cleaned_data[f"{name}_{tier.pk}"] or 0)
                if name == "threshold"
                else self.cleaned_data[f"{name}_{tier.pk}"]
                for name in NUMBERS
            }
            for tier in self.tiers
        }

    def program_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PROGRAM}


class InviteForm(forms.Form):
    """An invitation: into which tier, why, and until which day."""

    tier = forms.ModelChoiceField(label=_("Tier"), queryset=Tier.objects.filter(rank__gt=0).order_by("rank"))
    reason = forms.CharField(label=_("Why"), max_length=200)
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def ends_at(self) -> datetime:
        """The moment at which the last day is over, where the programme lives."""
        last: date = self.cleaned_data["last_day"]
        return midnight(last + timedelta(days=1), zone())

    def clean_last_day(self) -> date:
        last: date = self.cleaned_data["last_day"]
        if not 2000 <= last.year <= 2200:
            raise forms.ValidationError(_("The last day has to lie ahead, at most ten years."))
        return last


class EndForm(forms.Form):
    """Why an invitation ends early."""

    reason = forms.CharField(label=_("Why it ends now"), max_length=200)


def faults_of(tier: Tier, others: list[Tier]) -> list[Fault]:
    """What a change of one tier spoils, said of its own fields; what was wrong before is not its fault."""
    key = str(tier.pk) if tier.pk else "new"
    known = {(fault.key, fault.code) for fault in faults([draft_of(one) for one in others])}
    drafts = [draft_of(one) for one in others if one.pk != tier.pk] + [draft_of(tier, key)]
    return [
        Fault(key, fault.field, fault.code)
        for fault in faults(drafts)
        if fault.key == key or (fault.key, fault.code) not in known
    ]
