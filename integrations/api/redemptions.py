"""Claims of rewards, and coupons."""

import hashlib
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from integrations.api.asking import (
    READ_REFUSALS,
    REFUSALS,
    Cursor,
    DryRun,
    Limit,
    OfMember,
    caller_of,
    known_parameters,
    member_id_of,
    speaking_for,
)
from integrations.api.shaping import LIST_NAMES, NAMES, ListShape, Shape, shaped
from integrations.authentication import KeyAuth
from integrations.resources import coupons, redemptions
from integrations.resources.coupons import CouponIn, CouponOut, CouponUseIn
from integrations.resources.redemptions import NoteIn, RedemptionIn, RedemptionOut, RedemptionsOut
from integrations.writing import carry_out
from loyalty import queries as loyalty
from outbox.clock import now
from outbox.ids import new_id

router = Router()
WRITES = KeyAuth("redemptions:write")
READS = KeyAuth("redemptions:read")

State = Annotated[
    Literal["held", "requested", "confirmed", "fulfilling", "fulfilled", "cancelled", "expired", "returned"] | None,
    Query(description="Only in this state."),
]


@router.post("/redemptions", tags=["redemptions"], auth=WRITES, response={201: RedemptionOut, **REFUSALS})
def post_redemption(request: HttpRequest, redemption: RedemptionIn, dry_run: DryRun = False) -> HttpResponse:
    """Pay points of a member for a reward. Idempotency-Key is required: it is the claim's name for ever.

    409 `refused` when it cannot be claimed now; `errors` says why (points, out_of_stock, limit, tier, group, not_yet, gone,
    changed). `dry_run=true` tells what would happen and needs no key.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox
    given = request.headers.get("Idempotency-Key") or new_id(20)
    key = hashlib.sha256(f"{caller.owner}:{given}".encode()).hexdigest()
    effect = redemptions.claim(redemption, key=key, by=caller.made_by, dry_run=dry)
    return carry_out(request, caller, effect, dry_run=dry_run, key_required=True)


@router.get("/redemptions", tags=["redemptions"], auth=READS, response={200: RedemptionsOut, **READ_REFUSALS})
def get_redemptions(
    request: HttpRequest,
    shape: Query[ListShape],
    member: OfMember = None,
    state: State = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> BaseModel | HttpResponse:
    """Claims, newest first."""
    known_parameters(request, "member", "state", "cursor", "limit", *LIST_NAMES)
    member_id = member_id_of(member)
    found = redemptions.listed(member_id=member_id, state=state or "", cursor=cursor, limit=limit, oldest=shape.oldest)
    return shaped(
        request, found, shape, count=lambda: loyalty.redemptions_counted(member_id=member_id, state=state or "")
    )


@router.get(
    "/redemptions/{redemption_id}", tags=["redemptions"], auth=READS, response={200: RedemptionOut, **READ_REFUSALS}
)
def get_redemption(request: HttpRequest, redemption_id: str, shape: Query[Shape]) -> BaseModel | HttpResponse:
    """One claim (`red_…`)."""
    known_parameters(request, *NAMES)
    return shaped(request, redemptions.find(redemption_id), shape)


@router.post(
    "/redemptions/{redemption_id}/cancel", tags=["redemptions"], auth=WRITES, response={200: RedemptionOut, **REFUSALS}
)
def cancel_redemption(request: HttpRequest, redemption_id: str, body: NoteIn, dry_run: DryRun = False) -> HttpResponse:
    """Undo a claim exactly: points go back to the lots they came from, the piece to the shelf, the code is revoked.

    Twice is once (`changed: false`). 409 when the code was used, or it was handed over.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    effect = redemptions.cancel(redemption_id, body.note, by=caller.made_by, dry_run=dry_run or caller.sandbox)
    return carry_out(request, caller, effect, dry_run=dry_run)


@router.post(
    "/redemptions/{redemption_id}/fulfil", tags=["redemptions"], auth=WRITES, response={200: RedemptionOut, **REFUSALS}
)
def fulfil_redemption(request: HttpRequest, redemption_id: str, body: NoteIn, dry_run: DryRun = False) -> HttpResponse:
    """Say that it arrived, or that the promise was kept. Twice is once (`changed: false`)."""
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    effect = redemptions.fulfil(redemption_id, by=caller.made_by, dry_run=dry_run or caller.sandbox)
    return carry_out(request, caller, effect, dry_run=dry_run)


@router.post(
    "/coupons", tags=["coupons"], auth=KeyAuth("coupons:write"), response={200: CouponOut, 201: CouponOut, **REFUSALS}
)
def post_coupon(request: HttpRequest, coupon: CouponIn, dry_run: DryRun = False) -> HttpResponse:
    """Give a member a coupon. Idempotency-Key is required; beneath it the same `cause` is the same coupon for ever.

    201 for a new one, 200 for one that this cause gave before; another member or another worth under the cause is 409.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    effect = coupons.issue(coupon, by=caller.made_by, dry_run=dry_run or caller.sandbox)
    return carry_out(request, caller, effect, dry_run=dry_run, key_required=True)


@router.get(
    "/coupons/{code}", tags=["coupons"], auth=KeyAuth("coupons:read"), response={200: CouponOut, **READ_REFUSALS}
)
def get_coupon(request: HttpRequest, code: str) -> CouponOut:
    """A coupon by the code that a customer shows, however they type it. Thirty misses in ten minutes close this for a while."""
    known_parameters(request)
    return coupons.find(code, key_id=caller_of(request).key_id, at=now())


@router.post(
    "/coupons/{code}/redeem", tags=["coupons"], auth=KeyAuth("coupons:write"), response={200: CouponOut, **REFUSALS}
)
def redeem_coupon(request: HttpRequest, code: str, use: CouponUseIn, dry_run: DryRun = False) -> HttpResponse:
    """Take a coupon at the counter: it is used from now on. An order that names the code does this by itself.

    Of many at once one succeeds; the others hear 409 `refused` with `used`. The same order again changes nothing.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    effect = coupons.redeem(code, use, key_id=caller.key_id, by=caller.made_by, dry_run=dry_run or caller.sandbox)
    if use.order is not None:
        effect = speaking_for(caller, use.order.source, effect)
    return carry_out(request, caller, effect, dry_run=dry_run)
