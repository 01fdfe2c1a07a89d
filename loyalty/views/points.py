"""My points: balance, tier, statement, orders, ways to earn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from loyalty import access, queries
from loyalty.panels import wallet_sections
from members.access import require_member
from outbox.clock import now

PAGE = 30


@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """Balance, tier, statement, orders, ways to earn."""
    member = require_member(request.user)
    at = now()
    before = request.GET.get("before", "")
    lines = queries.statement(
        member_id=member.id,
        at=at,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=PAGE + 1,
    )
    return render(
        request,
        "loyalty/points.html",
        {
            "balance": access.own_balance(member, at=at),
            "tier": queries.tier(member_id=member.id, at=at),
            "lines": lines[:PAGE],
            "older": lines[PAGE - 1].txn_id if len(lines) > PAGE else None,
            "is_first_page": not before,
            "orders": queries.orders_of(member_id=member.id, limit=10),
            "sections": wallet_sections.collect(member=member, at=at),
            "ways": queries.ways_to_earn(at=at),
        },
    )
