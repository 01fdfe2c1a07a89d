"""My statement: every movement with its cause, and the same as a file."""

import csv
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from loyalty import access, queries, rules
from loyalty.filters import StatementForm
from loyalty.models import Txn
from loyalty.queries.origins import origins
from members.access import Member, require_member
from outbox.clock import now

PAGE = 30


@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    """Every movement that was asked for, the latest to happen first."""
    member = require_member(request.user)
    at = now()
    form = StatementForm(request.GET, label_suffix="")
    order = None
    lines: list[queries.StatementLine] = []
    if form.is_valid():
        order = access.own_order(public_id=form.cleaned_data["order"], member_id=member.pk)
        lines = queries.statement(
            member_id=member.pk,
            at=at,
            currency=form.chosen_currency,
            before_key=rules.key_of_line(request.GET.get("before", "")),
            wanted=form.wanted(order_id=order.id if order else None),
            limit=PAGE + 1,
        )
    shown = lines[:PAGE]
    links = origins(lines=shown, viewer=member)
    return render(
        request,
        "loyalty/statement/page.html",
        {
            "form": form,
            "currency": form.chosen_currency if form.is_valid() else "points",
            "narrowed": any(request.GET.get(name) for name in ("kind", "origin", "since", "until", "order")),
            "order": order,
            "balance": access.own_balance(member, at=at),
            "lines": [(line, links.get(line.handle)) for line in shown],
            "older": shown[-1].handle if len(lines) > PAGE else "",
            "is_first_page": not request.GET.get("before"),
            "query": _query(request),
        },
    )


@require_GET
@never_cache
def statement_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same as a table for the member's own books: all of it, or what the filters leave."""
    member = require_member(request.user)
    form = StatementForm(request.GET)
    if not form.is_valid():
        return statement(request)
    order = access.own_order(public_id=form.cleaned_data["order"], member_id=member.pk)
    wanted = form.wanted(order_id=order.id if order else None)
    at = now()
    rows = _rows(member, form.chosen_currency, wanted, at=at, language=get_language(), zone=get_current_timezone())
    answer = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="points-{localtime(at):%Y-%m-%d}.csv"'
    return answer


def _query(request: HttpRequest) -> str:
    """The filters without the place in the list, for links."""
    kept = {name: request.GET[name] for name in StatementForm.base_fields if request.GET.get(name)}
    return urlencode(kept)


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _rows(
    member: Member, currency: str, wanted: queries.Wanted, *, at: datetime, language: str | None, zone: tzinfo
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    names: dict[str, Any] = dict(Txn.Kind.choices) | dict(Txn.Origin.choices)
    with override(language):
        head = [
            _("When"), _("Why"), _("Points"), _("Balance after"), _("Kind"), _("Where from"), _("Rule"),
            _("Can be spent from"), _("Expires"), _("Still there"), _("Line"),
        ]  # fmt: skip
        # Spreadsheets take a file for UTF-8 by this mark; the handle is the end of the line's address.
        yield "\ufeff" + str(writer.writerow(head))
    pieces = queries.whole_statement(member_id=member.pk, at=at, currency=currency, wanted=wanted)
    while True:
        with override(language):  # the stream outlives the request's language
            piece = next(pieces, None)
            if piece is None:
                return
            text = "".join(str(writer.writerow(_row(line, names, zone))) for line in piece)
        yield text


def _row(line: queries.StatementLine, names: dict[str, Any], zone: tzinfo) -> list[str | int]:
    return [
        _moment(line.at, zone),
        rules.inert_cell(line.why),
        line.amount,
        line.balance,
        str(names.get(line.kind, line.kind)),
        str(names.get(line.origin, line.origin)),
        rules.inert_cell(line.detail),
        _moment(line.available_at, zone),
        _moment(line.expires_at, zone),
        line.remaining if line.amount > 0 else "",
        line.handle,
    ]


def _moment(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat(" ", "seconds") if at else ""
