"""What can be heard over the site's socket. An app registers a kind in its `AppConfig.ready()`.

A *stream* is named `kind` or `kind:key` (`member`, `room:6f2k…`). Its *channel* is the name under which processes tell
each other of it: the same name, except where one name means another thing to each person (`member` is oneself).

A counted stream has a `last_seq` in PostgreSQL, given under a row lock in the writing transaction. So commit order is seq
order, and everything missed can be read again by `since`: the fan-out may lose frames, the stream may not.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from members.access import Refused
from members.slots import Slot

REPLAY_LIMIT = 500
"""Rows of one replay; a reader further behind loads the page again."""

Pair = tuple[int | None, str]
"""Who (None: a guest) and which key of a kind."""


@dataclass(frozen=True)
class Replay:
    """Rows changed after a seq, in order, each as {seq, type, data}; `seq` is the stream's last, all of it included."""

    seq: int
    frames: list[dict[str, Any]] = field(default_factory=list)
    reset: bool = False
    """Too far behind to replay: the reader loads the page's state, which is at `seq`."""


greetings: Slot[dict[str, str]] = Slot("greetings")
"""fn(*, member_id: int) -> {name: text} | None: the numbers of a page's header, said once to a member who begins to listen.

What changed after the page was drawn and before its socket listened would else stay unknown until the next page.
"""


@dataclass(frozen=True)
class Sending:
    """One `send` of one member, as a batch hands it on."""

    member_id: int
    client_id: str
    data: dict[str, Any]
    language: str = ""
    """The sender's language for words of refusal; empty: the site's."""


class StreamRefused(Exception):
    """`receive` says no. `message` is for people, in their language; `retry_after` in seconds."""

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.retry_after = code, message, retry_after


class StreamHandler(Protocol):
    """One kind of stream. All functions may use the database; they are called in a thread, outside a transaction."""

    counted: bool
    """Whether the stream has seqs; one without carries hints that are never replayed."""
    typing: bool
    """Whether readers may tell each other that they are typing."""

    def channel(self, *, member_id: int | None, key: str) -> str | None:
        """The channel this person may hear, or None: refused, or absent, which look the same."""

    def still_allowed(self, *, pairs: Collection[Pair]) -> set[Pair]:
        """Those of the pairs that may go on listening; asked for all sockets at once every few seconds."""

    def last_seqs(self, *, keys: Collection[str]) -> dict[str, int]:
        """The last seq of each counted stream, in one statement."""

    def since(self, *, key: str, seq: int, limit: int) -> Replay:
        """What changed after `seq`, the same for every reader."""

    def receive(self, *, member_id: int, key: str, op: str, client_id: str, data: dict[str, Any]) -> dict[str, Any]:
        """Carry out `send` or `read`; the answer is given to the client. Raises StreamRefused."""

    def greet(self, *, member_id: int | None, key: str) -> dict[str, Any] | None:
        """The data of a first frame (type `greeting`) for somebody who begins to listen, or None."""


class BatchedHandler(StreamHandler, Protocol):
    """A kind of stream that takes several `send`s at once: one transaction, one lock, one fsync for all of them.

    A handler that has `receive_many` gets every `send` through it, alone when the stream is idle. While a batch of a
    stream is under way the next sends of that stream gather; so there is at most one call a stream and process, and
    the order of arrival is the order of `asked`.
    """

    def receive_many(
        self, *, key: str, asked: Sequence[Sending]
    ) -> Sequence["dict[str, Any] | StreamRefused | Refused"]:
        """Carry out the sends, each by itself: one answer or one refusal (returned, not raised) for each, in order.

        An answer is given only for what is committed. What is raised instead refuses all of them with `failed`; the
        clients send again under the same `client_id`.
        """


_handlers: dict[str, StreamHandler] = {}


def register(kind: str, handler: StreamHandler) -> None:
    """Make a kind of stream known. Registering a kind twice is a mistake in the code."""
    if kind in _handlers and type(_handlers[kind]) is not type(handler):
        raise TypeError(f"The stream kind “{kind}” is already registered by {_handlers[kind]!r}.")
    _handlers[kind] = handler


def find(kind: str) -> StreamHandler | None:
    return _handlers.get(kind)


def kinds() -> Iterable[tuple[str, StreamHandler]]:
    return list(_handlers.items())


class MemberStream:
    """A member's own hints: points, tiers, mentions, "read elsewhere". Only oneself hears it; nothing is replayed."""

    counted = False
    typing = False

    def channel(self, *, member_id: int | None, key: str) -> str | None:
        return f"member:{member_id}" if member_id is not None and not key else None

    def still_allowed(self, *, pairs: Collection[Pair]) -> set[Pair]:
        return {pair for pair in pairs if pair[0] is not None}

    def last_seqs(self, *, keys: Collection[str]) -> dict[str, int]:
        return {}

    def since(self, *, key: str, seq: int, limit: int) -> Replay:
        return Replay(seq=seq)

    def receive(self, *, member_id: int, key: str, op: str, client_id: str, data: dict[str, Any]) -> dict[str, Any]:
        raise StreamRefused("not_supported", "")

    def greet(self, *, member_id: int | None, key: str) -> dict[str, Any] | None:
        counts: dict[str, str] = {}
        for said in greetings.collect(member_id=member_id):
            counts |= said
        return {"counts": counts} if counts else None


register("member", MemberStream())
