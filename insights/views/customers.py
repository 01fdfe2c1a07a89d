"""Managers' pages in the admin: the table of both streams, the people in a cell, one person's story."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.log_actions import log

from insights import queries
from insights.forms import CustomersFilter
from insights.models import STAGES
from insights.rules import HEALTH
from members import queries as members
from members.access import require_manager
from outbox.clock import now

PAGE = 50

# The cells that no list of buyers has, and what to do first (specs: customer science, section 5).
FIRST_ACTS = {
    ("lapsed", "stable"): _("still talks, stopped buying: let the people they talk with call them back"),
    ("stable", "potential"): _("buys, never speaks: invite them to the next conversation, ask them something"),
    ("decline", "decline"): _("both are going: a person should call"),
    ("potential", "stable"): _("a friend, not yet a customer: a gift for a first order, never pressure"),
    ("recovered", "lapsed"): _("came back for a purchase: welcome them in the rooms they used"),
}


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Buying against talking, with counts that lead to the people; movements of the last 30 days."""
    require_manager(request.user)
    counts, order = queries.matrix(), [stage.value for stage in HEALTH]
    most = max(counts.values(), default=0)
    rows = [
        {
            "stage": commerce,
            "total": sum(counts.get((commerce, social), 0) for social in order),
            "cells": [_cell(commerce, social, counts.get((commerce, social), 0), most) for social in order],
        }
        for commerce in order
    ]
    columns = [{"stage": s, "total": sum(counts.get((c, s), 0) for c in order)} for s in order]
    context = {
        "rows": rows,
        "columns": columns,
        "total": sum(counts.values()),
        "objections": queries.objections(),
        "movements": queries.moved(since=now() - timedelta(days=30)),
        "run": queries.latest_run(),
        "stages": STAGES,
        "counts": queries.stage_counts(),
        "hints": [{"commerce": c, "social": s, "text": text} for (c, s), text in FIRST_ACTS.items()],
    }
    return render(request, "insights/admin/table.html", context)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people of a cell, row, column or search."""
    require_manager(request.user)
    form = CustomersFilter(request.GET)
    wanted = form.wanted()
    page = Paginator(range(queries.customer_count(wanted)), PAGE).get_page(request.GET.get("page"))
    rows = queries.customers(wanted, offset=(page.number - 1) * PAGE, limit=PAGE)
    query = urlencode([(key, str(value)) for key, value in request.GET.items() if key != "page"])
    context = {"form": form, "rows": rows, "page": page, "total": page.paginator.count, "query": query}
    return render(request, "insights/admin/people.html", context)


@require_safe
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """One member: both stages with their numbers, and the story that led there."""
    require_manager(request.user)
    card = members.find_member(public_id=public_id)
    if card is None:
        raise Http404
    # Staff who look at one person's stage leave a trace, in the console's own history report.
    log(instance=get_user_model().objects.get(pk=card.id), action="insights.looked_at", user=request.user)
    stage = queries.stage(member_id=card.id, as_of=queries.day_of(now()))
    context = {
        "card": card,
        "stage": stage,
        "streams": [stream for stream in (stage.commerce, stage.social) if stream],
        "objects": queries.objects_to_scoring(member_id=card.id),
        "story": queries.story(member_id=card.id),
    }
    return render(request, "insights/admin/person.html", context)


def _cell(commerce: str, social: str, count: int, most: int) -> dict[str, object]:
    heat = 0 if not count else 1 + (4 * count) // max(most, 1)
    return {"commerce": commerce, "social": social, "count": count, "heat": heat, "same": commerce == social}
