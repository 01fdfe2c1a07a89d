"""Who is here: on which streams somebody listens, over all processes. It may vanish at any moment; nothing depends on it.

Each process writes what it knows of a stream into one Valkey hash, under its own name; all of them together are who is
there. Whoever has several windows, in whatever processes, is there once. Who does not want to be seen is in no list and in
no count, and who is here now is told to members alone: a guest hears numbers. People change at most every three seconds,
only when something changed, and above 200 only a count is told. A busy process tells nothing: this is what gives way first.
"""

import asyncio
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from members import queries as members
from messaging import frames
from messaging.threads import in_thread
from outbox.ids import new_id

if TYPE_CHECKING:
    from messaging.fanout import Stream
    from messaging.hub import Hub

log = logging.getLogger(__name__)

KEY = "laoyou:here:"
MOST_PEOPLE = 200
"""People of a stream above which only their number is told."""
GONE_AFTER = 65.0
"""Seconds without a word (a client says one every 30; a hidden page's timers run once a minute) until somebody is away."""
AGAIN = 20.0
"""Seconds after which a process writes again what it knows; what it has not written for 60 is void (it may have died)."""
VOID_AFTER = 60.0
ROUND = 0.5
EVERY, EVERY_OF_MANY, MANY = 3.0, 10.0, 50
"""Seconds between two frames of a stream; with more people than MANY, whose list is long, the longer pause."""
LATE = 0.05
"""Seconds that the loop may be late before a round is left out."""
REMEMBERED = 60.0
"""Seconds for which a name, a picture and the wish not to be seen are remembered."""


@dataclass(frozen=True)
class Person:
    """Somebody as others see them: the public id, the name, the address of the picture or nothing."""

    id: str
    name: str
    avatar: str


@dataclass(frozen=True)
class Presence:
    """Who is on a stream. `count`: members who let themselves be seen; `people`: them, by name, or None above 200."""

    count: int
    guests: int
    people: tuple[Person, ...] | None

    def as_data(self, *, named: bool) -> dict[str, Any]:
        """As it is told: `named` to members; a guest learns how many are here, never who."""
        data: dict[str, Any] = {"count": self.count, "guests": self.guests}
        if named and self.people is not None:
            data["people"] = [{"id": one.id, "name": one.name, "avatar": one.avatar} for one in self.people]
        return data


NOBODY = Presence(count=0, guests=0, people=())


# --- For servers: pages, @here ----------------------------------------------------------------------------------------


def here(channel: str) -> Presence:
    """Who is on this channel (`room:6f2k…`), as others may know it; nobody when Valkey is away. At most 0.25 s."""
    ids, guests = _read(channel)
    return _presence(members.cards_of_shown(member_ids=ids) if ids else {}, guests)


def present_ids(channel: str) -> frozenset[int]:
    """Members who are on this channel, also those who do not show it: to reach them, never to show them."""
    return _read(channel)[0]


def _read(channel: str) -> tuple[frozenset[int], int]:
    from messaging.hub import ask_valkey

    said: Any = ask_valkey(lambda client: client.hgetall(KEY + channel))
    return _merged((said or {}).values(), now=time.time())


def _merged(said: Iterable[bytes], *, now: float) -> tuple[frozenset[int], int]:
    """Members, each once, and the number of guests, of what the processes wrote."""
    ids: set[int] = set()
    guests = 0
    for text in said:
        try:
            state = json.loads(text)
            if now - state["at"] < VOID_AFTER:
                ids.update(state["ids"])
                guests += state["guests"]
        except (ValueError, KeyError, TypeError):
            log.warning("presence: something else is written there")
    return frozenset(ids), guests


def _presence(cards: dict[int, Any], guests: int) -> Presence:
    if len(cards) > MOST_PEOPLE:
        return Presence(count=len(cards), guests=guests, people=None)
    shown = sorted(cards.values(), key=lambda card: (card.name.casefold(), card.public_id))
    people = tuple(Person(id=card.public_id, name=card.name, avatar=card.avatar_url) for card in shown)
    return Presence(count=len(people), guests=guests, people=people)


# --- In the socket process --------------------------------------------------------------------------------------------


