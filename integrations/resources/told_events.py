"""Events in: what a business's own systems tell of a member, paid by the earning rules for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from integrations import actions
from integrations.actions import Answer
from integrations.problems import Flaw, Problem
from integrations.resources.naming import MemberRef, Source, member_of, not_in_the_future
from integrations.schemas import ItemOut, Name, Schema, Time
from integrations.webhooks.fields import MEMBER
from loyalty.actions import BadFacts

OLDEST = timedelta(days=366)
"""An event that is older is history, and history is imported, not paid."""

FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def _fact(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) <= 10**15):
        return value
    if isinstance(value, str) and len(value) <= 200:
        return value
    raise PydanticCustomError("fact_type", "not a fact")


FactValue = Annotated[
    bool | int | str,
    BeforeValidator(_fact),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "boolean"},
                {"type": "integer", "minimum": -(10**15), "maximum": 10**15},
                {"type": "string", "maxLength": 200},
            ]
        }
    ),
]


EXAMPLE: dict[str, JsonValue] = {
    "source": "academy",
    "external_id": "course-7-done-c-1001",
    "name": "course.finished",
    "member": "ext:tea-shop:c-1001",
    "occurred_at": "2026-03-01T10:00:00Z",
    "facts": {"course": "oolong", "minutes": 45},
}


class EventIn(Schema):
    """Something a member did in a system of yours."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    source: Source
    external_id: Annotated[Name, Field(description="Your name for this event; told again, it changes nothing.")]
    name: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$",
            max_length=60,
            description="What happened, as your earning rule calls it (`event.name`).",
        ),
    ]
    member: MemberRef
    occurred_at: Annotated[Time, Field(description="When it happened: limits of a day count on that day.")]
    facts: Annotated[
        dict[FactName, FactValue],
        Field(
            max_length=20, description="What rules may ask for as `event.<name>`: whole numbers, texts, true or false."
        ),
    ] = {}


class EventsBatchIn(Schema):
    """Up to 500 events. Each is judged by itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"events": [EXAMPLE]}]})

    events: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500, description="Each as in POST /events.")]


class RefusalOut(BaseModel):
    """A rule that paid nothing, and why."""

    rule: str
    code: str


class EventOut(BaseModel):
    """What became of an event. Done when we answer: nothing is queued."""

    id: Annotated[str, Field(examples=["evt_9f3k2m5v7q1x"])]
    source: str
    external_id: str
    result: Annotated[Literal["created", "unchanged"], Field(description="`unchanged`: it was told before.")]
    member: str
    points: int
    credit: int
    refusals: list[RefusalOut]
    dry_run: bool = False


class EventItemOut(ItemOut):
    """One item of a batch: its place, its status, and either what became of it or what was wrong."""

    event: EventOut | None = None


class EventBatchOut(BaseModel):
    data: list[EventItemOut]


def take(body: EventIn, *, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /events."""

    def effect(at: datetime) -> Answer:
        not_in_the_future(body.occurred_at, at, pointer="/occurred_at")
        if at - body.occurred_at > OLDEST:
            words = _("This was more than a year ago. What is so old is imported by a manager, not paid.")
            raise Problem("invalid", errors=[Flaw("/occurred_at", "too_old", words)])
        member = member_of(body.member)
        try:
            told = actions.take_event(
                source=body.source, external_id=body.external_id, name=body.name, member_id=member.id, facts=body.facts,
                occurred_at=body.occurred_at, by=by, at=at,
            )  # fmt: skip
        except BadFacts as bad:
            pointer = "/facts/" + bad.field.removeprefix("event.")
            raise Problem("invalid", errors=[Flaw(pointer, bad.code, bad.message)]) from bad
        out = EventOut(
            id=f"evt_{told.public_id}", source=body.source, external_id=body.external_id,
            result="created" if told.created else "unchanged", member=MEMBER + member.public_id,
            points=told.points, credit=told.credit, dry_run=dry_run,
            refusals=[RefusalOut(rule=rule, code=code) for rule, code in told.refusals],
        )  # fmt: skip
        return Answer(201 if told.created else 200, out.model_dump_json())

    return effect
