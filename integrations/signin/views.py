"""Pages of signing in with another service's word: the signed way, the owner's yes, and our own question for consent."""

import logging
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import authorization
from allauth.socialaccount.providers.openid_connect.views import callback, login
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from requests.exceptions import RequestException

from integrations.sealing import Unreadable
from integrations.signin import actions, queries, rules
from integrations.signin.adapter import PENDING, ask_to_connect, connect, welcome
from integrations.signin.models import SignInService
from members import proof
from members.access import is_member
from outbox.clock import now

log = logging.getLogger(__name__)
BROWSER, NEXT, CONNECTING = "signin_browser", "signin_next", "signin_connecting"


@require_safe
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the shop who this is: a nonce bound to this browser, signed, and the way back."""
    service = _service(slug)
    browser = request.session.setdefault(BROWSER, secrets.token_urlsafe(32))
    request.session[NEXT] = request.GET.get("next", "")[:500]
    request.session[CONNECTING] = request.GET.get("process") == "connect"
    with transaction.atomic(durable=True):
        nonce = actions.ask(service=service, browser=browser, at=now())
    asked = {
        "nonce": nonce,
        "return_url": settings.SITE_URL + reverse("signin:back", args=[service.slug]),
        "issued_at": int(now().timestamp()),
    }
    payload = rules.pack(asked)
    query = urlencode({"payload": payload, "signature": rules.sign(payload, _secret(service))})
    return redirect(f"{service.url}{'&' if '?' in service.url else '?'}{query}")


@require_safe
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """The shop's answer. It counts once, within ten minutes, in the browser that asked."""
    service = _service(slug)
    try:
        nonce, person = rules.read(
            request.GET.get("payload", ""), request.GET.get("signature", ""), _secret(service), at=now()
        )
    except rules.Refused as refusal:
        return _refused(request, service, refusal.code)
    with transaction.atomic(durable=True):
        fresh = actions.use(service=service, nonce=nonce, browser=request.session.get(BROWSER, ""), at=now())
    if not fresh:
        return _refused(request, service, "nonce")
    if request.session.pop(CONNECTING, False):
        return ask_to_connect(request, service, person)
    answer = welcome(request, service, person, next_url=request.session.pop(NEXT, ""), joins=True)
    return answer or redirect("/")


def _refused(request: HttpRequest, service: SignInService, code: str) -> HttpResponse:
    context = {"service": service, "code": code}
    return render(request, "integrations/signin/refused.html", context, status=403)


def _service(slug: str) -> SignInService:
    service = queries.find(slug=slug, kind=SignInService.Kind.SIGNED)
    if service is None:
        raise Http404
    return service


def _secret(service: SignInService) -> str:
    try:
        return queries.secret_of(service)
    except Unreadable as error:
        raise Http404 from error


@require_safe
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the shop's own page, by OpenID Connect with PKCE."""
    return _asked(login, request, provider_id)


@require_safe
def oidc_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the shop's page."""
    return _asked(callback, request, provider_id)


def _asked(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    if queries.find(slug=provider_id, kind=SignInService.Kind.OIDC) is None:
        raise Http404
    try:
        return view(request, provider_id)
    except (RequestException, AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning("signin: %s did not answer as it should (%s)", provider_id, type(error).__name__)
        return redirect("socialaccount_login_error")


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """There is an account already: its owner signs in to it, and says yes once."""
    pending: dict[str, Any] = request.session.get(PENDING) or {}
    fresh = now().timestamp() - pending.get("at", 0) <= 3 * rules.VALID_FOR.total_seconds()
    service = queries.find(slug=pending.get("service", "")) if pending and fresh else None
    if service is None:
        request.session.pop(PENDING, None)
        return redirect("account_login")
    mine = is_member(request.user) and request.user.pk == pending["member_id"]
    if request.method == "POST":
        if not mine:
            return redirect("signin:link")
        if request.POST.get("act") == "connect" and not proof.is_fresh(request):
            return proof.ask(request, back=reverse("signin:link"))  # it opens the account from then on
        return _link(request, service, pending)
    context = {
        "service": service,
        "known_as": pending.get("name", ""),
        "mine": mine,
        "other": is_member(request.user) and not mine,
    }
    return render(request, "integrations/signin/link.html", context)


def _link(request: HttpRequest, service: SignInService, pending: dict[str, Any]) -> HttpResponse:
    del request.session[PENDING]
    if request.POST.get("act") != "connect":
        messages.info(request, _("Nothing was connected."))
        return redirect("/")
    connect(request, service, rules.Person(pending["external_id"]))
    return redirect("/")


@csrf_exempt
def authorize(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """allauth's page of consent; its form may lead to the one site that asks, and to no other.

    Raises SuspiciousOperation (400) for an address to return to that was never registered, or a challenge other than S256.
    """
    _check_asked(request)
    response: HttpResponse = authorization(request, *args, **kwargs)
    context: dict[str, Any] = getattr(response, "context_data", None) or {}
    target = urlsplit(_redirect_uri(context))
    if target.scheme in ("http", "https") and target.netloc:
        response._csp_update = {"form-action": [f"{target.scheme}://{target.netloc}"]}  # type: ignore[attr-defined]
    return response


def _check_asked(request: HttpRequest) -> None:
    """What allauth lets through and we do not: words added to a registered address (RFC 9700 2.1), a plain challenge."""
    for asked in (request.GET, request.POST):
        site = Client.objects.filter(id=asked.get("client_id", "")).first() if asked.get("redirect_uri") else None
        if site and not all(_is_registered(uri, site.get_redirect_uris()) for uri in asked.getlist("redirect_uri")):
            raise SuspiciousOperation("A site asked to return to an address that is not one of its own.")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            raise SuspiciousOperation("A site sent a challenge that is not S256.")


def _is_registered(uri: str, own: list[str]) -> bool:
    """Exactly one of them; apps on a device may choose another port of it (RFC 8252 7.3)."""
    if uri in own:
        return True
    try:
        asked, known = urlsplit(uri), [urlsplit(one) for one in own]
    except ValueError:
        return False
    loopback = [one for one in known if one.hostname in ("localhost", "127.0.0.1", "::1")]
    return asked._replace(netloc=asked.hostname or "") in [one._replace(netloc=one.hostname or "") for one in loopback]


def _redirect_uri(context: dict[str, Any]) -> str:
    """Where the answer goes, as allauth checked and signed it."""
    from django.core.signing import BadSignature, Signer

    form = context.get("form")
    try:
        _scopes, info = Signer().unsign_object(form.initial["request"]) if form is not None else ((), {})
    except (BadSignature, KeyError, TypeError, ValueError):
        return ""
    return str(info.get("redirect_uri") or "")
