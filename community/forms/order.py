"""What members and moderators fill in about order."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import ReviewFlag, Sanction, WordRule
from community.rules import flags as order_rules
from community.rules import words as word_rules


class FlagForm(forms.Form):
    """Why something should be looked at."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=ReviewFlag.Reason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("In your words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only moderators read it. Needed for “Against the law” and “Something else”."),
    )  # fmt: skip
    act_now = forms.BooleanField(label=gettext_lazy("Hide it at once"), required=False)

    def __init__(self, *args: Any, staff: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not staff:
            del self.fields["act_now"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("reason") in order_rules.NOTE_NEEDED and not cleaned.get("note", "").strip():
            self.add_error("note", _("Please say in a few words what is wrong."))
        return cleaned


class DecisionForm(forms.Form):
    """A button of a card, with what it asks for."""

    act = forms.CharField(max_length=30)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=500, required=False)
    hours = forms.IntegerField(min_value=1, max_value=24 * 366, required=False)


class SanctionForm(forms.Form):
    """Silence or suspend somebody: always a reason, always an end."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=(), widget=forms.RadioSelect)
    hours = forms.TypedChoiceField(label=gettext_lazy("For how long"), coerce=int, choices=())
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The member reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, next_hours: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (Sanction.Kind.SILENCE, _("Silence: reads, but does not write")),
            (Sanction.Kind.SUSPENSION, _("Suspend: cannot sign in")),
        ]
        self.fields["kind"].initial = Sanction.Kind.SILENCE
        self.fields["hours"].choices = hour_choices(next_hours)  # type: ignore[attr-defined]
        self.fields["hours"].initial = next_hours


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note for the team"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What do you want us to know?"), max_length=order_rules.OBJECTION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


class ComeBackForm(forms.Form):
    """A hidden post, said differently."""

    raw = forms.CharField(label=gettext_lazy("Your post"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 10}))
    revision = forms.IntegerField(widget=forms.HiddenInput)


class WordRuleForm(forms.Form):
    """A word rule; with "try" it is only tried on what was written lately."""

    phrase = forms.CharField(
        label=gettext_lazy("Word or phrase"), max_length=100,
        help_text=gettext_lazy("Case, width and invisible characters do not count. * stands for any further letters."),
    )  # fmt: skip
    act = forms.ChoiceField(label=gettext_lazy("What happens"), choices=WordRule.Act.choices)
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Where"), choices=WordRule.Place.choices, widget=forms.CheckboxSelectMultiple,
        initial=["post", "title", "message"],
    )  # fmt: skip
    with_what = forms.CharField(
        label=gettext_lazy("With what"), max_length=200, required=False,
        help_text=gettext_lazy("Replace: the other word (empty: ■■■). Link: the address. Tag: the tag's address."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Why, for the team"), max_length=200, required=False)

    def clean_phrase(self) -> str:
        phrase: str = " ".join(self.cleaned_data["phrase"].split())
        if len(word_rules.folded(phrase)[0].replace("*", "").strip()) < (1 if word_rules.no_blanks(phrase) else 2):
            raise ValidationError(_("Too short: it would meet almost every text."))
        return phrase

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        act, with_what = cleaned.get("act"), cleaned.get("with_what", "").strip()
        if act in ("link", "tag") and not with_what:
            self.add_error("with_what", _("Say with what."))
        if act == "link" and with_what and not (with_what.startswith(("https://", "http://")) or _is_local(with_what)):
            self.add_error("with_what", _("An address begins with https:// or with one /."))
        if act == "link" and any(letter in with_what for letter in " ()<>\"'"):
            self.add_error("with_what", _("An address has no blanks, brackets or quotation marks."))
        return cleaned


def hour_choices(first: int) -> list[tuple[int, str]]:
    """The ladder; the step that comes next for this member is marked."""
    names = {24: _("1 day"), 72: _("3 days"), 168: _("7 days"), 720: _("30 days")}
    return [
        (hours, _("%(term)s (next step)") % {"term": names[hours]} if hours == first else names[hours])
        for hours in order_rules.LADDER
    ]


def _is_local(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")
