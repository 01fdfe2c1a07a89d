"""Where allauth's OpenID Connect meets us: services from the console, calls by the one way out, and no takeover."""

import functools
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from requests.exceptions import ConnectionError as NotReached
from requests.exceptions import HTTPError, RequestException

from integrations import outbound
from integrations.sealing import Unreadable
from integrations.signin import actions, queries, rules
from integrations.signin.models import SignInService
from members import actions as members
from members import proof, slots
from members.access import Member
from members.actions import vouched
from outbox.clock import now

PENDING = "signin_pending"
NONE = "none"


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The services of the console. Their secrets lie sealed there and in no table of allauth's."""
        services = queries.in_use()
        return [
            _app(service)
            for service in services
            if provider in (None, "openid_connect", service.slug) and client_id in (None, service.client_id)
        ]

    def get_requests_session(self) -> "Session":
        return Session()

    def is_email_verified(self, provider: Any, email: str) -> bool:
        return False  # only what the service itself says of this address

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        service = queries.find(slug=sociallogin.account.provider, kind=SignInService.Kind.OIDC)
        data = sociallogin.account.extra_data
        if service is None or not _one_subject(data) or not _has_number(service, data):
            raise ImmediateHttpResponse(redirect("socialaccount_login_error"))
        person = _person(sociallogin, data)
        sociallogin.account.extra_data = {}  # what the service told is not ours to keep
        SocialAccount.objects.filter(pk=sociallogin.account.pk).update(extra_data={})
        next_url = sociallogin.get_redirect_url(request) or ""
        if sociallogin.state.get("process") == "connect":
            raise ImmediateHttpResponse(ask_to_connect(request, service, person))
        answer = welcome(request, service, person, next_url=next_url, joins=False)
        if answer is not None:
            raise ImmediateHttpResponse(answer)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Member:
        """A newcomer: the account, its news, and the link to the shop's number, all or nothing."""
        at = now()
        with transaction.atomic():
            user: Member = super().save_user(request, sociallogin, form)
            name = " ".join(filter(None, (user.first_name, user.last_name)))
            get_user_model().objects.filter(id=user.pk).update(
                display_name=members.tidy_name(name)[:60], first_name="", last_name=""
            )
            if form is None:  # with a form our account adapter has done this
                members.joined(member_id=user.pk, at=at, language=translation.get_language() or "")
                slots.at_signup.collect(request=request, member_id=user.pk, at=at)
            service = queries.find(slug=sociallogin.account.provider)
            if service is not None:
                person = rules.Person(sociallogin.account.uid)
                actions.link(service=service, person=person, member_id=user.pk, at=at)
        return user


def welcome(
    request: HttpRequest, service: SignInService, person: rules.Person, *, next_url: str, joins: bool
) -> HttpResponse | None:
    """Sign in whom the service vouches for, or ask the owner of the account first. None: nobody here yet (unless `joins`)."""
    with transaction.atomic(durable=True):
        arrival = actions.arrive(service=service, person=person, at=now())
        member_id = arrival.member_id
        if member_id is None and joins:
            member_id = actions.join(service=service, person=person, at=now())
            slots.at_signup.collect(request=request, member_id=member_id, at=now())
    if member_id is None:
        return None
    if arrival.confirm:
        return _ask_owner(request, service, person, member_id)
    user = get_user_model().objects.filter(pk=member_id, is_active=True, erased_at__isnull=True).first()
    if user is None:
        return redirect("socialaccount_login_error")
    if request.user.is_authenticated and request.user.pk != user.pk:
        account_adapter(request).logout(request)
    answer: HttpResponse = perform_login(
        request, user, email_verification=NONE, redirect_url=_safe(request, next_url) or None
    )
    if request.user == user:
        proof.note(request, method="socialaccount")
    return answer


