"""The API of version 1: parse, one action or query, answer. Its addresses, scopes and words are docs/openapi.json."""

from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from integrations import reading
from integrations.answers import as_answer, unexpected
from integrations.api import corrections, events, members, orders, problems, programme, redemptions
from integrations.api.description import Door
from integrations.flaws import problem_of
from integrations.problems import Problem

__all__ = ["api"]

api = Door(
    title="Laoyou",
    version="1",
    description="Orders, refunds and events in; members, points, rewards and claims out. Errors are RFC 9457; `code` never "
    "changes, `detail` says what to do. docs/api.md leads to the first call in three minutes.",
    docs_url=None,
    openapi_url="/openapi.json",
    parser=reading.JsonParser(),
    urls_namespace="api",
)
for part in (orders, members, events, programme, redemptions, corrections, problems):
    api.add_router("", part.router)


@api.exception_handler(Problem)
def _on_problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return as_answer(request, error)


@api.exception_handler(ValidationError)
def _on_flaws(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return as_answer(request, problem_of(error.errors))


@api.exception_handler(AuthenticationError)
def _on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return as_answer(request, Problem("unauthorized"))


@api.exception_handler(Http404)
def _on_absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return as_answer(request, Problem("not_found"))


@api.exception_handler(HttpError)
def _on_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps what the parser raised."""
    cause = error.__cause__
    return as_answer(request, cause if isinstance(cause, Problem) else Problem("bad_request"))


@api.exception_handler(Exception)
def _on_anything(request: HttpRequest, error: Exception) -> HttpResponse:
    return as_answer(request, unexpected(error))
