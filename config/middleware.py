"""Headers of every answer, the admin's own script policy, a plain 503 when the database has no room, a 400 for what it refuses."""

import base64
import logging
import os
import re
from collections.abc import Callable
from functools import lru_cache

from csp.constants import HEADER as CSP_HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Headers that Django does not send; nothing that depended on a session may be kept by anybody."""

    PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cookie" in response.headers.get("Vary", "") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.nobody_said_how_to_keep_it = "Cache-Control" not in response.headers  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class PolicyMiddleware(CSPMiddleware):
    """django-csp, but the policy of the settings is composed once: doing it anew for each answer took a tenth of its time."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        own = any(name.startswith("_csp") for name in vars(response))  # a view said something of its own
        if own or CSP_HEADER in response.headers or request.path_info.startswith(AdminNonceMiddleware.PATHS):
            return super().process_response(request, response)
        nonce: str | None = getattr(request, "_csp_nonce", None)
        response.headers[CSP_HEADER] = _policy(bool(nonce)).replace(_NONCE, nonce or "")
        if nonce is None:  # as django-csp: whoever asks for it now is too late
            request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response


_NONCE = "{nonce}"


@lru_cache(maxsize=2)
def _policy(with_nonce: bool) -> str:
    policy: str = build_policy(nonce=_NONCE if with_nonce else None)
    return policy


class AdminNonceMiddleware:
    """Wagtail's admin keeps a policy of its own on its own path; the public one is never loosened.

    Its few inline scripts get the nonce here. Only scripts that call one of Wagtail's known functions are
    stamped, so a script that somebody smuggled into an admin page stays blocked.
    """

    PATHS = ("/admin/", "/django-admin/")
    _SCRIPT = re.compile(
        rb"<script(?![^>]*\ssrc=)(?![^>]*type=[\"'](?:application/json|text/))([^>]*)>(.*?)</script>", re.S
    )
    _KNOWN = (
        b"initDateChooser", b"initDateTimeChooser", b"initTimeChooser", b"InlinePanel", b"createTaskChooser",
        b"PageChooser", b"SnippetChooser", b"ImageChooser", b"DocumentChooser",
    )  # fmt: skip

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(self.PATHS) or "Content-Security-Policy" in response.headers:
            return response
        # A page of ours under these paths, such as a refusal, has put the request's own nonce into its scripts and
        # listens to the socket.
        ours = getattr(request, "_csp_nonce", None)
        nonce = ours.encode() if ours else base64.b64encode(os.urandom(16))
        connect = f"'self' {settings.SOCKET_ORIGIN} {settings.POLL_ORIGIN}" if ours else "'self'"
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce.decode()}'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data: blob:; font-src 'self'; connect-src {connect}; form-action 'self'; frame-src 'self'; "
            "object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
        )
        response.headers["X-Frame-Options"] = "SAMEORIGIN"  # Wagtail previews pages in a frame
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = self._SCRIPT.sub(lambda match: self._stamp(match, nonce), response.content)
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
        return response

    def _stamp(self, match: "re.Match[bytes]", nonce: bytes) -> bytes:
        attributes, body = match[1], match[2]
        if not any(known in body for known in self._KNOWN):
            return match[0]
        return b'<script nonce="' + nonce + b'"' + attributes + b">" + body + b"</script>"


class DatabaseBusyMiddleware:
    """No connection, or a lock that did not come: 503 with Retry-After instead of a crash page.

    And what no form caught and PostgreSQL does not take (NUL, a number out of range) is a bad request, not our crash.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            log.warning("%s %s: %s", request.method, request.resolver_match and request.resolver_match.route, exception)
            return render(request, "400.html", status=400)
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        body = render_to_string("503.html", {})  # without request: the shell itself would ask the database
        return HttpResponse(body, status=503, headers={"Retry-After": "3"})
