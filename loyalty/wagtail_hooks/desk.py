"""The desk: what members claimed and people have to see to."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from community.actions.order.audit import record_act
from loyalty.actions.rewards import desk as acts
from loyalty.actions.rewards import undoing
from loyalty.actions.rewards.cards import RewardRefused
from loyalty.queries import desk as queries
from loyalty.rules.codes import inert_cell
from members.access import Refused, require_manager
from members.menu import ManagersItem
from outbox.clock import now
from outbox.retry import whole

PAGE = 50
LABELS = {
    "requested": gettext_lazy("To agree to"),
    "waiting": gettext_lazy("To take"),
    "packing": pgettext_lazy("by the team", "Taken"),
    "sent": gettext_lazy("Sent"),
    "done": gettext_lazy("Done"),
    "undone": gettext_lazy("Given back"),
}


def desk(request: HttpRequest) -> HttpResponse:
    """One view of the desk, with what can be done with each claim."""
    require_manager(request.user)
    counts = queries.desk_counts()
    wanted = request.GET.get("view", "")
    view = wanted if wanted in queries.VIEWS else next((one for one in queries.VIEWS if counts.get(one)), "waiting")
    before = request.GET.get("before", "")
    rows = queries.desk(
        view=view,
        limit=PAGE + 1,
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else 0,
    )
    return render(
        request,
        "loyalty/admin/rewards/desk.html",
        {
            "rows": rows[:PAGE],
            "more": rows[PAGE - 1].id if len(rows) > PAGE else None,
            "view": view,
            "views": [(one, LABELS[one], counts.get(one)) for one in queries.VIEWS],
        },
    )


@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """One act on one claim: approve, decline, take, send, done, returned, cancel."""
    manager = require_manager(request.user)
    claim_id = queries.claim_id(public_id=public_id)
    if claim_id is None:
        raise Refused("claim_missing", _("There is no such claim."), hidden=True)
    note = " ".join(request.POST.get("note", "").replace("\x00", "").split())[:300]
    common: dict[str, Any] = {"redemption_id": claim_id, "by": manager.pk, "at": now()}
    parcel: dict[str, Any] = {name: request.POST.get(name, "").replace("\x00", "") for name in ("carrier", "tracking")}
    verbs: dict[str, Any] = {
        "approve": lambda: acts.approve_redemption(**common, note=note),
        "decline": lambda: acts.decline_redemption(**common, note=note),
        "take": lambda: acts.take_redemption(**common),
        "send": lambda: acts.send_redemption(**common, **parcel),
        "done": lambda: acts.fulfil_redemption(**common),
        "returned": lambda: undoing.return_redemption(**common, note=note),
        "cancel": lambda: undoing.cancel_redemption(**common, note=note),
    }
    verb = verbs.get(request.POST.get("act", ""))
    view = request.POST.get("view", "")
    back = reverse("loyalty_desk") + (f"?view={view}" if view in queries.VIEWS else "")
    if verb is None:
        messages.error(request, _("Choose what to do."))
        return redirect(back)
    try:
        done = whole(verb)
    except RewardRefused as refusal:
        messages.error(request, refusal.message)
        return redirect(back)
    if done:
        messages.success(request, _("Done; the member sees it."))
    else:
        messages.info(request, _("Nothing was changed: somebody else was faster, or it is another kind."))
    return redirect(back)


class _Echo:
    def write(self, value: str) -> str:
        return value


@require_POST
def addresses(request: HttpRequest) -> HttpResponseBase:
    """What is to be sent, for a label printer. By a button only, and noted."""
    manager = require_manager(request.user)
    with transaction.atomic(durable=True):
        record_act(act="rewards.addresses_exported", target_kind="desk", target=None, by=manager.pk, at=now())
    response = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="to-send.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _lines() -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(
        ["claim", "reward", "name", "street", "postcode", "city", "region", "country", "phone"]
    )
    for row in queries.to_send():
        fields = (row.name, row.lines, row.postcode, row.city, row.region, row.country, row.phone)
        yield writer.writerow([row.redemption.public_id, *map(inert_cell, (row.redemption.reward.name, *fields))])


@hooks.register("register_admin_urls")
def desk_urls() -> list[URLPattern]:
    return [
        path("loyalty/desk/", desk, name="loyalty_desk"),
        path("loyalty/desk/addresses/", addresses, name="loyalty_desk_addresses"),
        path("loyalty/desk/<slug:public_id>/", act, name="loyalty_desk_act"),
    ]


@hooks.register("register_rewards_menu_item")
def desk_item() -> MenuItem:
    return ManagersItem(gettext_lazy("Rewards to hand out"), reverse("loyalty_desk"), icon_name="tasks", order=10)
