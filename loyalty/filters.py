"""What people ask a page to show."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from loyalty.models import Txn
from loyalty.queries import Wanted


class StatementForm(forms.Form):
    """What of one's statement is wanted. Days are the reader's own; both are included."""

    currency = forms.ChoiceField(
        label=_("Kind of points"),
        required=False,
        choices=[("points", _("Points to spend")), ("credit", _("Credit for tiers"))],
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("filter", "What happened"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("earned", _("Earned")),
            ("spent", _("Spent or put aside")),
            ("back", _("Taken or given back")),
            ("expired", _("Expired")),
            ("other", _("Corrections and gifts between members")),
        ],
    )
    origin = forms.ChoiceField(
        label=_("Where from"),
        required=False,
        choices=[("", pgettext_lazy("filter", "Everywhere")), *Txn.Origin.choices],
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    order = forms.SlugField(required=False, max_length=20, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        for name in ("since", "until"):
            if cleaned.get(name) and not 1970 <= cleaned[name].year <= 9000:
                self.add_error(name, _("Choose a day of our time."))
        return cleaned

    @property
    def chosen_currency(self) -> str:
        return self.cleaned_data.get("currency") or "points"

    def wanted(self, *, order_id: int | None) -> Wanted:
        """The wish in moments: from the first day's beginning to the last day's end, by the reader's clock."""
        zone, given = get_current_timezone(), self.cleaned_data
        since, until = given.get("since"), given.get("until")
        return Wanted(
            kind=given.get("kind") or "",
            origin=given.get("origin") or "",
            since=datetime.combine(since, time(), zone) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
            order=order_id,
        )
