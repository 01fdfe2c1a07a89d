"""What every page asks for and what never changes while a process lives, or while it answers one request."""

from functools import lru_cache

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse


@lru_cache(maxsize=200)
def address(name: str) -> str:
    """The address of a page without arguments: looking it up takes longer than all else about a link."""
    return reverse(name)


def form_token(request: HttpRequest) -> str:
    """The request's CSRF token, masked once for the whole answer: a page has several forms, and one mask hides as well."""
    token: str | None = getattr(request, "_form_token", None)
    if token is None:
        token = request._form_token = get_token(request)  # type: ignore[attr-defined]
    return token
