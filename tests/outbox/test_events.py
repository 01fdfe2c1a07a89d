"""An event survives its journey through JSON, and a careless declaration is refused when it is written."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from outbox.events import Event, event, from_payload, to_payload

from .events import Happened

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_payload_round_trip() -> None:
    happened = Happened(at=AT, thing_id=7, note="老友", when=AT, members=(1, 2))
    assert from_payload("test.happened", to_payload(happened)) == happened


def test_unknown_fields_of_a_newer_version_are_dropped() -> None:
    payload = to_payload(Happened(at=AT, thing_id=7)) | {"from_the_future": 1}
    assert from_payload("test.happened", payload) == Happened(at=AT, thing_id=7)


def test_a_field_that_is_no_primitive_is_refused() -> None:
    with pytest.raises(TypeError, match="ids and primitives only"):

        @event("test.refused")
        @dataclass(frozen=True, kw_only=True)
        class Refused(Event):
            thing: dict  # type: ignore[type-arg]


@pytest.mark.parametrize("name", ["Happened", "happened", "test.", "test happened"])
def test_a_name_that_is_not_full_stop_separated_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="must look like"):
        event(name)(type("Odd", (Event,), {}))
