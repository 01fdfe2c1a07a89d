"""Orders and refunds in; orders out."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from integrations import orders
from integrations.api.asking import (
    READ_REFUSALS,
    REFUSALS,
    Cursor,
    DryRun,
    Limit,
    OfMember,
    Since,
    caller_of,
    known_parameters,
    member_id_of,
    speaking_for,
)
from integrations.api.shaping import LIST_NAMES, NAMES, ListShape, Shape, shaped
from integrations.authentication import KeyAuth
from integrations.resources import refunds
from integrations.resources.batches import item
from integrations.resources.refunds import RefundAloneIn, RefundOut
from integrations.schemas import BatchIn, BatchOut, OrderIn, OrderOut, OrderReadOut, OrdersOut
from integrations.writing import Effect, carry_out, carry_out_each
from loyalty import queries as loyalty

router = Router(tags=["orders"])

State = Annotated[
    Literal["placed", "paid", "partly_refunded", "refunded", "cancelled"] | None,
    Query(description="Only in this state."),
]
Shop = Annotated[str, Query(max_length=60, description="Only of this source.")]


@router.post("/orders", auth=KeyAuth("orders:write"), response={200: OrderOut, 201: OrderOut, **REFUSALS})
def post_order(request: HttpRequest, order: OrderIn, dry_run: DryRun = False) -> HttpResponse:
    """Record the whole order as it stands now. Repeat it as often as you like: (source, external_id, revision) decides.

    201 for an order that is new here, 200 for one that changed, stayed as it was, or is older than what we know. A revision that
    begins with a time (RFC 3339) more than a day ahead is refused: nothing could follow it. A key that names its sources writes
    for them alone. `dry_run=true` does everything and then undoes it. An Idempotency-Key header is welcome and kept for 30 days.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox
    effect = speaking_for(caller, order.source, orders.answer_one(order, by=caller.made_by, dry_run=dry))
    return carry_out(request, caller, effect, dry_run=dry_run)


@router.post("/orders:batch", auth=KeyAuth("orders:write"), response={207: BatchOut, **REFUSALS})
def post_orders(request: HttpRequest, batch: BatchIn, dry_run: DryRun = False) -> HttpResponse:
    """Record up to 500 orders. Each has its own status and, when refused, its own problem; the call is 207."""
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox

    def one(order: OrderIn) -> Effect:
        return speaking_for(caller, order.source, orders.answer_one(order, by=caller.made_by, dry_run=dry))

    effects = [item(raw, OrderIn, one) for raw in batch.orders]
    return carry_out_each(request, caller, effects, dry_run=dry, name="order")


@router.get("/orders", auth=KeyAuth("orders:read"), response={200: OrdersOut, **READ_REFUSALS})
def get_orders(
    request: HttpRequest,
    shape: Query[ListShape],
    member: OfMember = None,
    source: Shop = "",
    state: State = None,
    changed_since: Since = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> BaseModel | HttpResponse:
    """Orders, those that came last first, each with the points it holds. Pages stay whole while new ones arrive."""
    known_parameters(request, "member", "source", "state", "changed_since", "cursor", "limit", *LIST_NAMES)
    member_id = member_id_of(member)
    found = orders.listed(
        member_id=member_id, source=source, state=state or "", changed_since=changed_since, cursor=cursor, limit=limit,
        oldest=shape.oldest,
    )  # fmt: skip
    return shaped(
        request, found, shape,
        count=lambda: loyalty.orders_counted(
            member_id=member_id, source=source, state=state or "", since=changed_since
        ),
    )  # fmt: skip


@router.get("/orders/{order_id}", auth=KeyAuth("orders:read"), response={200: OrderReadOut, **READ_REFUSALS})
def get_order(request: HttpRequest, order_id: str, shape: Query[Shape]) -> BaseModel | HttpResponse:
    """One order by our id (`ord_…`), or by yours: `ext:<source>:<external_id>`."""
    known_parameters(request, *NAMES)
    return shaped(request, orders.find(order_id), shape)


@router.post(
    "/refunds", auth=KeyAuth("orders:write"), response={200: RefundOut, 201: RefundOut, 202: RefundOut, **REFUSALS}
)
def post_refund(request: HttpRequest, refund: RefundAloneIn, dry_run: DryRun = False) -> HttpResponse:
    """Give money back for an order, also before the order is here: then 202, and the order will find it.

    Points go back as if what was returned had never been bought. (source, order, external_id) is one refund for ever; another
    one under the same name is 409. A whole order that is told later and does not name it cancels it.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox
    effect = speaking_for(caller, refund.source, refunds.take(refund, by=caller.made_by, dry_run=dry))
    return carry_out(request, caller, effect, dry_run=dry_run)
