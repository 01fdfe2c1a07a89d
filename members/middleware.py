"""What every request of a person passes through."""

import zoneinfo
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from members import actions, identity
from members.access import Refused, is_member
from members.sessions import SessionStore
from outbox.clock import now

if TYPE_CHECKING:
    from members.models import User

NOTED_EVERY = timedelta(minutes=5)
VISIT_ENDS_AFTER = timedelta(minutes=30)
GetResponse = Callable[[HttpRequest], HttpResponse]


class IdentityMiddleware(AuthenticationMiddleware):
    """The session and its member by one statement, when somebody asks for either; without a session nobody does."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if _has_session(request):
            cast(SessionStore, request.session).page = request.method in ("GET", "HEAD")
            request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]


class PreferencesMiddleware:
    """Speak the member's language and show their time zone; guests are asked by their browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if _has_session(request) else None
        if is_member(user):
            request.user = user = getattr(
                user, "_wrapped", user
            )  # everybody asks for it; nobody pays for its being lazy
        language = (user.language if is_member(user) else "") or translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        timezone.activate(_zone((user.time_zone if is_member(user) else "") or request.COOKIES.get("time_zone", "")))
        if is_member(user):
            _note_visit(request, user)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class StaffSecondFactorMiddleware:
    """Staff must have a second factor in production: without one the only open door is the page that sets it up."""

    OPEN = ("/accounts/", "/static/", "/health/", "/media/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and _has_session(request) and not request.path.startswith(self.OPEN):
            user = request.user
            if is_member(user) and (user.is_staff or user.is_superuser) and not is_mfa_enabled(user):
                messages.warning(request, _("Staff accounts need a second factor. Please set one up first."))
                return redirect("mfa_index")
        return self.get_response(request)


class RefusalMiddleware:
    """A refusal becomes a page that says the next step; a hidden thing looks exactly like an absent one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404  # nothing has such a name, and PostgreSQL would refuse even to look
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if exception.hidden:
            raise Http404
        if exception.sign_in:
            return redirect_to_login(request.get_full_path())
        return render(request, "403.html", {"reason": exception.message, "code": exception.code}, status=403)


def _user(request: HttpRequest) -> "User | AnonymousUser":
    session = cast(SessionStore, request.session)
    session.get(SESSION_KEY)  # reads it
    user = identity.member_of(session, session.found, page=session.page)
    return user if user is not None else get_user(request)


def _has_session(request: HttpRequest) -> bool:
    """Without the cookie nobody is signed in, and asking would cost a query."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _note_visit(request: HttpRequest, user: "User") -> None:
    """Remember on which device the member is, and when the visit before this one ended ("since your last visit").

    Once in five minutes a session: doing it on every request would cost each page three statements.
    """
    at, noted = now(), request.session.get("noted_at")
    if noted is not None and timedelta(0) <= at - datetime.fromisoformat(noted) < NOTED_EVERY:
        return
    silence = at - user.last_seen_at if user.last_seen_at else None
    if noted is None or silence is None or silence > VISIT_ENDS_AFTER:
        request.session["last_visit"] = user.last_seen_at.isoformat() if user.last_seen_at else None
    request.session["noted_at"] = at.isoformat()
    with transaction.atomic(durable=True):
        UserSession.objects.create_from_request(request)
        actions.seen(member_id=user.pk, at=at, silence=silence)


def last_visit(request: HttpRequest) -> datetime | None:
    """When the member's previous visit ended, or None on the first one."""
    value = request.session.get("last_visit")
    return datetime.fromisoformat(value) if value else None


def known_zone(name: str) -> str:
    """The name when it is a time zone, else nothing: cookies say anything."""
    return name if name in zoneinfo.available_timezones() else ""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
