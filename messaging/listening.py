"""The one connection of a socket process on which it hears Valkey."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

log = logging.getLogger(__name__)

SILENCE = 9.0
"""Seconds without any answer of Valkey after which its connection counts as dead."""
IN_A_ROW = 64
"""Messages taken before the loop looks after everything else."""


class Listener:
    """Holds the connection for ever: reconnects, and subscribes again to everything that is wanted then."""

    def __init__(
        self,
        prefix: str,
        wanted: Callable[[], Collection[str]],
        *,
        heard: Callable[[str, bytes], None],
        subscribed: Callable[[str], None],
        lost: Callable[[], None],
    ) -> None:
        self._prefix, self._wanted = prefix, wanted
        self._heard, self._subscribed, self._lost = heard, subscribed, lost
        self._client: redis.asyncio.Redis | None = None
        self._pubsub: Any = None

    async def run(self) -> None:
        wait = 0.1
        while True:
            self._client = redis.asyncio.Redis.from_url(
                settings.LIVE_URL, socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 0)
            )
            pubsub = self._client.pubsub()
            try:
                # One channel of our own keeps the connection open when nobody hears anything. Nobody else may use it before
                # it stands: two that connect it at once get two connections, of which one is never read.
                asked = frozenset(self._wanted())
                await pubsub.subscribe(self._prefix, *(self._prefix + channel for channel in asked))
                self._pubsub = pubsub
                if late := [self._prefix + channel for channel in self._wanted() if channel not in asked]:
                    await pubsub.subscribe(*late)
                wait = 0.1
                await self._receive_for_ever()
            except (redis.RedisError, OSError, RuntimeError, TimeoutError) as error:
                log.warning("hub: Valkey is away (%s); PostgreSQL feeds the sockets every few seconds", error)
            finally:
                self._lost()
                await self._drop_connection(pubsub)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    async def _drop_connection(self, pubsub: Any) -> None:
        client, self._pubsub, self._client = self._client, None, None
        try:
            await pubsub.aclose()
            await client.aclose()  # type: ignore[union-attr]
        except (redis.RedisError, OSError):
            pass

    async def _receive_for_ever(self) -> None:
        heard, row = time.monotonic(), 0
        while True:
            message = await self._pubsub.get_message(timeout=SILENCE / 3)
            if message is None:
                if time.monotonic() - heard > SILENCE:
                    raise TimeoutError("it does not answer")
                await self._pubsub.ping()
                continue
            heard, row = time.monotonic(), row + 1
            if row % IN_A_ROW == 0:
                await asyncio.sleep(0)
            if message["type"] == "message":
                self._heard(message["channel"].decode().removeprefix(self._prefix), message["data"])
            elif message["type"] == "subscribe":
                self._subscribed(message["channel"].decode().removeprefix(self._prefix))

    async def say(self, command: str, channel: str) -> None:
        """SUBSCRIBE or UNSUBSCRIBE on the open connection; a closed one will ask for all channels when it is back."""
        if self._pubsub is None:
            return
        if command == "unsubscribe" and channel in self._wanted():
            return  # somebody came back meanwhile
        try:
            await getattr(self._pubsub, command)(self._prefix + channel)
        except (redis.RedisError, OSError, RuntimeError, TimeoutError):
            log.info("hub: %s of %s failed; the listener will repeat it", command, channel)

    async def publish(self, channel: str, payload: str, timeout: float) -> None:
        """PUBLISH on a connection of the loop's own. May be lost."""
        if self._client is None:
            return
        try:
            await asyncio.wait_for(self._client.publish(self._prefix + channel, payload), timeout)
        except (redis.RedisError, OSError, TimeoutError):
            log.info("hub: a hint was lost")
