"""Problems as responses."""

import logging

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.request import UnreadablePostError

from integrations.problems import Problem

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


def as_answer(request: HttpRequest, problem: Problem) -> JsonResponse:
    """The problem as a response of RFC 9457."""
    instance = request.path.encode("ascii", "backslashreplace").decode()[:200]
    headers = dict(problem.headers)
    if problem.status == 401:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="api"')
    return JsonResponse(problem.as_dict(instance), status=problem.status, content_type=MEDIA_TYPE, headers=headers)


def unexpected(exception: Exception) -> Problem:
    """What was not foreseen, as the least wrong problem: a database without room asks to come back; the rest is logged."""
    if isinstance(exception, RequestDataTooBig):
        return Problem("body_too_large")
    if isinstance(exception, Http404):
        return Problem("not_found")
    if isinstance(exception, SuspiciousOperation | UnreadablePostError):
        return Problem("bad_request")
    if isinstance(exception, OperationalError | InterfaceError):
        log.warning("api: the database did not answer", exc_info=exception)
        return Problem("unavailable", headers={"Retry-After": "3"})
    log.error("api: unexpected", exc_info=exception)
    # A value that no column holds should have been refused by a schema; it is still the request's fault, not ours.
    return Problem("invalid") if isinstance(exception, DataError) else Problem("internal_error")
