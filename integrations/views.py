"""The managers' page of API keys, inside the Wagtail admin; and what an unknown address of the API says."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from integrations import actions, queries
from integrations.answers import as_answer
from integrations.forms import KeyForm
from integrations.problems import Problem
from members import proof
from members.access import require_manager
from outbox.clock import now
from outbox.ids import new_id


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys; make one and show its secret, this once."""
    manager = require_manager(request.user)
    posted = request.method == "POST"
    form = KeyForm(request.POST if posted else proof.words(request), initial={"asked_as": new_id(32)})
    if form.is_valid() and posted and not proof.is_fresh(request):
        return proof.ask(request)  # a key acts in this person's name
    made = _make(form, by=manager.pk) if posted and form.is_valid() else None
    if made:
        form = KeyForm(initial={"asked_as": new_id(32)})
    context = {"form": form, "keys": queries.all_keys(at=now()), "made": made, "page_title": _("API keys")}
    response = render(request, "integrations/keys.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _make(form: KeyForm, *, by: int) -> actions.MadeKey | None:
    try:
        with transaction.atomic(durable=True):
            return actions.make_key(
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                sources=form.named_sources(),
                allowed_addresses=form.addresses(),
                expires_at=form.expires_at(),
                sandbox=form.cleaned_data["sandbox"],
                asked_as=form.cleaned_data["asked_as"],
                by=by,
                at=now(),
            )
    except actions.KeyRefused as refusal:
        form.add_error(None, str(refusal))
        return None


@require_POST
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key at once."""
    manager = require_manager(request.user)
    with transaction.atomic(durable=True):
        revoked = actions.revoke_key(key_id=key_id, by=manager.pk, at=now())
    if revoked:
        messages.success(request, _("The key is revoked. Whoever uses it is refused from now on."))
    return redirect("integrations_keys")


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    return as_answer(request, Problem("not_found"))
