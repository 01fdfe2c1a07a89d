"""Doors of the provider that look once more whether the member behind a token is still here.

Tokens end with the transaction that suspends, closes or erases an account (migration 0007). One that another transaction
was just giving out meanwhile is found here, at its first use.
"""

from collections.abc import Callable, Iterator
from functools import wraps

from allauth.idp.oidc.models import Token
from allauth.idp.oidc.views import token, user_info
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from members.access import Member, is_member, is_suspended


def is_here(member: Member) -> bool:
    """Whether we still speak for this member to others."""
    return is_member(member) and member.erased_at is None and not is_suspended(member)


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        for value in _presented(request):
            held = Token.objects.by_value(value).select_related("user").first()
            if held is not None and held.user is not None and not is_here(held.user):
                with transaction.atomic(durable=True):
                    Token.objects.filter(user=held.user).delete()
        return view(request)

    return guarded


def _presented(request: HttpRequest) -> Iterator[str]:
    kind, _space, bearer = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and bearer:
        yield bearer.strip()
    for name in ("refresh_token", "access_token"):
        if value := request.POST.get(name):
            yield value


give_tokens = _guarded(token)
tell_about = _guarded(user_info)
