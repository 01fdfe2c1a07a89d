"""The managers' pages of webhooks, inside the console."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from integrations.webhooks import actions, catalogue, queries, sending
from integrations.webhooks.forms import EndpointForm, FilterForm, ReplayForm, last_hours
from integrations.webhooks.models import WebhookDelivery, WebhookEndpoint
from members import proof
from members.access import require_manager
from outbox.clock import now
from outbox.ids import new_id

PING_SECONDS = 5.0


@require_http_methods(["GET", "HEAD", "POST"])
def endpoints(request: HttpRequest) -> HttpResponse:
    """All endpoints; make one, show its secret this once, and try it."""
    manager = require_manager(request.user)
    posted = request.method == "POST"
    form = EndpointForm(request.POST if posted else proof.words(request), initial={"asked_as": new_id(32)})
    if form.is_valid() and posted and not proof.is_fresh(request):
        return proof.ask(request)  # what happens here is told to this address from then on
    made = _make(form, by=manager.pk) if posted and form.is_valid() else None
    if made:
        _ping(request, made.id, by=manager.pk)
        form = EndpointForm(initial={"asked_as": new_id(32)})
    context = {"form": form, "rows": queries.endpoints(), "made": made, "words": _event_words()}
    return _private(render(request, "integrations/webhooks/index.html", context, status=422 if form.errors else 200))


def _make(form: EndpointForm, *, by: int) -> actions.MadeEndpoint | None:
    said = form.cleaned_data
    try:
        with transaction.atomic(durable=True):
            return actions.make_endpoint(
                name=said["name"],
                url=said["url"],
                events=said["events"],
                scopes=said["scopes"],
                asked_as=said["asked_as"] or None,
                by=by,
                at=now(),
            )
    except actions.EndpointRefused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def endpoint(request: HttpRequest, public_id: str) -> HttpResponse:
    """One endpoint: how it fares, what it was told, and its settings."""
    manager = require_manager(request.user)
    found = _find(public_id)
    said = {"name": found.name, "url": found.url, "events": found.events, "scopes": found.scopes}
    posted = request.method == "POST"
    form = EndpointForm(request.POST if posted else proof.words(request), initial=said)
    if form.is_valid() and posted and not proof.is_fresh(request):
        return proof.ask(request)
    if posted and form.is_valid() and _change(form, found, by=manager.pk):
        messages.success(request, _("Saved."))
        return redirect("integrations_webhook", public_id)
    return _page(request, found, form=form, status=422 if form.errors else 200)


def _change(form: EndpointForm, found: WebhookEndpoint, *, by: int) -> bool:
    said = {name: form.cleaned_data[name] for name in ("name", "url", "events", "scopes")}
    try:
        with transaction.atomic(durable=True):
            actions.change_endpoint(endpoint_id=found.pk, **said, by=by, at=now())
    except actions.EndpointRefused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return False
    return True


@require_POST
def act(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Pause, switch on, switch off, change the secret, try, send again, replay, remove."""
    manager = require_manager(request.user)
    found = _find(public_id)
    if act == "rotate" and not proof.is_fresh(request):
        return proof.ask(request, back=reverse("integrations_webhook", args=[public_id]))
    if act == "rotate":
        with transaction.atomic(durable=True):
            made = actions.rotate_secret(endpoint_id=found.pk, by=manager.pk, at=now())
        return _page(request, _find(public_id), made=made)
    if act == "replay":
        return _replay(request, found, by=manager.pk)
    handler = _ACTS.get(act)
    if handler is None:
        raise Http404
    handler(request, found, manager.pk)
    return redirect("integrations_webhooks") if act == "remove" else redirect("integrations_webhook", public_id)


def _pause(request: HttpRequest, found: WebhookEndpoint, by: int) -> None:
    with transaction.atomic(durable=True):
        actions.pause(endpoint_id=found.pk, by=by, at=now())
    messages.success(request, _("Nothing is sent now. Events are kept for it."))


def _resume(request: HttpRequest, found: WebhookEndpoint, by: int) -> None:
    with transaction.atomic(durable=True):
        actions.resume(endpoint_id=found.pk, by=by, at=now())
    messages.success(request, _("It is told of events again."))


