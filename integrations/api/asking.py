"""What the operations of all resources share: who asks, which parameters are known, which refusals are possible."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query

from integrations import wallets
from integrations.access import Caller
from integrations.actions import Answer
from integrations.flaws import problem_of
from integrations.problems import Problem
from integrations.resources.naming import unknown_member
from integrations.schemas import ProblemOut, Time

REFUSALS: dict[Any, Any] = dict.fromkeys([400, 401, 403, 404, 409, 411, 413, 415, 422, 429, 500, 503], ProblemOut)
READ_REFUSALS: dict[Any, Any] = dict.fromkeys([400, 401, 403, 404, 422, 429, 500, 503], ProblemOut)

DryRun = Annotated[
    bool, Query(description="Do everything, then undo it: effects and refusals are told, nothing stays.")
]
Cursor = Annotated[str, Query(max_length=500, description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=500)]
OfMember = Annotated[
    str | None,
    Query(min_length=1, max_length=300, description="Only those of this member (`mem_…`, `ext:…`, `email:…`)."),
]
Currency = Annotated[Literal["points", "credit"], Query(description="What is spent, or what counts for tiers.")]
Since = Annotated[Time | None, Query(description="Only what was recorded or changed from then on.")]


def caller_of(request: HttpRequest) -> Caller:
    """The key that KeyAuth let in."""
    caller = request.auth  # type: ignore[attr-defined]
    assert isinstance(caller, Caller)  # noqa: S101
    return caller


def speaking_for(caller: Caller, source: str, effect: Callable[[datetime], Answer]) -> Callable[[datetime], Answer]:
    """The effect, if the key speaks for the source that it writes for; else Problem source_not_allowed in its place."""

    def checked(at: datetime) -> Answer:
        caller.require_source(source)
        return effect(at)

    return checked


def known_parameters(request: HttpRequest, *names: str) -> None:
    """Refuse parameters nobody reads: a misspelt `dryrun` must not become a real order."""
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        raise problem_of([{"loc": ("query", name), "type": "extra_forbidden"} for name in unknown])


def member_id_of(ref: str | None, *, parameter: str = "member") -> int | None:
    """The member whom a parameter names; None when it names nobody. Raises Problem invalid for somebody unknown."""
    if ref is None:
        return None
    try:
        return wallets.find(ref).id
    except Problem as error:
        raise unknown_member(parameter) from error
