"""What the shell of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from members import queries, slots
from members.addresses import form_token


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, header items and preferences; computed only when a template asks."""
    return {
        "shell": SimpleLazyObject(lambda: _shell(request)),
        # One for all forms, instead of Django's one a form.
        "csrf_token": SimpleLazyObject(lambda: form_token(request)),
    }


def _demo_accounts() -> list[dict[str, str]]:
    """Who one can be in a demonstration; empty on every other site. Asked by the sign-in page alone."""
    from config.demo import fill  # it knows every room; no other page needs it

    if settings.PRODUCTION or queries.find_member(email=f"{fill.SIGN_INS[0].login}@example.com") is None:
        return []
    return [{"login": one.login, "what": gettext(one.what), "password": fill.PASSWORD} for one in fill.SIGN_INS]


def _shell(request: HttpRequest) -> dict[str, Any]:
    if not hasattr(request, "user"):  # refused before anybody asked who it is: an unknown host, a broken request
        return {"site_name": settings.WAGTAIL_SITE_NAME, "navigation": (), "header_items": (), "footer_items": ()}
    navigation = sorted(slots.navigation.collect(request=request), key=lambda item: item.order)
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "navigation": [
            {"item": item, "current": item.url != "/" and request.path.startswith((item.url, *item.under))}
            for item in navigation
        ],
        "header_items": sorted(slots.header_items.collect(request=request), key=lambda panel: panel.order),
        "footer_items": sorted(slots.footer_items.collect(request=request), key=lambda item: item.order),
        "banners": slots.banners.collect(request=request),
        "languages": settings.LANGUAGES,
        "avatar_url": queries.avatar_url(getattr(request.user, "avatar", "")),
        "demo_accounts": _demo_accounts,
        "socket_url": settings.SOCKET_URL,
        "theme": theme if (theme := request.COOKIES.get("theme", "")) in ("light", "dark") else "",
    }
