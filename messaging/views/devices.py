"""A browser asks to be rung, or to be left in peace; and the little worker that shows what arrives."""

from functools import cache
from pathlib import Path

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.access import Refused, require_member
from messaging import actions
from messaging.forms import DeviceForm
from messaging.panels import DEVICE
from outbox.clock import now


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Ring this browser. Its script filled the form after a press of the button."""
    member = require_member(request.user)
    form = DeviceForm(request.POST)
    if not form.is_valid():
        raise Refused("bad_device", _("Your browser did not say where it can be reached. Please try again."))
    try:
        with transaction.atomic(durable=True):
            device = actions.add_device(
                member_id=member.pk,
                endpoint=form.cleaned_data["endpoint"],
                p256dh=form.cleaned_data["p256dh"],
                auth=form.cleaned_data["auth"],
                label=form.cleaned_data["label"] or _("A browser"),
                by=member.pk,
                at=now(),
            )
    except actions.BadDevice:
        raise Refused("bad_device", _("We know no push service at the address that your browser gave.")) from None
    request.session[DEVICE] = device.public_id
    messages.success(request, _("This device rings from now on."))
    return redirect("messaging:choices")


@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leave a device in peace."""
    member = require_member(request.user)
    with transaction.atomic(durable=True):
        gone = actions.remove_device(member_id=member.pk, public_id=public_id, by=member.pk, at=now())
    if gone:
        messages.success(request, _("This device rings no more."))
    return redirect("messaging:choices")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root of the site because its scope is where it lies."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def _worker() -> bytes:
    path = finders.find("messaging/worker.js")
    assert isinstance(path, str)  # noqa: S101  (a file of this app)
    return Path(path).read_bytes()
