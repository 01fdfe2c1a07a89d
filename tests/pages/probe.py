"""Ask one address of each class of pages in whatever environment this process has; prints the answers as JSON.

Run by test_headers.py as `python -m tests.pages.probe`, once as a developer's site and once as a production one.
Everything it writes to the database is rolled back.
"""

import json
import logging
import os
import sys
from typing import Any
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    django.setup()
    logging.disable(logging.CRITICAL)
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    from outbox import nudge

    nudge._send_task = lambda task, args: None  # type: ignore[assignment]
    if settings.PRODUCTION:
        call_command("collectstatic", verbosity=0, interactive=False)
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]  # edges may open durable transactions inside
    with whole:
        json.dump({name: _told(answer) for name, answer in _answers().items()}, sys.stdout)
        transaction.set_rollback(True)


def _answers() -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    from outbox.clock import now
    from tests.pages.world import ROLES, make_world

    world = make_world(at=now())
    ask: dict[str, Any] = {"secure": settings.SECURE, "headers": {"host": settings.SITE_HOST}}
    guest, member, moderator, manager, owner = (world.client(role) for role in ROLES)
    strict = Client(enforce_csrf_checks=True)
    bearer = {**ask, "headers": {**ask["headers"], "authorization": f"Bearer {world.keys['full']}"}}
    static = "laoyou/tokens.css"
    from django.templatetags.static import static as static_url

    found = {
        "public": guest.get("/forum/", **ask),
        "public again": guest.get("/forum/", **ask),
        "home": guest.get("/", **ask),
        "form": guest.get("/accounts/login/", **ask),
        "signed in": member.get("/points/", **ask),
        "signed in, home": member.get("/", **ask),
        "admin": manager.get("/admin/", **ask),
        "django admin": owner.get("/django-admin/", **ask),
        "404": guest.get("/b/there-is-no-such-board/", **ask),
        "404 signed in": member.get("/b/there-is-no-such-board/", **ask),
        "403": moderator.get("/admin/win-back/", **ask),
        "403 form": strict.post("/accounts/login/", {"login": "otto"}, **ask),
        "405": guest.get("/language/", **ask),
        "redirect": guest.get("/points/", **ask),
        "redirect signed in": member.get(f"/t/{world.open['topic'][-12:]}/", **ask),
        "to https": guest.get("/forum/", headers=ask["headers"]),
        "API": guest.get(f"/api/v1/orders/{world.open['order']}", **bearer),
        "API 401": guest.get("/api/v1/orders/ord_x", **ask),
        "API 404": guest.get("/api/v1/nothing", **ask),
        "API 404 outside": guest.get("/api/v9/nothing", **ask),
        "health": guest.get("/health/live", **ask),
        "feed": guest.get("/news/feed/", **ask),
        "static": guest.get(static_url(static), **ask),
        "media": guest.get(f"/media/{world.open['media']}", **ask),
        "document": guest.get(f"/documents/{world.open['document']}/{world.open['file']}", **ask),
        "sign in": _sign_in(guest, world, ask),
    }
    with patch("loyalty.queries.shelf", side_effect=RuntimeError("planted")):
        found["500"] = guest.get("/rewards/", **ask)
        found["500 signed in"] = member.get("/rewards/", **ask)
    for file in world.files:
        file.storage.delete(file.name)
    return found


def _sign_in(guest: Any, world: Any, ask: dict[str, Any]) -> Any:
    """A real sign-in, for the cookies that it sets."""
    from allauth.account.models import EmailAddress

    member = world.people["other"]
    member.set_password("a long walk in the rain")
    member.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=member, email=member.email, defaults={"verified": True, "primary": True})
    return guest.post("/accounts/login/", {"login": "otto", "password": "a long walk in the rain"}, **ask)


def _told(answer: Any) -> dict[str, Any]:
    body = b"" if answer.streaming else answer.content
    cookies = {
        name: {key: morsel[key] for key in ("secure", "httponly", "samesite", "path", "domain")}
        for name, morsel in answer.cookies.items()
        if morsel.value
    }
    answer.close()
    return {
        "status": answer.status_code,
        "headers": dict(answer.headers.items()),
        "cookies": cookies,
        "body": body.decode("utf-8", "replace"),
    }


if __name__ == "__main__":
    main()