def ask_to_connect(request: HttpRequest, service: SignInService, person: rules.Person) -> HttpResponse:
    """A signed-in member came back from a service to add it. Any page can send a browser there and back, signed in there as
    somebody else; so the word counts once the member has seen whom the service named, and said yes here."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return _ask_owner(request, service, person, request.user.pk)


def _ask_owner(request: HttpRequest, service: SignInService, person: rules.Person, member_id: int) -> HttpResponse:
    request.session[PENDING] = {
        "service": service.slug,
        "external_id": person.external_id,
        "name": person.name[:200],
        "member_id": member_id,
        "at": now().timestamp(),
    }
    return redirect("signin:link")


def connect(request: HttpRequest, service: SignInService, person: rules.Person) -> HttpResponse:
    """A signed-in member, who said yes, adds a service to their account."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    with transaction.atomic(durable=True):
        linked = actions.link(service=service, person=person, member_id=request.user.pk, at=now())
        if linked:  # it opens the account from now on: its owner is told by letter
            account_adapter(request).send_notification_mail("socialaccount/email/account_connected", request.user)
        owner = vouched.identity_owner(source=service.source, external_id=person.external_id)
    if not linked:
        messages.error(request, _("This account of %(name)s opens another account here.") % {"name": service.name})
    elif owner != request.user.pk:
        messages.warning(
            request,
            _(
                "You can sign in with %(name)s now. Points of earlier orders there are on another account; please tell us."
            )
            % {"name": service.name},
        )
    else:
        messages.success(request, _("You can sign in with %(name)s now.") % {"name": service.name})
    return redirect("socialaccount_connections")


def _safe(request: HttpRequest, url: str) -> str:
    allowed = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if allowed else ""


def _app(service: SignInService) -> SocialApp:
    try:
        secret = queries.secret_of(service)
    except Unreadable:
        secret = ""
    return SocialApp(
        provider="openid_connect",
        provider_id=service.slug,
        name=service.name,
        client_id=service.client_id,
        secret=secret,
        settings={"server_url": service.url, "uid_field": service.number_claim, "oauth_pkce_enabled": True},
    )


def _one_subject(data: dict[str, Any]) -> bool:
    """There is a signed word (id_token), and what was asked afterwards is about the same person (OpenID Connect 5.3.2)."""
    token, told = data.get("id_token"), data.get("userinfo")
    if not isinstance(token, dict) or not token.get("sub"):
        return False
    return told is None or told.get("sub") == token["sub"]


def _has_number(service: SignInService, data: dict[str, Any]) -> bool:
    """The claim with the customer's number is a number or a word that we can keep whole. Written out as text, nothing at all
    (null, a list) would be the same "number" for everybody who has none."""
    told = data.get("userinfo") or data["id_token"]
    number = told.get(service.number_claim)
    if isinstance(number, int) and not isinstance(number, bool):
        return 0 <= number < 2**63
    return isinstance(number, str) and 0 < len(number) <= 120 and number == number.strip() and number.isprintable()


def _person(sociallogin: SocialLogin, data: dict[str, Any]) -> rules.Person:
    confirmed = [one.email for one in sociallogin.email_addresses if one.verified is True]
    told = data.get("userinfo") or data.get("id_token") or {}
    name = told.get("name")
    return rules.Person(
        external_id=sociallogin.account.uid,
        email=confirmed[0] if confirmed else "",
        name=name if isinstance(name, str) else "",
    )


class Session:
    """As much of `requests.Session` as allauth uses, over the one way out: no inner address, no redirect, bounded."""

    def __init__(self) -> None:
        self.get = functools.partial(self.request, "GET")
        self.post = functools.partial(self.request, "POST")

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def request(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        auth: Any = None,
        **_more: Any,
    ) -> "Response":
        sent = dict(headers or {})
        if auth is not None:
            sent |= auth(SimpleNamespace(headers={})).headers
        body = urlencode(data).encode() if data else b""
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params)
        try:
            return Response(outbound.call(method, url, body=body, headers=sent, seconds=10))
        except outbound.Unreachable as error:
            raise NotReached(error.code) from error


class Response:
    """As much of `requests.Response` as allauth uses."""

    def __init__(self, answer: outbound.Answer) -> None:
        self.status_code, self.content, self.answer = answer.status, answer.body, answer
        self.headers = {"content-type": "", **answer.headers}

    @property
    def ok(self) -> bool:
        return self.answer.ok

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        try:
            return self.answer.json()
        except ValueError as error:
            raise RequestException("no JSON") from error

    def raise_for_status(self) -> None:
        if not self.answer.ok:
            raise HTTPError(str(self.status_code))
