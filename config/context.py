"""What the shell of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from members import queries, slots


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, header items and preferences; computed only when a template asks."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    navigation = sorted(slots.navigation.collect(request=request), key=lambda item: item.order)
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "navigation": [
            {"item": item, "current": item.url != "/" and request.path.startswith((item.url, *item.under))}
            for item in navigation
        ],
        "header_items": sorted(slots.header_items.collect(request=request), key=lambda panel: panel.order),
        "footer_items": sorted(slots.footer_items.collect(request=request), key=lambda item: item.order),
        "languages": settings.LANGUAGES,
        "avatar_url": queries.avatar_url(getattr(request.user, "avatar", "")) if hasattr(request, "user") else "",
        "socket_url": settings.SOCKET_URL,
        "theme": theme if (theme := request.COOKIES.get("theme", "")) in ("light", "dark") else "",
    }
