"""The canonical form itself, signed by Standard Webhooks: from Medusa's subscriber and from any shop (integrations, 12).

The body is the order as `POST /api/v1/orders` takes it, or an envelope `{"type": "order.updated", "data": {…}}`; the type
`refund.created` brings a refund without its order.
"""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field, ValidationError

from integrations.flaws import flaws_of_item
from integrations.orders import canonical, canonical_refund
from integrations.problems import Problem
from integrations.schemas import Name, OrderIn, RefundIn, Schema
from integrations.shops.adapters.shapes import BadMessage, Json, Nothing, Refunded, Said, Whole


class RefundAloneIn(Schema):
    """A refund that comes by itself."""

    source: Annotated[str, Field(max_length=60)]
    order_external_id: Name
    refund: RefundIn


def understand(topic: str, body: Json, *, source: str) -> Said:
    """What the message says. Raises BadMessage."""
    enveloped = isinstance(body.get("data"), dict) and isinstance(body.get("type"), str)
    data: dict[str, Any] = body["data"] if enveloped else body
    kind = topic if enveloped else "order"
    if data.get("source", source) != source:
        raise BadMessage("other_source", "source", _("The order names another source than this shop's."))
    data = {**data, "source": source}
    try:
        if kind.startswith("refund"):
            told = RefundAloneIn.model_validate(data)
            return Refunded(told.order_external_id, (canonical_refund(told.refund),))
        if not kind.startswith("order"):
            return Nothing("not_an_order")
        order, notes = canonical(OrderIn.model_validate(data))
    except ValidationError as error:
        flaw = flaws_of_item([dict(one) for one in error.errors(include_url=False, include_input=False)])[0]
        raise BadMessage(flaw.code, flaw.pointer, str(flaw.detail)) from error
    except Problem as problem:
        flaw = problem.errors[0]
        raise BadMessage(flaw.code, flaw.pointer, str(flaw.detail)) from problem
    return Whole(order, tuple(notes))


def topic_of(body: Json) -> str:
    """The type of an envelope, else that it is an order."""
    given = body.get("type")
    return given[:60] if isinstance(given, str) and isinstance(body.get("data"), dict) else "order"
