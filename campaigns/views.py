"""Managers' pages in the admin: write a campaign, see whom it reaches, start it, read what it did."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import actions, mail, queries
from campaigns.access import require_campaign, require_draft
from campaigns.forms import CampaignForm, say_problem
from campaigns.models import Assignment, Campaign
from insights import queries as insights
from members.access import require_manager
from members.queries import find_member, language_of, member_card
from messaging.mail import frame_context
from messaging.slots import DeliveryCard
from outbox.clock import now

PAGE = 50
ACTS = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All campaigns."""
    require_manager(request.user)
    return render(request, "campaigns/admin/index.html", {"lines": queries.campaigns()})


@ACTS
def edit(request: HttpRequest, public_id: str = "") -> HttpResponse:
    """Write a new campaign or go on with a draft; beside it the live count."""
    manager = require_manager(request.user)
    campaign = require_draft(request.user, public_id) if public_id else None
    form = CampaignForm(request.POST or None, instance=campaign, initial=None if campaign else _first_draft())
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                saved = actions.save_draft(
                    campaign_id=campaign.pk if campaign else None, values=form.cleaned_data, by=manager.pk, at=now()
                )
        except actions.NotADraft:
            messages.error(request, _("Somebody started this campaign while you wrote; your changes were not saved."))
            return redirect("campaigns_show", public_id)
        except actions.Unwritable as refusal:
            for problem in refusal.problems:
                form.add_error("body", say_problem(problem))
        else:
            messages.success(request, _("Saved as a draft. Nobody has been written to."))
            return redirect("campaigns_preview" if "preview" in request.POST else "campaigns_edit", saved)
    context = {"form": form, "campaign": campaign, "audience": _audience(_typed(form))}
    return render(request, "campaigns/admin/edit.html", context, status=422 if form.errors else 200)


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The live count for what is ticked and typed, as a piece of the form's page."""
    require_manager(request.user)
    return render(request, "campaigns/admin/count.html", {"audience": _audience(_numbers(request.GET))})


@require_safe
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """The mail as one member would get it now, with today's facts and an example code."""
    campaign = require_campaign(request.user, public_id)
    member_id = _preview_member(request, campaign)
    context = {
        "campaign": campaign,
        "card": member_card(member_id=member_id) if member_id else None,
        "username": request.GET.get("member", ""),
        "letter": _letter(campaign, member_id) if member_id else None,
    }
    return render(request, "campaigns/admin/preview.html", context)


