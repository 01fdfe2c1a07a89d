"""My tier: where I am, what keeps it, what the next one brings, and how I got here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loyalty.queries.tier_page import tier_page, window_words
from members.access import require_member
from outbox.clock import now


@require_safe
def tier(request: HttpRequest) -> HttpResponse:
    member = require_member(request.user)
    page = tier_page(member_id=member.pk, at=now())
    if page is None:
        raise Http404
    return render(
        request,
        "loyalty/tiers/tier.html",
        {"page": page, "tier": page.card, "window": window_words(page.card), "top": page.card.to_next is None},
    )
