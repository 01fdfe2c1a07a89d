"""Seasons in the managers' console: plan one, look at how one ended."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access import rights
from loyalty.actions.seasons.editing import plan_season
from loyalty.actions.seasons.playing import SeasonRefused
from loyalty.models import Season, SeasonPlayer, SeasonResult
from loyalty.queries.seasons import season_card
from loyalty.season_forms import PRIZES, SeasonForm, rows_of
from members.access import require_manager
from outbox.clock import now

SHOWN = 200


@require_safe
def seasons(request: HttpRequest) -> HttpResponse:
    """All seasons, the latest first."""
    require_manager(request.user)
    at = now()
    rows = [season_card(row, at=at) for row in Season.objects.order_by("-starts_at")[:100]]
    return render(request, "loyalty/admin/seasons/list.html", {"seasons": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def season(request: HttpRequest, public_id: str = "") -> HttpResponse:
    """Plan a season; of one that is final, the results."""
    member = require_manager(request.user)
    row = get_object_or_404(Season, public_id=public_id) if public_id else None
    if row is not None and row.closed_at is not None:
        return _results(request, row)
    data = request.POST if request.method == "POST" else None
    form = SeasonForm(data, instance=row, held=rights(member))
    prizes = PRIZES(data, initial=rows_of(row))
    if data is not None and form.is_valid() and prizes.is_valid():
        try:
            with transaction.atomic(durable=True):
                plan_season(season_id=row.pk if row else None, plan=form.plan(prizes), by=member.pk, at=now())
        except SeasonRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The season is kept."))
            return redirect("loyalty_seasons")
    inside = SeasonPlayer.objects.filter(season=row, left_at__isnull=True).count() if row else 0
    card = season_card(row, at=now()) if row else None
    return render(
        request, "loyalty/admin/seasons/edit.html", {"form": form, "prizes": prizes, "season": card, "inside": inside}
    )


def _results(request: HttpRequest, row: Season) -> HttpResponse:
    found = SeasonResult.objects.filter(league__season=row).select_related("league__board", "member")
    results = found.order_by("league_id", "rank", "member_id")[:SHOWN]
    card = season_card(row, at=now())
    return render(request, "loyalty/admin/seasons/results.html", {"season": card, "results": results, "shown": SHOWN})
