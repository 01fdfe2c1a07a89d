"""My points: what there is, what happens to it by itself, what to do next."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from loyalty import access, queries
from loyalty.panels import wallet_sections
from members.access import require_member
from outbox.clock import now

LATEST = 8
SOON = timedelta(days=31)


@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """The overview: balance, dates, tier, the latest movements, orders, ways to earn, and each topic's section."""
    member = require_member(request.user)
    if "before" in request.GET:  # where the statement stood before it had its own page
        return redirect(reverse("loyalty:statement"))
    at = now()
    outlook = queries.outlook(member_id=member.id, at=at)
    return render(
        request,
        "loyalty/points.html",
        {
            "balance": access.own_balance(member, at=at),
            "outlook": outlook,
            "soon": [one for one in outlook.expiring if one.at <= at + SOON],
            "tier": queries.tier(member_id=member.id, at=at),
            "lines": [(line, None) for line in queries.statement(member_id=member.id, at=at, limit=LATEST)],
            "orders": queries.orders_of(member_id=member.id, limit=5),
            "sections": wallet_sections.collect(member=member, at=at),
            "ways": queries.ways_to_earn(at=at),
        },
    )
