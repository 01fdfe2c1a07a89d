"""The page of parked deliveries, in the console."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from outbox import actions, queries
from outbox.clock import now


def may_look(request: HttpRequest) -> bool:
    """Owners, and whoever was given the right on event deliveries."""
    return request.user.has_perm("outbox.change_eventdelivery")


@require_http_methods(["GET", "HEAD", "POST"])
def deliveries(request: HttpRequest) -> HttpResponse:
    """What waits and what is parked; POST makes the chosen parked ones due again."""
    if not may_look(request):
        raise PermissionDenied
    if request.method == "POST":
        ids = [int(value) for value in request.POST.getlist("delivery") if value.isdecimal() and len(value) < 19]
        with transaction.atomic(durable=True):
            count = actions.retry_parked(delivery_ids=ids, by=request.user.pk, at=now())
        words = ngettext("%(count)s delivery is due again.", "%(count)s deliveries are due again.", count)
        messages.success(request, words % {"count": count})
        return redirect("outbox_deliveries")
    context = {"status": queries.status(), "parked": queries.parked(limit=200), "now": now()}
    return render(request, "outbox/admin/deliveries.html", context)
