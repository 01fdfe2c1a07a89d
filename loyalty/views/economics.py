"""Points as promises: the page, its table for a spreadsheet, and the rows behind a number."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.actions.order.audit import record_act
from loyalty import access, rules
from loyalty.models import PointsValue
from loyalty.queries import economics
from loyalty.rules.codes import inert_cell
from loyalty.trial_words import money
from members.access import Refused
from outbox.clock import now

PAGE = 100
SHOWN = ("issued", "adjusted", "redeemed", "expired", "other")
LABELS = {
    "issued": gettext_lazy("Given"),
    "adjusted": gettext_lazy("Corrected by hand"),
    "redeemed": gettext_lazy("Redeemed"),
    "expired": gettext_lazy("Expired"),
    "other": gettext_lazy("Let go or converted"),
}


class ValueForm(forms.ModelForm):  # type: ignore[type-arg]
    """What cannot be measured yet."""

    class Meta:
        model = PointsValue
        fields = ("redemption_percent", "point_value")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        percent, value = cleaned.get("redemption_percent"), cleaned.get("point_value")
        if percent is not None and not 0 <= percent <= 100:
            self.add_error("redemption_percent", _("From 0 to 100 percent."))
        if value is not None and value <= 0:
            self.add_error("point_value", _("More than nothing, or empty."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def promises(request: HttpRequest) -> HttpResponse:
    """Everything about points as promises; POST keeps what a manager or Finance says of their worth."""
    viewer = access.require_books(request.user)
    at = now()
    instance = PointsValue.objects.first() or PointsValue()
    before = {name: str(getattr(instance, name)) for name in ValueForm.Meta.fields}
    form = ValueForm(request.POST if request.method == "POST" else None, instance=instance)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            form.save()
            record_act(
                act="points.value", target_kind="points", target=1, by=viewer.pk, at=at, before=before,
                after={name: str(form.cleaned_data[name]) for name in before},
            )  # fmt: skip
        messages.success(request, _("Saved. The numbers below follow it."))
        return redirect("loyalty_promises")
    with transaction.atomic():
        found = economics.economics_of(at=at)
    context = {"form": form, "found": found, "at": at} | _shown(found)
    return render(request, "loyalty/admin/trials/promises.html", context, status=422 if form.errors else 200)


def _shown(found: economics.Economics) -> dict[str, Any]:
    currency = found.worth.currency
    families = []
    for name, family in (
        (_("Sold with goods (IFRS 15)"), found.bought),
        (_("Given for other things, at cost"), found.given),
    ):
        rows = [
            {"month": economics.month_name(month), **{
                part: money(getattr(period, part), currency) for part in ("opening", "issued", "recognised", "closing")
            }}
            for month, period in family.periods or ()
        ]  # fmt: skip
        liability = None if family.liability is None else money(family.liability, currency)
        families.append({"name": name, "family": family, "rows": rows, "liability": liability})
    return {
        "families": families,
        "lines": [
            (one, [(name, getattr(one, name)) for name in SHOWN]) for one in found.months
        ],
        "labels": [LABELS[name] for name in SHOWN],
        "liability": None if found.liability is None else money(found.liability, currency),
        "at_cost": None if found.at_cost is None else money(found.at_cost, currency),
        "point": _point(found.worth),
        "spent": money(found.worth.spent, currency),
        "rate": round(float(found.expected.rate) * 100, 1),
        "breakage": round(float(found.expected.breakage) * 100, 1),
        "outstanding": found.with_members + found.held,
    }  # fmt: skip


def _point(worth: economics.Worth) -> str | None:
    if worth.point is None:
        return None
    return f"{float(worth.point) / 10 ** rules.exponent(worth.currency):.4f} {worth.currency}".strip()


@require_safe
def promises_csv(request: HttpRequest) -> HttpResponse:
    """The months in points and in minor units of money, for a spreadsheet."""
    access.require_books(request.user)
    with transaction.atomic():
        found = economics.economics_of(at=now())
    text = StringIO()
    writer = csv.writer(text)
    for row in _table(found):
        writer.writerow([inert_cell(str(cell)) if isinstance(cell, str) else cell for cell in row])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="points-as-promises.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _table(found: economics.Economics) -> Iterator[list[Any]]:
    parts = ("opening", "issued", "recognised", "closing")
    names = [f"{family} {part}" for family in ("sold_with_goods", "given_at_cost") for part in parts]
    yield ["month", "opening", *SHOWN, "closing", *names, "currency"]
    for nth, one in enumerate(found.months):
        amounts: list[Any] = []
        for family in (found.bought, found.given):
            period = family.periods[nth][1] if family.periods else None
            amounts += [getattr(period, part) if period else "" for part in parts]
        yield [
            one.first_day, one.opening, *(getattr(one, name) for name in SHOWN), one.closing, *amounts,
            found.worth.currency,
        ]  # fmt: skip


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The postings that one number sums up."""
    access.require_books(request.user)
    account, month = request.GET.get("of", ""), economics.month_named(request.GET.get("month", ""))
    if account not in SHOWN or month is None:
        raise Refused("number_missing", _("There is no such number."), hidden=True)
    before = request.GET.get("before", "")
    found = economics.rows_behind(
        account=account, month=month, limit=PAGE + 1,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0,
    )  # fmt: skip
    context = {
        "rows": found[:PAGE],
        "more": found[PAGE - 1].entry_id if len(found) > PAGE else None,
        "label": LABELS[account],
        "of": account,
        "month": economics.month_name(month),
    }
    return render(request, "loyalty/admin/trials/rows.html", context)