class Watch:
    """What this process knows of who is here. Lives in the event loop."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._me = new_id()
        self._changed: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._written: dict[str, tuple[frozenset[int], int]] = {}
        self._said: dict[str, Presence] = {}
        self._inside: dict[str, frozenset[int]] = {}
        self._cards: dict[int, tuple[float, Any]] = {}  # None: does not want to be seen
        self._valkey: redis.asyncio.Redis | None = None
        self._swept = 0.0

    def moved(self, stream: "Stream") -> None:
        """Somebody came or left."""
        if getattr(stream.handler, "presence", False):
            self._changed.add(stream.channel)

    def told(self, channels: list[str]) -> None:
        """Another process has other people on these."""
        self._changed.update(channel for channel in channels if channel in self._hub.streams)

    def forget_people(self, member_ids: list[int]) -> None:
        """They have another name or picture, or want to be seen or not."""
        for member in member_ids:
            self._cards.pop(member, None)
            self._changed.update(channel for channel, inside in self._inside.items() if member in inside)

    def known(self, channel: str, *, named: bool) -> dict[str, Any] | None:
        """What was told last, for somebody who begins to listen: with names, if it is a member."""
        said = self._said.get(channel)
        return said.as_data(named=named) if said else None

    def crowded(self, channel: str) -> bool:
        """Whether more people are there than get to know of each other."""
        said = self._said.get(channel)
        return said is not None and said.count > MOST_PEOPLE

    def shown(self, member_id: int) -> bool:
        """Whether others may know that this member is here, as far as this process knows."""
        held = self._cards.get(member_id)
        return held is None or held[1] is not None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        self._valkey = redis.asyncio.Redis.from_url(
            settings.LIVE_URL, socket_timeout=0.25, socket_connect_timeout=0.25, retry=Retry(NoBackoff(), 1)
        )
        while True:
            begun = loop.time()
            await asyncio.sleep(ROUND)
            now = loop.time()
            if now - begun - ROUND > LATE:
                continue  # busy: those who talk go first
            try:
                if now - self._swept > AGAIN:
                    self._sweep(now)
                await self._round(now)
            except Exception:
                log.warning("presence: a round failed", exc_info=True)

    def _sweep(self, now: float) -> None:
        """Everything is written again, and looked through for those who have said nothing for long."""
        self._swept = now
        self._changed.update(self._written)
        self._changed.update(
            channel for channel, stream in self._hub.streams.items() if getattr(stream.handler, "presence", False)
        )

    async def _round(self, now: float) -> None:
        due = [channel for channel in self._changed if now >= self._not_before.get(channel, 0.0)]
        if not due:
            return
        self._changed.difference_update(due)
        local = {channel: self._local(channel, now) for channel in due}
        heard = await self._exchange(local)
        news = [channel for channel in due if local[channel] != self._written.get(channel, (frozenset(), 0))]
        for channel in due:
            if local[channel] == (frozenset(), 0) and channel not in self._hub.streams:
                for memory in (self._written, self._said, self._inside, self._not_before):
                    memory.pop(channel, None)
            else:
                self._written[channel] = local[channel]
        if news:
            await self._hub.tell_processes_soon({"here": news, "from": self._me})
        await self._remember({member for ids, _guests in heard.values() for member in ids}, now)
        for channel, (ids, guests) in heard.items():
            if stream := self._hub.streams.get(channel):
                self._tell(stream, ids, guests, now)

    def heard_from(self, word: dict[str, Any]) -> None:
        """A word of the control channel: its own ones come back too."""
        if word.get("from") != self._me:
            self.told(word["here"])

    def _local(self, channel: str, now: float) -> tuple[frozenset[int], int]:
        stream = self._hub.streams.get(channel)
        awake = [socket for socket in stream.sockets if now - socket.heard < GONE_AFTER] if stream else []
        return (
            frozenset(socket.member_id for socket in awake if socket.member_id is not None),
            sum(socket.member_id is None for socket in awake),
        )

    async def _exchange(self, local: dict[str, tuple[frozenset[int], int]]) -> dict[str, tuple[frozenset[int], int]]:
        """Write ours and read everybody's in one round trip; without Valkey ours is all we know."""
        if self._valkey is None:
            return local
        at = time.time()
        try:
            pipe = self._valkey.pipeline(transaction=False)
            for channel, (ids, guests) in local.items():
                if ids or guests:
                    pipe.hset(KEY + channel, self._me, json.dumps({"at": at, "ids": sorted(ids), "guests": guests}))
                    pipe.expire(KEY + channel, int(VOID_AFTER) + 30)
                else:
                    pipe.hdel(KEY + channel, self._me)
                    pipe.expire(KEY + channel, int(VOID_AFTER) + 30)
                pipe.hgetall(KEY + channel)
            said = (await pipe.execute())[2::3]
        except (redis.RedisError, OSError, TimeoutError):
            return local
        return {channel: _merged(one.values(), now=at) for channel, one in zip(local, said, strict=True)}

    async def _remember(self, ids: set[int], now: float) -> None:
        if len(self._cards) > 20_000:
            self._cards.clear()
        old = {member for member in ids if member not in self._cards or self._cards[member][0] < now}
        if old:
            cards = await in_thread(members.cards_of_shown, member_ids=old)
            self._cards.update((member, (now + REMEMBERED, cards.get(member))) for member in old)

    def _tell(self, stream: "Stream", ids: frozenset[int], guests: int, now: float) -> None:
        cards = {member: held[1] for member in ids if (held := self._cards.get(member)) and held[1] is not None}
        presence = _presence(cards, guests)
        self._inside[stream.channel] = ids
        if presence == self._said.get(stream.channel):
            return
        self._said[stream.channel] = presence
        self._not_before[stream.channel] = now + (EVERY if presence.count <= MANY else EVERY_OF_MANY)
        wordings = (frames.frame(stream.name, "presence", presence.as_data(named=named)) for named in (True, False))
        stream.broadcast_apart(*(frames.encode(wording).encode() for wording in wordings))