def _switch_off(request: HttpRequest, found: WebhookEndpoint, by: int) -> None:
    with transaction.atomic(durable=True):
        actions.switch_off(endpoint_id=found.pk, why=WebhookEndpoint.Why.PERSON, by=by, at=now())
    messages.success(request, _("It is switched off. What happens from now on can be sent later, by a span of time."))


def _remove(request: HttpRequest, found: WebhookEndpoint, by: int) -> None:
    with transaction.atomic(durable=True):
        actions.remove(endpoint_id=found.pk, by=by, at=now())
    messages.success(request, _("The webhook is removed with all that was sent to it."))


def _test(request: HttpRequest, found: WebhookEndpoint, by: int) -> None:
    _ping(request, found.pk, by=by)


def _again(request: HttpRequest, found: WebhookEndpoint, by: int) -> None:
    ids = [int(one) for one in request.POST.getlist("delivery") if one.isascii() and one.isdigit() and len(one) < 19]
    mine = list(WebhookDelivery.objects.filter(endpoint=found, id__in=ids).values_list("id", flat=True))
    with transaction.atomic(durable=True):
        count = actions.send_again(delivery_ids=mine, by=by, at=now())
    words = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    messages.success(request, words % {"count": count})


_ACTS = {
    "pause": _pause,
    "resume": _resume,
    "off": _switch_off,
    "remove": _remove,
    "test": _test,
    "again": _again,
}


def _replay(request: HttpRequest, found: WebhookEndpoint, *, by: int) -> HttpResponse:
    form = ReplayForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                begun = actions.replay(endpoint_id=found.pk, **form.cleaned_data, by=by, at=now())
        except actions.EndpointRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if begun:
                messages.success(request, _("Everything of this span is sent again, page by page."))
            else:
                messages.error(request, _("It is switched off. Switch it on first."))
            return redirect("integrations_webhook", found.public_id)
    return _page(request, found, replay=form, status=422)


def _ping(request: HttpRequest, endpoint_id: int, *, by: int) -> None:
    """Try the endpoint now, for a few seconds, on the worker's own way; the answer is told and listed."""
    with transaction.atomic(durable=True):
        delivery_id = actions.ping(endpoint_id=endpoint_id, by=by, at=now())
    for claim in sending.claim_due(at=now(), only=delivery_id):
        outcome = sending.deliver(claim, seconds=PING_SECONDS)
        with transaction.atomic(durable=True):
            sending.settle(claim=claim, outcome=outcome, at=now())
        if outcome.status is None:
            messages.warning(request, _("The test did not arrive: %(why)s") % {"why": actions.words_of(outcome.error)})
        elif 200 <= outcome.status < 300:
            messages.success(
                request,
                _("The test arrived: answer %(status)s in %(milliseconds)s ms.")
                % {"status": outcome.status, "milliseconds": outcome.milliseconds},
            )
        else:
            messages.warning(
                request,
                _("The test was answered with %(status)s. Only 2xx counts as arrived.") % {"status": outcome.status},
            )
        return
    messages.info(request, _("The test waits: the webhook is not active, or asked to be left alone for a while."))


def _find(public_id: str) -> WebhookEndpoint:
    found = None if "\x00" in public_id else queries.find(public_id=public_id)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: WebhookEndpoint, *, status: int = 200, **more: Any) -> HttpResponse:
    said = {"name": found.name, "url": found.url, "events": found.events, "scopes": found.scopes}
    filters = FilterForm(request.GET)
    filters.is_valid()
    chosen = {name: filters.cleaned_data.get(name, "").replace("\x00", "") for name in ("state", "type")}
    before = request.GET.get("before", "")
    page = queries.deliveries(
        endpoint_id=found.pk,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        **chosen,
    )
    context = {
        "endpoint": found,
        "form": EndpointForm(initial=said),
        "replay": ReplayForm(initial=last_hours(now())),
        "filters": filters,
        "chosen": chosen,
        "page": page,
        "now": now(),
        "words": _event_words(),
        **more,
    }
    return _private(render(request, "integrations/webhooks/endpoint.html", context, status=status))


def _event_words() -> list[catalogue.Entry]:
    return sorted(catalogue.entries().values(), key=lambda one: one.type)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store, private"
    return response
