"""Sockets only: the ASGI application of the socket process. Pages are served by config.wsgi (ADR 0001)."""

import gc
import logging
import os
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_asgi_application()  # loads the apps; must come before the imports below

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.http.request import split_domain_port, validate_host  # noqa: E402
from django.urls import path  # noqa: E402

from config.supervisor.options import raise_file_limit  # noqa: E402
from messaging.consumers import StreamConsumer  # noqa: E402
from messaging.polling import LongPoll  # noqa: E402
from messaging.sockets import transport_of  # noqa: E402

if note := raise_file_limit():  # `manage.py up` says it too; this is for those who start the processes themselves
    logging.getLogger("messaging").warning(note)

# Ten thousand sockets are some million objects: the collector does not look at what was loaded once, and rarely at all the
# rest. What is young it looks at often, because nothing is sent meanwhile: 20,000 objects take four milliseconds.
gc.collect()
gc.freeze()
gc.set_threshold(2_000, 10, 1_000)


async def _remember(scope: dict[str, Any], receive: Any, send: Any) -> None:
    scope["laoyou.seen"].append(scope)


# Channels accepts any Origin by default, so the validator stands outermost.
_doors = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws/", cast(Any, _remember))])))


async def _sockets(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Look at host, origin, session and address; what let them in is not kept for as long as the socket is open."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        await send({"type": "websocket.close"})  # before it was accepted: 403
        return
    seen: list[dict[str, Any]] = []
    # ASGI has no word for one frame to many, nor for cutting off who reads nothing: the server's transport is kept at hand.
    await _doors({**scope, "laoyou.seen": seen, "laoyou.transport": transport_of(send)}, receive, send)
    if seen:
        scope["headers"] = []
        await StreamConsumer()(seen.pop(), receive, send)


_polls = AuthMiddlewareStack(LongPoll())


async def _http(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Polls of those whose network blocks sockets, and health checks of this process; a proxy sends pages elsewhere."""
    await (_polls if scope["path"] == "/ws/poll" else _django)(scope, receive, send)


application: Any = ProtocolTypeRouter(
    {
        "http": _http,
        "websocket": _sockets,
    }
)