@require_safe
def preview_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The HTML part alone, for the frame of the preview."""
    campaign = require_campaign(request.user, public_id)
    member_id = _preview_member(request, campaign)
    if member_id is None:
        return HttpResponse(status=204)
    with translation.override(language_of(member_id=member_id)):
        return HttpResponse(render_to_string("messaging/mail/mail_frame.html", _letter(campaign, member_id)))


@ACTS
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show once more who, how many, why not the others, what it proves and what it costs; POST starts."""
    manager = require_manager(request.user)
    campaign = require_campaign(request.user, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("campaigns_show", public_id)
    if request.method == "POST":
        try:
            with transaction.atomic(durable=True):
                launched = actions.start(campaign_id=campaign.pk, by=manager.pk, at=now())
        except actions.AlreadyStarted:
            messages.info(request, _("It was started a moment ago; it runs once."))
        except actions.Unwritable as refusal:
            for problem in refusal.problems:
                messages.error(request, say_problem(problem))
            return redirect("campaigns_edit", public_id)
        else:
            messages.success(request, _say_started(launched))
        return redirect("campaigns_show", public_id)
    audience = _audience_of(campaign)
    context = {"campaign": campaign, "audience": audience, "worst": _worst_cost(campaign, audience)}
    return render(request, "campaigns/admin/start.html", context)


@require_safe
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a started campaign did; a draft leads to its form."""
    campaign = require_campaign(request.user, public_id)
    if campaign.state == Campaign.State.DRAFT:
        return redirect("campaigns_edit", public_id)
    context = {
        "campaign": campaign,
        "result": queries.result(campaign=campaign, at=now()),
        "offer": mail.say_offer(campaign),
    }
    context["stages"] = [insights.stage_label(name) for name in campaign.stages]
    return render(request, "campaigns/admin/result.html", context)


@require_POST
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Pause, resume or stop."""
    manager = require_manager(request.user)
    campaign = require_campaign(request.user, public_id)
    act = {"pause": actions.pause, "resume": actions.resume, "stop": actions.stop}.get(request.POST.get("act", ""))
    if act is None:
        messages.error(request, _("Choose what to do with the campaign."))
        return redirect("campaigns_show", public_id)
    try:
        with transaction.atomic(durable=True):
            number = act(campaign_id=campaign.pk, by=manager.pk, at=now())
    except actions.NotPossibleNow:
        messages.error(request, _("Somebody was faster: look at what the campaign is doing now."))
    else:
        said = ngettext(
            "Done. It concerned %(count)d waiting message.", "Done. It concerned %(count)d waiting messages.", number
        )
        messages.success(request, said % {"count": number})
    return redirect("campaigns_show", public_id)


@require_safe
def members(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who is behind a number of the result page."""
    campaign = require_campaign(request.user, public_id)
    arm = request.GET.get("arm", "")
    wanted: dict[str, Any] = {
        "arm": arm if arm in Assignment.Arm.values else "",
        "returned": bool(request.GET.get("returned")) and arm in Assignment.Arm.values,
        "unsubscribed": bool(request.GET.get("unsubscribed")),
        "state": request.GET.get("state", "")[:20],
        "reason": request.GET.get("reason", "")[:60],
    }
    _first, total = queries.members_behind(campaign=campaign, **wanted, limit=0)
    page = Paginator(range(total), PAGE).get_page(request.GET.get("page"))
    lines, _total = queries.members_behind(campaign=campaign, **wanted, offset=(page.number - 1) * PAGE, limit=PAGE)
    query = urlencode({key: str(value) for key, value in request.GET.items() if key != "page"})
    context = {"campaign": campaign, "lines": lines, "page": page, "total": total, "query": query}
    return render(request, "campaigns/admin/members.html", context)


def _first_draft() -> dict[str, Any]:
    return {
        "stages": ["decline", "lapsed"],
        "subject": _("{name}, there is news for you"),
        "body": _("Dear {name},\n\n{news}\n\nYou have {points} points waiting for you.\n\nSee you at {site}."),
    }


def _typed(form: CampaignForm) -> dict[str, Any]:
    """What the count needs, from a form in whatever state it is."""
    if form.is_bound:
        return _numbers(form.data)
    return {
        "stages": form["stages"].value() or [],
        "holdout_percent": form["holdout_percent"].value(),
        "expected_percent": form["expected_percent"].value(),
    }


def _numbers(data: Any) -> dict[str, Any]:
    """Ticked stages and typed numbers; what makes no sense falls back to the defaults, because this only counts."""
    stages = [name for name in data.getlist("stages") if name in insights.LABELS]
    return {
        "stages": stages,
        "holdout_percent": _between(data.get("holdout_percent"), 0, 90, 20),
        "expected_percent": _between(data.get("expected_percent"), 1, 90, 5),
    }


def _between(typed: Any, least: int, most: int, default: int) -> int:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most else default


def _audience(typed: dict[str, Any]) -> queries.Audience:
    return queries.audience(**typed, at=now())


def _audience_of(campaign: Campaign) -> queries.Audience:
    return queries.audience(
        stages=campaign.stages,
        holdout_percent=campaign.holdout_percent,
        expected_percent=campaign.expected_percent,
        at=now(),
    )


def _preview_member(request: HttpRequest, campaign: Campaign) -> int | None:
    """The member named in the address, else the first of the audience."""
    name = request.GET.get("member", "").strip()
    if name:
        card = find_member(username=name)
        return card.id if card else None
    return insights.members_in_stages(stages=campaign.stages).order_by("id").values_list("id", flat=True).first()


def _letter(campaign: Campaign, member_id: int) -> dict[str, str]:
    """The mail's frame and words for one member. Nothing is issued or written."""
    at = now()
    language = language_of(member_id=member_id)
    with translation.override(language):
        offer = None
        if campaign.offer != Campaign.Offer.NONE:
            offer = mail.Offer(_("EXAMPLE-CODE"), at + mail.validity(campaign))
        filled = mail.with_offer(mail.fill(campaign=campaign, member_id=member_id, at=at), campaign, offer, member_id)
        composed = mail.write(campaign=campaign, filled=filled)
        card = DeliveryCard(
            0,
            "",
            actions.KIND,
            "",
            campaign.public_id,
            1,
            member_id,
            "email",
            "marketing",
            language or settings.LANGUAGE_CODE,
        )
        # The links are not this member's: a manager must not be able to withdraw for somebody else from a preview.
        return frame_context(delivery=card, composed=composed) | {"unsubscribe_url": "#", "preferences_url": "#"}


def _worst_cost(campaign: Campaign, audience: queries.Audience) -> str:
    """What the coupons cost at most, in words; empty without a coupon."""
    if campaign.offer == Campaign.Offer.AMOUNT:
        return mail.say_money(campaign.offer_amount * audience.treated, campaign.offer_currency)
    if campaign.offer == Campaign.Offer.PERCENT:
        said = ngettext(
            "%(percent)d %% of at most %(count)d order", "%(percent)d %% of at most %(count)d orders", audience.treated
        )
        return said % {"percent": campaign.offer_percent, "count": audience.treated}
    return ""


def _say_started(launched: actions.Launched) -> str:
    said = ngettext(
        "Started. Of %(audience)d member %(treated)d will be written to and %(held)d held out.",
        "Started. Of %(audience)d members %(treated)d will be written to and %(held)d held out.",
        launched.audience,
    )
    return said % {
        "audience": launched.audience,
        "treated": launched.eligible - launched.held_out,
        "held": launched.held_out,
    }
