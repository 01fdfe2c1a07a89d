"""The key in the Authorization header: never in the query string, where logs would keep it."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja.security import HttpBearer

from integrations import actions, rates
from integrations.access import Caller, require_key
from integrations.problems import Problem
from outbox.clock import now


class KeyAuth(HttpBearer):
    """Lets in a key that has the scope, from an allowed address, within its rate."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Problem("unauthorized")
        return self.authenticate(request, text.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = require_key(token, scope=self.scope, address=client_address(request), at=now())
        rate = rates.hit(key_id=caller.key_id, scope=self.scope)
        request.rate_headers = rate.headers  # type: ignore[attr-defined]
        if not rate.allowed:
            raise Problem("rate_limited", headers={"Retry-After": str(rate.reset)})
        if caller.use_is_old:
            with transaction.atomic(durable=True):  # its own, so that twins do not wait for each other's effects here
                actions.note_use(key_id=caller.key_id, at=now())
        return caller


def client_address(request: HttpRequest) -> str:
    """The caller's address: the connection's own, or what the last trusted proxy wrote."""
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
