"""Corrections, gifts between members, invitations."""

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
)
from integrations.api.shaping import LIST_NAMES, NAMES, ListShape, Shape, shaped
from integrations.authentication import KeyAuth
from integrations.resources import corrections
from integrations.resources.corrections import (
    AdjustmentIn,
    AdjustmentOut,
    AdjustmentsOut,
    ReferralsOut,
    TransferOut,
    TransfersOut,
)
from integrations.writing import carry_out
from loyalty import queries as loyalty
from referrals import queries as referrals

router = Router()
Waiting = Annotated[Literal["waiting", "posted", "declined"] | None, Query(description="Only in this state.")]
Invited = Annotated[
    Literal["in_progress", "pending", "rewarded", "voided"] | None, Query(description="Only in this state.")
]
Inviter = Annotated[str | None, Query(min_length=1, max_length=300, description="Only whom this member invited.")]
Friend = Annotated[str | None, Query(min_length=1, max_length=300, description="Only who brought this member.")]


@router.post(
    "/adjustments",
    tags=["adjustments"],
    auth=KeyAuth("adjustments:write"),
    response={200: AdjustmentOut, 201: AdjustmentOut, 202: AdjustmentOut, **REFUSALS},
)
def post_adjustment(request: HttpRequest, adjustment: AdjustmentIn, dry_run: DryRun = False) -> HttpResponse:
    """Give or take points by hand, with a reason. Idempotency-Key is required; the same `cause` is one correction for ever.

    201 when it is posted; 202 when it is above a limit and waits for a second person in the console; `because` says which. What
    whoever made the key moved in a day counts together, for one member and for all. They are no second person; for a key that
    `manage.py` made, which is nobody's, only a superuser decides.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    effect = corrections.propose(adjustment, by=caller.made_by, dry_run=dry_run or caller.sandbox)
    return carry_out(request, caller, effect, dry_run=dry_run, key_required=True)


@router.get(
    "/adjustments",
    tags=["adjustments"],
    auth=KeyAuth("adjustments:read"),
    response={200: AdjustmentsOut, **READ_REFUSALS},
)
def get_adjustments(
    request: HttpRequest,
    shape: Query[ListShape],
    member: OfMember = None,
    state: Waiting = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> BaseModel | HttpResponse:
    """Corrections, newest first, those of the console too."""
    known_parameters(request, "member", "state", "cursor", "limit", *LIST_NAMES)
    member_id = member_id_of(member)
    found = corrections.adjustments(
        member_id=member_id, state=state or "", cursor=cursor, limit=limit, oldest=shape.oldest
    )
    return shaped(
        request, found, shape, count=lambda: loyalty.adjustments_counted(member_id=member_id, state=state or "")
    )


@router.get(
    "/adjustments/{adjustment_id}",
    tags=["adjustments"],
    auth=KeyAuth("adjustments:read"),
    response={200: AdjustmentOut, **READ_REFUSALS},
)
def get_adjustment(request: HttpRequest, adjustment_id: str, shape: Query[Shape]) -> BaseModel | HttpResponse:
    """One correction (`adj_…`): whether somebody has approved it."""
    known_parameters(request, *NAMES)
    return shaped(request, corrections.find_adjustment(adjustment_id), shape)


@router.get(
    "/transfers", tags=["transfers"], auth=KeyAuth("transfers:read"), response={200: TransfersOut, **READ_REFUSALS}
)
def get_transfers(
    request: HttpRequest, shape: Query[ListShape], member: OfMember = None, cursor: Cursor = "", limit: Limit = 50
) -> BaseModel | HttpResponse:
    """Points that members gave each other, newest first; of one member, both ways."""
    known_parameters(request, "member", "cursor", "limit", *LIST_NAMES)
    member_id = member_id_of(member)
    found = corrections.transfers(member_id=member_id, cursor=cursor, limit=limit, oldest=shape.oldest)
    return shaped(request, found, shape, count=lambda: loyalty.transfers_counted(member_id=member_id))


@router.get(
    "/transfers/{transfer_id}",
    tags=["transfers"],
    auth=KeyAuth("transfers:read"),
    response={200: TransferOut, **READ_REFUSALS},
)
def get_transfer(request: HttpRequest, transfer_id: str, shape: Query[Shape]) -> BaseModel | HttpResponse:
    """One gift of points (`trf_…`)."""
    known_parameters(request, *NAMES)
    return shaped(request, corrections.find_transfer(transfer_id), shape)


@router.get(
    "/referrals", tags=["referrals"], auth=KeyAuth("referrals:read"), response={200: ReferralsOut, **READ_REFUSALS}
)
def get_referrals(
    request: HttpRequest,
    shape: Query[ListShape],
    inviter: Inviter = None,
    friend: Friend = None,
    state: Invited = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> BaseModel | HttpResponse:
    """Who was invited by whom, and what came of it, newest first."""
    known_parameters(request, "inviter", "friend", "state", "cursor", "limit", *LIST_NAMES)
    inviter_id = member_id_of(inviter, parameter="inviter")
    friend_id = member_id_of(friend, parameter="friend")
    found = corrections.invitations(
        inviter_id=inviter_id, friend_id=friend_id, state=state or "", cursor=cursor, limit=limit, oldest=shape.oldest
    )
    return shaped(
        request, found, shape,
        count=lambda: referrals.referrals_counted(inviter_id=inviter_id, friend_id=friend_id, state=state or ""),
    )  # fmt: skip
