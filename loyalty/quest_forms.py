"""Forms of the console for quests and the ladder. What can be is decided by the actions; the forms say it beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from loyalty.models import LadderRung, LevelSettings, Quest, QuestStep, Reward
from loyalty.rules.quest_steps import KINDS, NUMBER, ONE_OF, YES, BadStep, FilterField, StepDraft, checked
from loyalty.seen_form import SeenForm


def _filters() -> dict[str, FilterField]:
    """Every fact that any act may be asked for, once."""
    return {field.name: field for kind in KINDS.values() for field in kind.filters}


class QuestForm(SeenForm, forms.ModelForm):  # type: ignore[type-arg]
    """A quest but for its steps."""

    class Meta:
        model = Quest
        fields = [
            "code", "name", "about", "kind", "active", "position", "audience", "audience_days", "group", "tier",
            "starts_at", "ends_at", "repeat", "ordered", "points", "credit", "gift", "gift_days", "badge",
        ]  # fmt: skip
        widgets = {
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "ends_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        if known:
            self.fields["code"].disabled = True
        badge = self.fields["badge"]
        if isinstance(badge, forms.ModelChoiceField) and badge.queryset is not None:
            badge.queryset = badge.queryset.filter(rule="", active=True)
        gift = self.fields["gift"]
        if isinstance(gift, forms.ModelChoiceField):
            gift.queryset = Reward.objects.filter(active=True).exclude(kind__in=["gift_to_friend", "donation"])

    def beside(self) -> dict[str, tuple[str, Any]]:
        steps = self.instance.steps.order_by("position") if self.instance.pk else ()
        return {"steps": (_("Steps"), initial_of(list(steps)))}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not self.known and Quest.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a quest with this code. Open it and change it."), code="taken")
        return code

    def _post_clean(self) -> None:
        """The action makes the row and checks it; the instance of this form is never saved."""

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "code"}


class StepForm(forms.Form):
    """One step; an empty one is left out."""

    place = forms.IntegerField(label=lazy("place"), min_value=1, max_value=99, required=False)
    event = forms.ChoiceField(label=lazy("what to do"), required=False)
    name = forms.CharField(label=pgettext_lazy("step", "words"), max_length=160, required=False)
    count = forms.IntegerField(label=lazy("how often"), min_value=1, max_value=1000, required=False)
    distinct_by = forms.ChoiceField(label=lazy("each time another"), required=False)
    board = forms.IntegerField(label=lazy("only on the board with this number"), min_value=1, required=False)
    trust = forms.IntegerField(label=lazy("only by trust of at least"), min_value=0, max_value=4, required=False)
    newcomer = forms.BooleanField(label=lazy("only with somebody new here"), required=False)
    first = forms.BooleanField(label=lazy("only as the first to answer"), required=False)
    kind = forms.MultipleChoiceField(label=lazy("only these"), required=False)
    least = forms.IntegerField(label=lazy("worth at least, in minor units"), min_value=1, required=False)
    draft: StepDraft | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        differences = {
            "target": _("target"), "person": _("person"), "topic": _("topic"), "board": _("board"), "post": _("post"),
            "session": _("session"), "order": _("order"), "reward": _("reward"),
        }  # fmt: skip
        followed = [("person", _("person")), ("board", _("board")), ("tag", _("tag"))]
        acts = [("", "—"), *((kind.code, _(kind.words)) for kind in KINDS.values())]
        for name, choices in (("event", acts), ("distinct_by", [("", "—"), *differences.items()]), ("kind", followed)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("event"):
            if cleaned.get("name"):
                self.add_error("event", _("Say what is to be done."))
            return cleaned
        wanted: dict[str, Any] = {}
        for name, field in _filters().items():
            value = cleaned.get(name)
            if field.kind == YES and value:
                wanted[name] = True
            elif field.kind == NUMBER and value is not None:
                wanted[name] = value
            elif field.kind == ONE_OF and value:
                wanted[name] = list(value)
        try:
            self.draft = checked(
                StepDraft(
                    cleaned["event"], cleaned.get("name") or "", cleaned.get("count") or 1,
                    cleaned.get("distinct_by") or "", wanted,
                )
            )  # fmt: skip
        except BadStep as bad:
            self.add_error(bad.field if bad.field in self.fields else None, said(bad))
        return cleaned


def said(bad: BadStep) -> str:
    """What is wrong with a step, in the reader's language."""
    return _(bad.words) % {key: _(value) for key, value in bad.values.items()} if bad.values else _(bad.words)


StepFormSet = forms.formset_factory(StepForm, extra=3, max_num=12, validate_max=True, absolute_max=20, can_delete=True)


def initial_of(steps: list[QuestStep]) -> list[dict[str, Any]]:
    """The forms of steps that exist."""
    return [
        {
            "place": step.position,
            "event": step.event,
            "name": step.name,
            "count": step.count,
            "distinct_by": step.distinct_by,
        }
        | step.filter
        for step in steps
    ]


def drafts_of(formset: Any) -> list[StepDraft]:
    """The steps in the order of their places; those without one come last, as they stand."""
    kept = [
        (form.cleaned_data.get("place") or 100 + number, form.draft)
        for number, form in enumerate(formset.forms)
        if form.draft is not None and not form.cleaned_data.get("DELETE")
    ]
    return [draft for _place, draft in sorted(kept, key=lambda pair: pair[0])]


class RungForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rung. Those whose gift somebody has stay: they may be switched off."""

    class Meta:
        model = LadderRung
        fields = ["level", "name", "points", "reward", "badge", "min_trust", "valid_days", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        badge, reward = self.fields["badge"], self.fields["reward"]
        if isinstance(badge, forms.ModelChoiceField) and badge.queryset is not None:
            badge.queryset = badge.queryset.filter(rule="", active=True)
        if isinstance(reward, forms.ModelChoiceField):
            reward.queryset = Reward.objects.filter(active=True).exclude(kind__in=["gift_to_friend", "donation"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("points") or cleaned.get("reward") or cleaned.get("badge")):
            self.add_error("points", _("A rung gives something: points, a reward or a badge."))
        if (
            (cleaned.get("points") or cleaned.get("reward"))
            and cleaned.get("level", 0) > 10
            and not cleaned.get("min_trust")
        ):
            self.add_error("min_trust", _("What is worth money above level 10 waits for trust 1 at least."))
        if (cleaned.get("points") or 0) > 100_000:
            self.add_error("points", _("From 0 to 100,000."))
        return cleaned


RungFormSet = forms.modelformset_factory(LadderRung, form=RungForm, extra=1, max_num=20, validate_max=True)


class LevelForm(SeenForm, forms.ModelForm):  # type: ignore[type-arg]
    """How steep, and how many see no ladder."""

    class Meta:
        model = LevelSettings
        fields = ["curve", "ladder_holdout"]

    def beside(self) -> dict[str, tuple[str, Any]]:
        return {"rungs": (_("Rungs"), LadderRung.objects.order_by("level").values_list(*RungForm.Meta.fields))}
