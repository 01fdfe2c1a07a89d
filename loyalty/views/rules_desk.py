"""Staff pages about rules: a member's line explained, rates of currencies, the versions of a rule."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from loyalty import access
from loyalty.actions.orders.rates import BadRate, read_rates, save_rates, set_programme_currency
from loyalty.queries.rates import programme_currency, recent_rates, waiting_currencies
from loyalty.queries.versions import history
from members.access import Refused, require_manager
from members.queries import member_card
from outbox.clock import now


@require_safe
def why(request: HttpRequest, handle: str) -> HttpResponse:
    """What the member reads about a line of theirs."""
    require_manager(request.user)
    found = access.any_line(handle=handle, at=now())
    context = {"found": found, "member": member_card(member_id=found.member_id)}
    return render(request, "loyalty/admin/why.html", context)


class CurrencyForm(forms.Form):
    """What rules count in."""

    code = forms.RegexField(
        r"^[A-Za-z]{3}\Z",
        label=gettext_lazy("The programme's currency"),
        required=False,
        max_length=3,
        help_text=gettext_lazy(
            "Three letters, like EUR. Orders in other currencies earn by the day's rate, and wait when there is none. "
            "Empty: a unit of any currency counts as one."
        ),
        error_messages={"invalid": gettext_lazy("A currency has three letters, like EUR.")},
    )


class RatesForm(forms.Form):
    """A table of rates, pasted or as a file."""

    table = forms.CharField(
        label=gettext_lazy("Day, from, to, rate"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "2026-03-02,USD,EUR,0.9253"}),
        help_text=gettext_lazy("One line each: what one unit of the first currency is worth in the second."),
    )
    file = forms.FileField(label=gettext_lazy("Or a file with such lines"), required=False, max_length=200)


@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """The programme's currency, the newest rates, and which orders wait."""
    staff = require_manager(request.user)
    post = request.method == "POST"
    asked = request.POST.get("act") if post else ""
    currency = CurrencyForm(request.POST if asked == "currency" else None, initial={"code": programme_currency()})
    table = RatesForm(*((request.POST, request.FILES) if asked == "rates" else ()))
    if currency.is_bound and currency.is_valid():
        with transaction.atomic(durable=True):
            set_programme_currency(code=currency.cleaned_data["code"].upper(), by=staff.pk, at=now())
        messages.success(request, _("Saved. Orders that have earned keep what they were judged by."))
        return redirect("loyalty_rates")
    if table.is_bound and table.is_valid() and (number := _save(table, staff.pk)) is not None:
        messages.success(
            request, _("Rates saved: %(number)s. Orders that waited for them earn now.") % {"number": number}
        )
        return redirect("loyalty_rates")
    context = {
        "currency": currency,
        "table": table,
        "programme": programme_currency(),
        "rates": recent_rates(),
        "waiting": waiting_currencies(),
    }
    return render(request, "loyalty/admin/rates.html", context, status=422 if post else 200)


def _save(form: RatesForm, by: int) -> int | None:
    """How many rates were written; None when the form says why none."""
    text = form.cleaned_data["table"]
    if form.cleaned_data["file"]:
        if form.cleaned_data["file"].size > 400_000:
            form.add_error("file", _("This file is too large."))
            return None
        text = form.cleaned_data["file"].read().decode("utf-8", errors="replace")
    try:
        lines = read_rates(text)
    except BadRate as refusal:
        form.add_error("file" if form.cleaned_data["file"] else "table", refusal.message)
        return None
    with transaction.atomic(durable=True):
        return save_rates(rates=lines, by=by, at=now())


@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of a rule with what changed."""
    require_manager(request.user)
    found = history(code=code)
    if not found:
        raise Refused("rule_missing", _("There is no such rule."), hidden=True)
    return render(request, "loyalty/admin/versions.html", {"versions": found, "current": found[0]})
