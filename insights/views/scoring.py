"""A member's own stage and the switch “no personalised scoring”."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insights import actions, queries
from insights.forms import ScoringForm
from members.access import require_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def scoring(request: HttpRequest) -> HttpResponse:
    """What we noticed, from what, and the switch."""
    member = require_member(request.user)
    if request.method == "POST":
        form = ScoringForm(request.POST)
        form.is_valid()  # a checkbox is there or not: nothing can be wrong with it
        with transaction.atomic(durable=True):
            actions.set_scoring(member_id=member.pk, wanted=form.cleaned_data["wanted"], by=member.pk, at=now())
        messages.success(request, _("Saved."))
        return redirect("insights:scoring")
    objects = queries.objects_to_scoring(member_id=member.pk)
    card = queries.stage(member_id=member.pk, as_of=queries.day_of(now()))
    form = ScoringForm(initial={"wanted": not objects})
    return render(request, "insights/scoring.html", {"form": form, "card": card, "objects": objects})
