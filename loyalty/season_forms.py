"""The console's form of a season, with its prizes."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.access import Rights
from loyalty.actions.seasons.editing import Plan
from loyalty.models import Reward, Season, SeasonLeague, SeasonPrize
from loyalty.rules.seasons import Prize
from loyalty.seen_form import SEEN, SeenForm

_MOMENT = "%Y-%m-%dT%H:%M"


class SeasonForm(SeenForm, forms.ModelForm):  # type: ignore[type-arg]
    """Days by the clock of whoever plans."""

    boards = forms.TypedMultipleChoiceField(
        label=gettext_lazy("A table for each of these boards"), required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Season
        fields = ("name", "starts_at", "ends_at", "counts_purchases", "daily_cap", "newcomer_days", "continues")
        widgets = {
            "starts_at": forms.DateTimeInput({"type": "datetime-local"}, _MOMENT),
            "ends_at": forms.DateTimeInput({"type": "datetime-local"}, _MOMENT),
        }

    def __init__(self, *args: Any, held: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boards: Any = self.fields["boards"]
        boards.choices = [(id, card.name) for id, card in held.boards.items()]
        if self.instance.pk:
            chosen = SeasonLeague.objects.filter(season=self.instance, board__isnull=False)
            boards.initial = list(chosen.values_list("board_id", flat=True))
        self.initial[SEEN] = self._marks()

    def beside(self) -> dict[str, tuple[str, Any]]:
        return {"prizes": (_("Prizes"), rows_of(self.instance if self.instance.pk else None))}

    daily_cap = forms.IntegerField(
        label=capfirst(Season._meta.get_field("daily_cap").verbose_name), min_value=1, max_value=1_000_000, initial=75,
        help_text=gettext_lazy("So that one long day does not decide a season."),
    )  # fmt: skip
    newcomer_days = forms.IntegerField(
        label=capfirst(Season._meta.get_field("newcomer_days").verbose_name), min_value=0, max_value=3650, initial=60,
        help_text=gettext_lazy("They have a table of their own, too. 0: no such table."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            if given.get(name) and not 2000 <= given[name].year < 3000:
                self.add_error(name, _("Choose a day of our time."))
        return given

    def plan(self, prizes: "PrizeForms") -> Plan:
        given = self.cleaned_data
        return Plan(**{name: given[name] for name in self.Meta.fields}, boards=given["boards"], prizes=prizes.kept())

    def _post_clean(self) -> None:
        """What the plan breaks is said by the action, which also sees what others do at the same time."""


class PrizeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which ranks get what. A row without anything to give is left out."""

    first_rank = forms.IntegerField(label=gettext_lazy("from rank"), min_value=1, max_value=1_000_000, initial=1)
    last_rank = forms.IntegerField(label=gettext_lazy("to rank"), min_value=1, max_value=1_000_000, initial=1)
    points = forms.IntegerField(label=gettext_lazy("points"), min_value=0, max_value=10_000_000, initial=0)

    class Meta:
        model = SeasonPrize
        fields = ("league", "first_rank", "last_rank", "points", "reward", "badge")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rewards: Any = self.fields["reward"]
        rewards.queryset = Reward.objects.filter(active=True).exclude(kind__in=[Reward.Kind.GIFT, Reward.Kind.DONATION])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first_rank"), given.get("last_rank")
        if first is not None and last is not None and not 1 <= first <= last:
            self.add_error("last_rank", _("From the better rank to the worse one, beginning with 1."))
        return given

    def _post_clean(self) -> None:
        """The rows are made by the action."""


class PrizeForms(BaseFormSet):  # type: ignore[type-arg]
    """The rows of the table."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """The head of its column names each field for the eye; this names it for the ear."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def kept(self) -> list[Prize]:
        """The rows that give something and were not taken out."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [
            Prize(
                0, row["league"], row["first_rank"], row["last_rank"], row["points"],
                row["reward"].pk if row["reward"] else None, row["badge"].pk if row["badge"] else None,
            )
            for row in rows
            if row.get("points") or row.get("reward") or row.get("badge")
        ]  # fmt: skip


PRIZES: Any = formset_factory(PrizeForm, formset=PrizeForms, extra=3, can_delete=True, max_num=50, absolute_max=60)


def rows_of(season: Season | None) -> list[dict[str, Any]]:
    """The prizes as they are, to begin with."""
    rows = SeasonPrize.objects.filter(season=season) if season else SeasonPrize.objects.none()
    return [dict(row) for row in rows.values("league", "first_rank", "last_rank", "points", "reward", "badge")]
