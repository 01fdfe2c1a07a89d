"""Every event that is told has a schema and an example, and says what really happened, in words that name nobody."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from integrations.webhooks import catalogue, rules
from integrations.webhooks.fields import IDS
from outbox.events import field_types, registered

KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def check(schema: dict[str, Any], value: Any) -> None:
    """As much of JSON Schema as ours use: a keyword that is not known here fails."""
    assert set(schema) <= {
        "type",
        "const",
        "properties",
        "required",
        "items",
        "pattern",
        "format",
        "description",
        "examples",
    }
    if "const" in schema:
        assert value == schema["const"]
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(type(value) is KINDS[kind] for kind in kinds), (schema, value)
    if value is not None and "pattern" in schema:
        assert re.search(schema["pattern"], value)
    if schema.get("format") == "date-time" and value is not None:
        assert value.endswith("Z")
        datetime.fromisoformat(value)
    for item in value if isinstance(value, list) else ():
        check(schema["items"], item)
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value) <= set(schema["properties"])
        for name, one in value.items():
            check(schema["properties"][name], one)


def test_only_events_that_exist_are_promised_and_every_field_has_its_source() -> None:
    assert len(catalogue.entries()) >= 35
    for entry in catalogue.entries().values():
        fields = field_types(registered()[entry.source])
        for field in entry.fields:
            assert field.source in fields, (entry.type, field.source)


@pytest.mark.parametrize("type", sorted(catalogue.entries()) if registered() else [])
def test_example_and_schema_agree(type: str) -> None:
    entry = catalogue.entries()[type]
    schema = entry.schema()
    check(schema, entry.example())
    with pytest.raises(AssertionError):
        check(schema, entry.example() | {"type": "something.else"})
    assert len(json.dumps(entry.example())) < rules.BODY_MOST


@pytest.mark.django_db
@pytest.mark.parametrize("type", sorted(catalogue.entries()) if registered() else [])
def test_what_is_said_follows_the_schema(type: str) -> None:
    entry = catalogue.entries()[type]
    facts: dict[str, Any] = {"at": "2026-03-01T10:00:00+00:00"}
    for name, hint in field_types(registered()[entry.source]).items():
        if name != "at":
            many = any(field.many and field.source == name for field in entry.fields)
            facts[name] = (
                [4711]
                if many
                else "2026-03-01T09:00:00+01:00"
                if "datetime" in str(hint)
                else 4711
                if "int" in str(hint)
                else True
                if hint is bool
                else "x"
            )
    said = json.loads(catalogue.body(entry.type, entry.version, datetime.fromisoformat(facts["at"]), entry.data(facts)))
    check(entry.schema(), said)
    for field in entry.fields:
        if field.kind in IDS:
            assert "4711" not in json.dumps(said["data"][field.name])[:9]  # numbers of rows stay here


def test_how_people_stand_is_marked_for_staff() -> None:
    staff = {entry.type for entry in catalogue.entries().values() if entry.staff}
    assert {"stage.changed", "campaign.started", "case.opened"} <= staff
    assert catalogue.Entry("recall.invited", "recall.invited", "", ()).staff
    assert "points.posted" not in staff
