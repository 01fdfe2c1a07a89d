"""The socket process of tests: the site's own, with time for Valkey on a busy machine.

`TEST_TICK` and `TEST_LOOK` are seconds between its looks at PostgreSQL: where they are long, what comes came by another way,
and no test needs a stopwatch to know it.
"""

import os
from typing import Any

import redis

from config.asgi import application
from messaging import hub, revocation, sockets

__all__ = ["application"]

_from_url = redis.Redis.from_url


def _patient(url: str, **options: Any) -> Any:
    return _from_url(url, **{**options, "socket_timeout": 5, "socket_connect_timeout": 5})


redis.Redis.from_url = _patient  # type: ignore[method-assign, assignment]
hub.TICK = float(os.environ.get("TEST_TICK", hub.TICK))
hub.READY = 10.0
sockets.LAST_WORD = 60.0  # who is sent away reads it when the test comes to read
revocation.LOOK = float(os.environ.get("TEST_LOOK", revocation.LOOK))
