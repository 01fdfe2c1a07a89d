"""Who listens. ``@subscribe`` is durable and exactly once in the database; ``@live`` is immediate and may be lost."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from outbox.events import Event

EventT = TypeVar("EventT", bound=Event)
Handler = Callable[[Any], None]

_durable: dict[str, dict[str, Handler]] = {}
_only: dict[Handler, Callable[[Any], bool]] = {}
_together: set[Handler] = set()
_live: dict[str, list[Handler]] = {}
_crowds: dict[str, list[Callable[[Sequence[Any]], None]]] = {}
_listeners: dict[str, Callable[[Event, int], None]] = {}


def subscribe(
    cls: type[EventT], *, only: Callable[[EventT], bool] | None = None
) -> Callable[[Callable[[EventT], None]], Callable[[EventT], None]]:
    """Run the handler for each event, in one transaction with the mark that it ran.

    `only` looks at the event when it is published (without the database): where it says no, no delivery is written. It may
    not look at ids that the publishing statement itself gives.

    Its effects in the database therefore happen exactly once, however often workers die. It must not talk to the
    network and should take well under 10 seconds. The stored name is ``app.subscribers.function``: renaming a
    handler orphans its pending deliveries, so keep an alias when one is renamed.
    """

    def register(handler: Callable[[EventT], None]) -> Callable[[EventT], None]:
        handlers = _durable.setdefault(cls.name, {})
        key = handler_name(handler)
        if key in handlers and handlers[key] is not handler:
            raise TypeError(f"{key} is subscribed to {cls.name} twice.")
        handlers[key] = handler
        if only is not None:
            _only[handler] = only
        return handler

    return register


def subscribe_crowd(
    cls: type[EventT], *, only: Callable[[EventT], bool] | None = None
) -> Callable[[Callable[[Sequence[EventT]], None]], Callable[[Sequence[EventT]], None]]:
    """`subscribe` for what comes in crowds: the handler gets many events, oldest first, in one transaction with all their marks.

    When it raises nothing of it stays, and it is called again with each event alone.
    """

    def register(handler: Callable[[Sequence[EventT]], None]) -> Callable[[Sequence[EventT]], None]:
        subscribe(cls, only=only)(handler)  # type: ignore[arg-type]
        _together.add(handler)
        return handler

    return register


def is_crowd(name: str, key: str) -> bool:
    """Whether the subscriber of this stored name takes many events at once."""
    return _durable.get(name, {}).get(key) in _together


def live(cls: type[EventT]) -> Callable[[Callable[[EventT], None]], Callable[[EventT], None]]:
    """Run the handler right after the commit, in a background thread: only to fan out over sockets. It never writes."""

    def register(handler: Callable[[EventT], None]) -> Callable[[EventT], None]:
        _live.setdefault(cls.name, []).append(handler)
        return handler

    return register


def live_crowd(
    cls: type[EventT],
) -> Callable[[Callable[[Sequence[EventT]], None]], Callable[[Sequence[EventT]], None]]:
    """`live` for events that come in crowds: within a twentieth of a second after their commits, all of that moment at once."""

    def register(handler: Callable[[Sequence[EventT]], None]) -> Callable[[Sequence[EventT]], None]:
        _crowds.setdefault(cls.name, []).append(handler)
        return handler

    return register


def listener(handler: Callable[[Event, int], None]) -> Callable[[Event, int], None]:
    """A durable handler whose events are chosen at run time, by name: `actions.listen`. It gets the event and the number of
    its row, and the same promises as a subscriber. An event that nobody chose costs it nothing.
    """
    _listeners[handler_name(handler)] = handler
    return handler


def find_listener(key: str) -> Callable[[Event, int], None] | None:
    """The listener of a stored delivery, or None when this version of the code has it no more."""
    return _listeners.get(key)


def handler_name(handler: Callable[..., None]) -> str:
    """The name under which deliveries of this handler are stored."""
    return f"{handler.__module__}.{handler.__qualname__}"


def durable_handlers(name: str) -> dict[str, Handler]:
    """Durable subscribers of an event name, by stored name."""
    return _durable.get(name, {})


def wanted_by(event: Event) -> list[str]:
    """Stored names of the durable subscribers that want this very event."""
    return [
        key
        for key, handler in _durable.get(event.name, {}).items()
        if (only := _only.get(handler)) is None or only(event)
    ]


def live_crowds(name: str) -> list[Callable[[Sequence[Any]], None]]:
    """Live subscribers of an event name that take many at once."""
    return _crowds.get(name, [])


def live_handlers(name: str) -> list[Handler]:
    """Live subscribers of an event name."""
    return _live.get(name, [])


def find_handler(name: str, key: str) -> Handler | None:
    """The subscriber of a stored delivery, or None when this version of the code has it no more."""
    return _durable.get(name, {}).get(key)
