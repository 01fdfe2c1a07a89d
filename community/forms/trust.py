"""What managers say about trust."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.rules import trust as rules_trust
from community.words.trust import level_name


class LevelForm(forms.Form):
    """A level by hand."""

    level = forms.TypedChoiceField(label=_("Level of trust"), coerce=int)
    note = forms.CharField(label=_("Why, for the team"), max_length=200, required=False)
    hold = forms.BooleanField(
        label=_("Hold the member here"),
        required=False,
        help_text=_("The rules then neither raise nor lower the level."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (level, f"{level} – {level_name(level)}") for level in rules_trust.LEVELS
        ]


class GroupForm(forms.Form):
    """A group that holds its people at a level; 0 ends it."""

    group = forms.TypedChoiceField(label=_("Group"), coerce=int)
    level = forms.TypedChoiceField(label=_("Level of trust"), coerce=int)

    def __init__(self, *args: Any, groups: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = groups  # type: ignore[attr-defined]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (0, _("holds nobody")),
            *((level, f"{level} – {level_name(level)}") for level in (1, 2, 3, 4)),
        ]

    def held(self) -> tuple[int, int | None]:
        """Which group, and at which level it holds; None: at none."""
        return self.cleaned_data["group"], self.cleaned_data["level"] or None
