"""The managers' page of signing in once: services that vouch for people, and sites where our members sign in."""

from typing import Any

from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail import hooks

from integrations import outbound
from integrations.signin import actions
from integrations.signin.forms import ClientForm, ServiceForm
from integrations.signin.models import SignInService
from integrations.webhooks.actions import words_of
from members import proof
from members.access import require_manager
from members.menu import ManagersItem
from outbox.clock import now
from outbox.ids import new_id


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Both lists, and the forms to add to them. A secret of ours is shown once."""
    manager = require_manager(request.user)
    posted = request.method == "POST"
    typed = request.POST if posted else proof.words(request) or QueryDict()  # what was typed before the proof
    adds = typed.get("adds", "")
    service = ServiceForm(typed if adds == "service" else None)
    client = ClientForm(typed if adds == "client" else None)
    made: dict[str, Any] = {}
    if posted and (service.is_valid() or client.is_valid()) and not proof.is_fresh(request):
        return proof.ask(
            request, secret=["secret"]
        )  # whoever is trusted here opens accounts, or learns who members are
    if posted and adds == "service" and service.is_valid():
        made = _make_service(service, by=manager.pk)
        service = ServiceForm() if made else service
    if posted and adds == "client" and client.is_valid():
        made = _make_client(client, by=manager.pk)
        client = ClientForm()
    context = {
        "services": SignInService.objects.order_by("id"),
        "clients": Client.objects.order_by("created_at")[:100],
        "service_form": service,
        "client_form": client,
        "made": made,
        "site_address": settings.SITE_URL,
    }
    wrong = posted and bool(service.errors or client.errors)
    response = render(request, "integrations/signin/console.html", context, status=422 if wrong else 200)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _make_service(form: ServiceForm, *, by: int) -> dict[str, Any]:
    said = form.cleaned_data
    if said["kind"] == SignInService.Kind.OIDC and (why := _look(said["url"])):
        form.add_error("url", why)
        return {}
    try:
        with transaction.atomic(durable=True):
            made = actions.make_service(
                name=said["name"],
                kind=said["kind"],
                source=said["source"],
                url=said["url"],
                client_id=said["client_id"],
                secret=said["secret"],
                number_claim=said["number_claim"],
                fills=form.fills(),
                by=by,
                at=now(),
            )
    except actions.ServiceRefused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return {}
    back = "signin:back" if made.secret else ""
    where = reverse(back, args=[made.slug]) if back else reverse("openid_connect_callback", args=[made.slug])
    return {"secret": made.secret, "callback": where}


def _look(url: str) -> str:
    """Whether the issuer describes itself, before people stand in front of a broken button. The reason when not."""
    try:
        answer = outbound.call("GET", url.rstrip("/") + "/.well-known/openid-configuration", seconds=5)
        described = answer.json() if answer.ok else {}
    except outbound.Unreachable as error:
        return words_of(error.code)
    except ValueError:
        described = {}
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if not isinstance(described, dict) or not all(isinstance(described.get(name), str) for name in needed):
        return _("There is no description of OpenID Connect at this address (/.well-known/openid-configuration).")
    return ""


def _make_client(form: ClientForm, *, by: int) -> dict[str, Any]:
    said = form.cleaned_data
    secret = "" if said["public"] else new_id(48)
    with transaction.atomic(durable=True):
        client = Client(
            name=said["client_name"], type=Client.Type.PUBLIC if said["public"] else Client.Type.CONFIDENTIAL
        )
        client.set_secret(secret or new_id(48))
        client.set_scopes(["openid", *said["scopes"]])
        client.set_default_scopes(["openid"])
        client.set_redirect_uris(said["redirect_uris"])
        client.set_grant_types([Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN])
        client.set_response_types([Client.ResponseType.CODE])
        client.owner_id = None  # it belongs to the site, and stays when whoever made it leaves
        client.data = {"made_by": by}
        client.save(force_insert=True)
    return {"secret": secret, "client_id": client.id}


@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a service out of use, or into it again."""
    manager = require_manager(request.user)
    enabled = request.POST.get("enabled") == "1"
    if enabled and not proof.is_fresh(request):
        return proof.ask(request, back=reverse("integrations_signin"))
    with transaction.atomic(durable=True):
        changed = actions.set_enabled(slug=slug, enabled=enabled, by=manager.pk, at=now())
    if changed:
        messages.success(request, _("Saved."))
    return redirect("integrations_signin")


@require_POST
def remove_client(request: HttpRequest, client_id: str) -> HttpResponse:
    """Nobody signs in there any more; what it was given ends at once."""
    require_manager(request.user)
    if "\x00" in client_id:
        raise Http404
    with transaction.atomic(durable=True):
        Token.objects.filter(client_id=client_id).delete()
        gone = Client.objects.filter(id=client_id).delete()[0]
    if gone:
        messages.success(request, _("Removed. Its members are signed out of nothing here, and it learns nothing more."))
    return redirect("integrations_signin")


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def signin_urls() -> list[URLPattern]:
    return [
        path("sign-in/", page, name="integrations_signin"),
        path("sign-in/services/<slug:slug>/", switch, name="integrations_signin_switch"),
        path("sign-in/clients/<str:client_id>/remove/", remove_client, name="integrations_signin_remove"),
    ]


@hooks.register("register_settings_menu_item")  # type: ignore[untyped-decorator]
def signin_item() -> Any:
    return ManagersItem(
        gettext_lazy("Signing in once"), reverse_lazy("integrations_signin"), icon_name="user", order=903
    )
