"""The console of tiers: the table with its preview, who is in grace, and a member's tier with invitations."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty.actions.tiers.inviting import TierRefused, end_invitation, invite_member
from loyalty.actions.tiers.programme import change_programme
from loyalty.queries import tier_console as console
from loyalty.queries.tier_page import tier_page, window_words
from loyalty.tier_forms import EndForm, InviteForm, ProgramForm
from members.access import require_manager
from members.queries import find_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest) -> HttpResponse:
    """All numbers in one table; what they would do is shown before they are saved."""
    manager = require_manager(request.user)
    program = console.first_programme()
    if program is None:
        raise Http404
    form = ProgramForm(request.POST if request.method == "POST" else None, instance=program)
    preview = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "save":
            try:
                with transaction.atomic(durable=True):
                    change_programme(
                        program_id=program.pk, values=form.program_values(), numbers=form.numbers(), by=manager.pk,
                        at=now(),
                    )  # fmt: skip
            except TierRefused as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(
                    request, _("Saved. The coming night looks at everybody; nobody loses a tier without a grace.")
                )
                return redirect("loyalty_tiers")
        else:
            preview = console.preview(program=form.instance, tiers=_drafted(form), at=now())
    status = 422 if form.errors else 200
    counts = console.counts(program_id=program.pk)
    context = {
        "form": form, "preview": preview, "program": program,
        "tiers": [(tier, counts.get(tier.pk, 0)) for tier in form.tiers],
    }  # fmt: skip
    return render(request, "loyalty/admin/tiers.html", context, status=status)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The card of the member with this name."""
    require_manager(request.user)
    name = request.GET.get("name", "").replace("\x00", "").strip().removeprefix("@")
    card = find_member(username=name) if name else None
    if card is None:
        messages.error(request, _("Nobody has this name."))
        return redirect("loyalty_tiers")
    return redirect("loyalty_tier_member", card.public_id)


@require_safe
def grace(request: HttpRequest) -> HttpResponse:
    require_manager(request.user)
    program = console.first_programme()
    lines = console.in_grace(program=program) if program else []
    return render(request, "loyalty/admin/tier_grace.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, public_id: str) -> HttpResponse:
    """A member's tier, with invitations to give and to end."""
    manager = require_manager(request.user)
    card = find_member(public_id=public_id)
    page = tier_page(member_id=card.id, at=now()) if card else None
    if card is None or page is None:
        raise Http404
    form, ending = InviteForm(), EndForm()
    if request.method == "POST":
        act = request.POST.get("act", "")
        form = InviteForm(request.POST) if act == "invite" else form
        ending = EndForm(request.POST) if act != "invite" else ending
        try:
            if act == "invite" and form.is_valid():
                with transaction.atomic(durable=True):
                    invite_member(
                        member_id=card.id, tier_id=form.cleaned_data["tier"].pk, reason=form.cleaned_data["reason"],
                        ends_at=form.ends_at(), by=manager.pk, at=now(),
                    )  # fmt: skip
                messages.success(request, _("Invited. The member hears of it."))
                return redirect("loyalty_tier_member", public_id)
            if act != "invite" and ending.is_valid():
                ended = _end(card.id, act, ending.cleaned_data["reason"], manager.pk)
                messages.success(request, _("The invitation has ended.") if ended else _("It was over already."))
                return redirect("loyalty_tier_member", public_id)
        except TierRefused as refusal:
            form.add_error(None, refusal.message)
    context: dict[str, Any] = {
        "card": card, "page": page, "tier": page.card, "window": window_words(page.card), "form": form,
        "ending": ending, "invitations": console.invitations_of(member_id=card.id), "at": now(),
    }  # fmt: skip
    status = 422 if form.errors or ending.errors else 200
    return render(request, "loyalty/admin/tier_member.html", context, status=status)


def _end(member_id: int, which: str, reason: str, by: int) -> bool:
    found = next((one for one in console.invitations_of(member_id=member_id) if one.public_id == which), None)
    if found is None:
        raise Http404
    with transaction.atomic(durable=True):
        return end_invitation(invitation_id=found.pk, reason=reason, by=by, at=now())


def _drafted(form: ProgramForm) -> list[Any]:
    drafted = []
    for tier in form.tiers:
        draft = copy(tier)
        for name, number in form.numbers()[tier.pk].items():
            setattr(draft, name, number)
        drafted.append(draft)
    return drafted
