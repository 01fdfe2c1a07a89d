"""A form that two people have open at once: who saves second is told what the first one changed, before anything is lost."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

SEEN = "as_seen"
MOST = 10_000


class SeenForm(forms.BaseForm):
    """Before a model form: carries a mark of each value as it was shown, and compares it with what stands when it comes back.

    Refused once: the form is shown again with what was typed and with the marks of now, so that saving again is a decision.
    A form without marks, from a script, is not compared.
    """

    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEEN] = forms.CharField(required=False, max_length=MOST, widget=forms.HiddenInput)
        self.initial[SEEN] = self._marks()

    def beside(self) -> dict[str, tuple[str, Any]]:
        """What is kept with the form beyond its fields: {name: (words, value)}."""
        return {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen = cleaned.pop(SEEN, "")
        if not seen or SEEN in self.errors or self.instance.pk is None:
            return cleaned
        before = dict(part.split("=", 1) for part in seen.split() if "=" in part)
        stands = dict(part.split("=", 1) for part in self._marks().split())
        others = [name for name, mark in stands.items() if name in before and before[name] != mark]
        if others:
            self.add_error(
                None,
                _(
                    "Meanwhile somebody else changed: %(fields)s. Look at it in another tab; save again to keep what stands here."
                )
                % {"fields": ", ".join(self._words(name) for name in others)},
            )
            typed: Any = self.data
            self.data = typed = typed.copy()
            typed[self.add_prefix(SEEN)] = self._marks()
        return cleaned

    def _marks(self) -> str:
        values = {
            name: self.get_initial_for_field(field, name)
            for name, field in self.fields.items()
            if name != SEEN and not isinstance(field, forms.FileField)
        }
        values |= {name: value for name, (_words, value) in self.beside().items()}
        return " ".join(f"{name}={mark(value)}" for name, value in values.items())

    def _words(self, name: str) -> str:
        field = self.fields.get(name)
        return str(field.label or name) if field else str(self.beside()[name][0])


def mark(value: Any) -> str:
    """Ten characters that are others when the value is another."""
    return hashlib.sha256(repr(_plain(value)).encode()).hexdigest()[:10]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, dict):
        return sorted((str(key), _plain(one)) for key, one in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_plain(one) for one in value]
    return str(value)
