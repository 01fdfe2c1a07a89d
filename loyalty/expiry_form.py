"""How long points live, checked in words before the table refuses it: in the currency's own form and in a draft."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from loyalty import rules


def check_expiry(form: forms.BaseForm, cleaned: Mapping[str, Any]) -> None:
    """Add what is wrong with the way of expiry to the form."""
    kind, months, days = (cleaned.get(name) for name in ("expiry_policy", "expiry_months", "expiry_dates"))
    if kind in ("months", "sliding") and not months:
        form.add_error("expiry_months", _("After how many months?"))
    if months is not None and months > 120:
        form.add_error("expiry_months", _("Ten years are the most. Choose “never” instead."))
    if kind == "none" and (months or days):
        form.add_error("expiry_policy", _("Points that never expire have neither months nor fixed days."))
    if kind in ("months", "sliding") and days:
        form.add_error("expiry_dates", _("Fixed days go with the policy of fixed days alone."))
    if kind == "fixed":
        try:
            found = rules.parse_days(days or "")
        except rules.BadDates as bad:
            text = _("“%(day)s” is no day of every year. Write month-day, like 12-31.")
            form.add_error("expiry_dates", text % {"day": bad})
            return
        if not found:
            form.add_error("expiry_dates", _("Which days? Write month-day, like 06-30, 12-31."))
