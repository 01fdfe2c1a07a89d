"""Whoever signs in in a test has just proved who they are. A pytest plugin (`-p`), for every test."""

import time
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _signing_in_is_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """`force_login` stands for a sign-in and a proof that were just made, and leaves the marks that they leave."""
    from django.test import Client

    original = Client.force_login

    def force_login(self: Client, user: Any, backend: str | None = None) -> None:
        original(self, user, backend)
        mark(self, seconds_ago=0)

    monkeypatch.setattr(Client, "force_login", force_login)


def mark(client: Any, *, seconds_ago: float, methods: tuple[str, ...] = ("password", "mfa")) -> None:
    """Let this browser's sign-in and proof be so long ago."""
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY

    session = client.session
    at = time.time() - seconds_ago
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": at, "reauthenticated": True} for method in methods
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()
