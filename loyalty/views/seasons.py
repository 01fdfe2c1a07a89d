"""Seasons: the tables of those who chose to be in them."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.access import rights
from loyalty import access
from loyalty.actions.seasons import playing
from loyalty.models import SeasonChoice
from loyalty.queries import seasons as queries
from members.access import Member, require_member
from outbox.clock import now


@require_GET
def seasons(request: HttpRequest) -> HttpResponse:
    """The season that runs; without one, the last."""
    member = require_member(request.user)
    return _page(request, member, queries.current_season(at=now()))


@require_GET
def season(request: HttpRequest, public_id: str) -> HttpResponse:
    """One season: running, being checked, or final."""
    member = require_member(request.user)
    return _page(request, member, access.get_season(public_id=public_id, at=now()))


@require_POST
def season_choice(request: HttpRequest) -> HttpResponse:
    """Join, leave, or say what one wants of all seasons."""
    member = require_member(request.user)
    at = now()
    act = request.POST.get("act", "")
    card = access.get_season(public_id=request.POST["season"], at=at) if request.POST.get("season") else None
    back = redirect("loyalty:season", card.public_id) if card else redirect("loyalty:seasons")
    try:
        with transaction.atomic(durable=True):
            if act == "join" and card:
                playing.join_season(season_id=card.id, member_id=member.pk, by=member.pk, at=at)
                said = _("You are in. What you earned since the first day counts.")
            elif act == "leave" and card:
                playing.leave_season(season_id=card.id, member_id=member.pk, by=member.pk, at=at)
                said = _("You are out, and shown in no table.")
            elif act == "wish" and request.POST.get("wish") in SeasonChoice.Wish:
                playing.wish_seasons(member_id=member.pk, wish=request.POST["wish"], by=member.pk, at=at)
                said = _("Kept. You can change this at any time.")
            else:
                said = ""
    except playing.SeasonRefused as refused:
        messages.error(request, str(refused))
        return back
    if said:
        messages.success(request, said)
    else:
        messages.error(request, _("Nothing was changed. Please choose again."))
    return back


@require_http_methods(["GET", "HEAD", "POST"])
def season_settings(request: HttpRequest) -> HttpResponse:
    """Among the settings: in tables or not, for good."""
    member = require_member(request.user)
    if request.method == "POST" and request.POST.get("wish") in SeasonChoice.Wish:
        with transaction.atomic(durable=True):
            playing.wish_seasons(member_id=member.pk, wish=request.POST["wish"], by=member.pk, at=now())
        messages.success(request, _("Kept. You can change this at any time."))
        return redirect("loyalty:season_settings")
    context = {
        "wish": queries.wish_of(member_id=member.pk),
        "wishes": SeasonChoice.Wish.choices,
        "wrong": request.method == "POST",
    }
    return render(request, "loyalty/seasons/settings.html", context, status=422 if context["wrong"] else 200)


def _page(request: HttpRequest, member: Member, card: queries.SeasonCard | None) -> HttpResponse:
    if card is None:
        return render(request, "loyalty/seasons/none.html")
    tables = queries.leagues(season_id=card.id, held=rights(member))
    asked = request.GET.get("table", "")
    table = next((one for one in tables if one.slug == asked), tables[0] if tables else None)
    own = queries.standing(season_id=card.id, member_id=member.pk)
    hidden = own.wish == SeasonChoice.Wish.NEVER
    top = queries.top(league_id=table.id, final=card.final, viewer_id=member.pk) if table and not hidden else []
    near = []
    if table and own.inside and not any(place.own for place in top[: queries.TOP - queries.NEAR]):
        near = queries.around(league_id=table.id, final=card.final, viewer_id=member.pk)
    return render(
        request,
        "loyalty/seasons/season.html",
        {
            "season": card,
            "tables": tables,
            "table": table,
            "own": own,
            "hidden": hidden,
            "top": top,
            "near": near,
            "mine": next((place for place in [*top, *near] if place.own), None),
            "prizes": queries.prizes(season_id=card.id, league_kind=table.kind) if table else [],
            "wishes": SeasonChoice.Wish.choices,
            "others": [one for one in queries.past_seasons(at=now()) if one.id != card.id],
        },
    )
