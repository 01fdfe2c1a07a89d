"""The managers' pages of the shops, inside the Wagtail admin."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from integrations.shops import actions, hooks, queries
from integrations.shops.asking import saleor_queries
from integrations.shops.forms import FilterForm, SecretForm, ShopForm
from integrations.shops.models import InboundMessage, Shop
from integrations.shops.words import ABOUT, steps_for
from members import proof
from members.access import require_manager
from outbox.clock import now

SECRETS = ("secret", "token")
"""What is typed anew after a proof: a session is no place for it."""


@require_safe
def shops(request: HttpRequest) -> HttpResponse:
    """All shops with what needs a look, and the kinds that can be connected."""
    require_manager(request.user)
    kinds = [(kind, label, ABOUT[kind]) for kind, label in Shop.Kind.choices]
    context = {"shops": queries.shops(at=now()), "kinds": kinds, "page_title": _("Shops")}
    return render(request, "integrations/shops/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret", "token")
def connect(request: HttpRequest, kind: str) -> HttpResponse:
    """Connect a shop of this kind; its secret is shown on the answer, this once."""
    manager = require_manager(request.user)
    if kind not in Shop.Kind.values:
        raise Http404
    posted = request.method == "POST"
    form = ShopForm(request.POST if posted else proof.words(request), kind=kind)
    if form.is_valid() and posted:
        if not proof.is_fresh(request):
            return proof.ask(request, secret=SECRETS)
        try:
            with transaction.atomic(durable=True):
                made = actions.connect(kind=kind, **form.values(), by=manager.pk, at=now())
            return _connected(request, made)
        except actions.ShopRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {"form": form, "kind": kind, "label": Shop.Kind(kind).label, "about": ABOUT[kind]}
    context["page_title"] = _("Connect a shop: %(kind)s") % {"kind": context["label"]}
    return _never_kept(
        render(request, "integrations/shops/connect.html", context, status=422 if posted and form.errors else 200)
    )


def _connected(request: HttpRequest, made: actions.Connected) -> HttpResponse:
    [row] = queries.shops(at=now(), public_id=made.public_id)
    return _shown_once(request, row, made.secret)


def _shown_once(request: HttpRequest, row: queries.ShopRow, secret: str) -> HttpResponse:
    """What to paste where. The secret is on this answer alone."""
    context = {
        "shop": row,
        "secret": secret,
        "steps": steps_for(row.kind),
        "subscription": saleor_queries() if row.kind == Shop.Kind.SALEOR else "",
        "page_title": row.name,
    }
    return _never_kept(render(request, "integrations/shops/connected.html", context))


@require_safe
def shop(request: HttpRequest, public_id: str) -> HttpResponse:
    """One shop: how it does, and its messages."""
    require_manager(request.user)
    row = _row(public_id)
    verdicts = [*InboundMessage.Verdict.choices, ("differences", _("differences"))]
    form = FilterForm(request.GET)
    form.fields["verdict"].choices = verdicts  # type: ignore[attr-defined]
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data
    verdict, page = asked.get("verdict") or "", asked.get("page") or 1
    found = queries.messages(
        shop_id=row.id,
        verdict="" if verdict == "differences" else verdict,
        order=(asked.get("order") or "").replace("\0", ""),
        differences=verdict == "differences",
        page=page,
    )
    context = {
        "shop": row,
        "found": found,
        "verdict": verdict,
        "verdicts": verdicts,
        "order": asked.get("order") or "",
        "page": page,
        "steps": steps_for(row.kind),
        "topics": queries.topics_seen(shop_id=row.id),
        "page_title": row.name,
    }
    return render(request, "integrations/shops/shop.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("token")
def settings(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a shop's name, address, currency or token."""
    manager, row = require_manager(request.user), _row(public_id)
    start = {"name": row.name, "base_url": row.base_url, "currency": row.currency}
    posted = request.method == "POST"
    form = ShopForm(request.POST if posted else proof.words(request), kind=row.kind, existing=True, initial=start)
    if form.is_valid() and posted:
        if not proof.is_fresh(request):
            return proof.ask(request, secret=SECRETS)
        values = {name: one for name, one in form.values().items() if name not in ("secret", "source")}
        try:
            with transaction.atomic(durable=True):
                actions.change(shop_id=row.id, **values, by=manager.pk, at=now())
            messages.success(request, _("The shop is changed."))
            return redirect("integrations_shop", row.public_id)
        except actions.ShopRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {"form": form, "shop": row, "page_title": row.name}
    status = 422 if posted and form.errors else 200
    return _never_kept(render(request, "integrations/shops/settings.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
def secret(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change the secret; the one before stays valid for a day."""
    manager, row = require_manager(request.user), _row(public_id)
    form = SecretForm(request.POST if request.method == "POST" else proof.words(request))
    if request.method == "POST" and form.is_valid():
        if not proof.is_fresh(request):
            return proof.ask(request, secret=SECRETS)
        try:
            with transaction.atomic(durable=True):
                made = actions.rotate(
                    shop_id=row.id, secret=form.cleaned_data["secret"].strip(), by=manager.pk, at=now()
                )
            messages.success(request, _("The secret is changed. The one before stays valid for 24 hours."))
            return _shown_once(request, row, made.secret) if made.secret else redirect("integrations_shop", public_id)
        except actions.ShopRefused as refusal:
            form.add_error("secret", str(refusal))
    context = {"form": form, "shop": row, "page_title": row.name}
    return _never_kept(render(request, "integrations/shops/secret.html", context, status=422 if form.errors else 200))


@require_POST
def act(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Pause, go on, end, compare now, or have the webhooks made in the shop."""
    manager, row = require_manager(request.user), _row(public_id)
    states = {"pause": Shop.State.PAUSED, "resume": Shop.State.CONNECTED, "end": Shop.State.ENDED}
    with transaction.atomic(durable=True):
        if act in states:
            done = actions.set_state(shop_id=row.id, state=states[act], by=manager.pk, at=now())
        elif act == "compare":
            done = actions.ask_now(shop_id=row.id, by=manager.pk, at=now())
        elif act == "hooks" and (topics := hooks.topics_asked(row.kind)):
            done = actions.make_hooks(shop_id=row.id, topics=topics, by=manager.pk, at=now())
        else:
            raise Http404
    if done:
        told = {
            "pause": _("The shop is paused. What it sends is kept and waits."),
            "resume": _("The shop is connected again; what waited is being worked on."),
            "end": _("The shop is ended. Its orders stay; what it sends is refused, its secrets are forgotten."),
            "compare": _("The shop will be asked within a minute what changed."),
            "hooks": _(
                "The webhooks will be made in the shop within a minute. Should the shop itself delete one or switch it off, we "
                "mend that."
            ),
        }
        messages.success(request, told[act])
    return redirect("integrations_shop", row.public_id)


@require_safe
def message(request: HttpRequest, public_id: str, message_id: str) -> HttpResponse:
    """One message: its body, what came of it, and the others about the same order."""
    require_manager(request.user)
    row = _row(public_id)
    card = queries.message(shop_id=row.id, public_id=message_id) if message_id.isalnum() else None
    if card is None:
        raise Http404
    context = {"shop": row, "card": card, "page_title": row.name}
    return _never_kept(render(request, "integrations/shops/message.html", context))


@require_POST
def message_act(request: HttpRequest, public_id: str, message_id: str, act: str) -> HttpResponse:
    """Work on a message again, or note that what it asked for is done."""
    manager, row = require_manager(request.user), _row(public_id)
    card = queries.message(shop_id=row.id, public_id=message_id) if message_id.isalnum() else None
    if card is None or act not in ("replay", "answered"):
        raise Http404
    with transaction.atomic(durable=True):
        does = actions.replay if act == "replay" else actions.answered
        done = does(message_id=card.row.id, by=manager.pk, at=now())
    if done and act == "replay":
        messages.success(request, _("The message is worked on again; look in a moment."))
    elif done:
        messages.success(request, _("Noted as done."))
    else:
        messages.error(request, _("Nothing to do: it waits already, or its body was removed."))
    return redirect("integrations_shop_message", row.public_id, message_id)


def _row(public_id: str) -> queries.ShopRow:
    found = queries.shops(at=now(), public_id=public_id) if public_id.isalnum() else []
    if not found:
        raise Http404
    return found[0]


def _never_kept(response: HttpResponse) -> HttpResponse:
    """Secrets and people's data do not stay in a cache."""
    response.headers["Cache-Control"] = "no-store, private"
    return response
