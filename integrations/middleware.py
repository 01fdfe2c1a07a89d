"""What every request to the API passes through, whatever becomes of it."""

import hashlib
import logging
import re
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from integrations.answers import MEDIA_TYPE, as_answer, unexpected
from integrations.problems import Problem, for_status
from outbox.ids import new_id

log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,80}")


class ApiMiddleware:
    """Names each request (X-Request-Id), tells the rate limit, and lets no error leave in another form than RFC 9457."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else new_id(20)
        request.request_id = request_id  # type: ignore[attr-defined]
        head = request.method == "HEAD"
        if head:
            request.method = "GET"  # the same answer without its body; ninja knows GET alone
        response = self._answer(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = _as_problem(request, response)
        if response.status_code >= 500:
            log.error("api: %s answered %s, request %s", request.method, response.status_code, request_id)
        response.headers["X-Request-Id"] = request_id
        for name, value in getattr(request, "rate_headers", {}).items():
            response.headers.setdefault(name, value)
        response = _conditional(request, response)
        if head:
            response.content = b""
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return as_answer(request, Problem("bad_request"))  # before a page is drawn for it
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            return as_answer(request, Problem("length_required"))  # WSGI would show us an empty body
        return self.get_response(request) if _is_ours(request) else as_answer(request, Problem("not_found"))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What no handler of the API caught."""
        if not request.path_info.startswith("/api/"):
            return None
        return as_answer(request, unexpected(exception))


def _is_ours(request: HttpRequest) -> bool:
    """Whether the address can be one of the API's; another one must not reach the pages' own 404 or their CSRF check."""
    return request.path_info.startswith("/api/v1/") and "\0" not in request.path_info


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A read that has not changed since the caller's ETag is 304; nothing is kept by anybody in between."""
    if request.method != "GET" or response.status_code != 200:
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    problem = for_status(response.status_code)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            problem.headers[name] = response.headers[name]
    return as_answer(request, problem)
