"""Sockets only: the ASGI application of the socket process. Pages are served by config.wsgi (ADR 0001)."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_asgi_application()  # loads the apps; must come before the imports below

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path  # noqa: E402

from messaging.consumers import StreamConsumer  # noqa: E402
from messaging.sockets import transport_of  # noqa: E402

# Channels accepts any Origin by default, so the validator stands outermost.
_sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws/", StreamConsumer.as_asgi())])))


async def _with_transport(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Keep the server's transport at hand: ASGI has no word for one frame to many, nor for cutting off who reads nothing."""
    await _sockets({**scope, "laoyou.transport": transport_of(send)}, receive, send)


application: Any = ProtocolTypeRouter(
    {
        "http": _django,  # health checks of this process; a proxy sends pages to the WSGI workers
        "websocket": _with_transport,
    }
)
