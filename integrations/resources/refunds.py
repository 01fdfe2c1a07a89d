"""Refunds that come by themselves: before their order, after it, or twice."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from integrations.actions import Answer
from integrations.orders import ORDER, canonical_refund
from integrations.problems import Problem
from integrations.resources.naming import Source, bad_order, not_in_the_future
from integrations.schemas import Name, RefundIn
from loyalty import actions as loyalty
from loyalty.actions import BadOrder


class RefundAloneIn(RefundIn):
    """Money given back for an order. Without lines it is spread over what remains, by value."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "tea-shop",
                    "order": "o-2001",
                    "external_id": "r-1",
                    "occurred_at": "2026-03-09T10:00:00Z",
                    "amount": 2100,
                    "lines": [{"line": "l1", "quantity": 1, "amount": 2100}],
                }
            ]
        }
    )

    source: Source
    order: Annotated[Name, Field(description="Your number of the order, which may come later.")]


class RefundOut(BaseModel):
    """What became of a refund."""

    source: str
    order: str
    external_id: str
    result: Annotated[
        Literal["posted", "unchanged", "waiting"],
        Field(
            description="`waiting`: the order is not here yet; it will find the refund. `unchanged`: known, or part of the "
            "order as it was told later."
        ),
    ]
    order_id: str | None
    order_state: str | None
    points: Annotated[int, Field(description="What was taken back, below zero.")]
    dry_run: bool = False


def take(body: RefundAloneIn, *, by: int | None, dry_run: bool) -> Callable[[datetime], Answer]:
    """The effect of POST /refunds."""

    def effect(at: datetime) -> Answer:
        not_in_the_future(body.occurred_at, at, pointer="/occurred_at")
        try:
            found = loyalty.record_refund(
                source=body.source,
                order_external_id=body.order,
                refund=canonical_refund(body),
                by=by,
                at=at,
                strict=True,
            )
        except BadOrder as bad:
            if bad.code == "refund_differs":
                raise Problem("already_used", bad.message) from bad
            raise bad_order(bad, moved={"refund.amount": "amount"}) from bad
        result: Literal["posted", "unchanged", "waiting"] = "waiting"
        if found is not None:
            result = "posted" if found.result == "updated" else "unchanged"
        out = RefundOut(
            source=body.source, order=body.order, external_id=body.external_id, result=result,
            order_id=ORDER + found.public_id if found else None, order_state=found.state if found else None,
            points=found.points if found else 0, dry_run=dry_run,
        )  # fmt: skip
        return Answer({"posted": 201, "unchanged": 200, "waiting": 202}[result], out.model_dump_json())

    return effect
