"""Events: what happened, in the past tense, as frozen dataclasses of ids and primitives.

Apps declare theirs in ``events.py``::

    @event("post.published")
    @dataclass(frozen=True, kw_only=True)
    class PostPublished(Event):
        "A post became visible to everybody who may read its board."
        post_id: int
        author_id: int
"""

import dataclasses
import re
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar, Union

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_PRIMITIVES: tuple[Any, ...] = (int, str, bool, float, datetime, date, type(None))


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. `at` is the business time of the fact (aware), not the time of its delivery."""

    name: ClassVar[str]
    at: datetime


EventType = TypeVar("EventType", bound=type[Event])
_registry: dict[str, type[Event]] = {}


def event(name: str) -> Callable[[EventType], EventType]:
    """Register an event class under its public name (full-stop separated, past tense)."""

    def register(cls: EventType) -> EventType:
        if not _NAME.fullmatch(name):
            raise TypeError(f"Event name “{name}” must look like “post.published”.")
        if _registry.get(name, cls).__qualname__ != cls.__qualname__:
            raise TypeError(f"Event name “{name}” is already taken by {_registry[name].__qualname__}.")
        for field, hint in field_types(cls).items():
            if not _is_primitive(hint):
                raise TypeError(f"{cls.__qualname__}.{field} is {hint}: events carry ids and primitives only.")
        cls.name = name
        _registry[name] = cls
        return cls

    return register


def registered() -> dict[str, type[Event]]:
    """All events by name, sorted."""
    return dict(sorted(_registry.items()))


_types: dict[type[Event], dict[str, Any]] = {}


def field_types(cls: type[Event]) -> dict[str, Any]:
    """The resolved type of each field. Found once a class: it costs more than all the rest of reading an event."""
    if cls not in _types:
        hints = typing.get_type_hints(cls)
        _types[cls] = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    return _types[cls]


def to_payload(instance: Event) -> dict[str, Any]:
    """The JSON object stored in the outbox."""
    return {name: _encode(getattr(instance, name)) for name in field_types(type(instance))}


def from_payload(name: str, payload: dict[str, Any]) -> Event:
    """The event again. Fields unknown to this version are dropped; missing ones take their defaults."""
    cls = _registry[name]
    types_ = field_types(cls)
    return cls(**{key: _decode(types_[key], value) for key, value in payload.items() if key in types_})


def _is_primitive(hint: Any) -> bool:
    if hint in _PRIMITIVES:
        return True
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return all(_is_primitive(argument) for argument in arguments)
    if origin is tuple:
        return len(arguments) == 2 and arguments[1] is Ellipsis and _is_primitive(arguments[0])
    return False


def _encode(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return value


def _decode(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        hint = next(argument for argument in typing.get_args(hint) if argument is not type(None))
        origin = typing.get_origin(hint)
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_decode(inner, item) for item in value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    return value
