"""The API of version 1: parse, one action or query, answer. Its addresses, scopes and words are docs/openapi.json."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from integrations import orders, reading, wallets
from integrations.access import Caller
from integrations.answers import as_answer, unexpected
from integrations.authentication import KeyAuth
from integrations.flaws import problem_of
from integrations.problems import KINDS, Problem
from integrations.schemas import (
    BatchIn,
    BatchOut,
    KindOut,
    LedgerOut,
    MemberOut,
    OrderIn,
    OrderOut,
    OrderReadOut,
    ProblemOut,
    WalletsOut,
)
from integrations.writing import carry_out, carry_out_each

api = NinjaAPI(
    title="Laoyou",
    version="1",
    description="Orders in, members and points out. Errors are RFC 9457; `code` never changes, `detail` says what to do.",
    docs_url=None,
    openapi_url="/openapi.json",
    parser=reading.JsonParser(),
    urls_namespace="api",
)

REFUSALS: dict[Any, Any] = dict.fromkeys([400, 401, 403, 409, 413, 415, 422, 429, 500, 503], ProblemOut)
READ_REFUSALS: dict[Any, Any] = dict.fromkeys([400, 401, 403, 404, 422, 429, 500, 503], ProblemOut)

DryRun = Annotated[bool, Query(description="Do everything, then undo it.")]
Cursor = Annotated[str, Query(max_length=500, description="`next_cursor` of the page before.")]
Currency = Annotated[Literal["points", "credit"], Query(description="What is spent, or what counts for tiers.")]
Limit = Annotated[int, Query(ge=1, le=500)]

order_routes = Router(tags=["orders"])
member_routes = Router(tags=["members"])
problem_routes = Router(tags=["problems"])


@order_routes.post("/orders", auth=KeyAuth("orders:write"), response={200: OrderOut, 201: OrderOut, **REFUSALS})
def post_order(request: HttpRequest, order: OrderIn, dry_run: DryRun = False) -> HttpResponse:
    """Record the whole order as it stands now. Repeat it as often as you like: (source, external_id, revision) decides.

    201 for an order that is new here, 200 for one that changed, stayed as it was, or is older than what we know.
    `dry_run=true` does everything and then undoes it. An Idempotency-Key header is welcome and kept for 30 days.
    """
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox
    return carry_out(request, caller, orders.answer_one(order, by=caller.made_by, dry_run=dry), dry_run=dry)


@order_routes.post("/orders:batch", auth=KeyAuth("orders:write"), response={207: BatchOut, **REFUSALS})
def post_orders(request: HttpRequest, batch: BatchIn, dry_run: DryRun = False) -> HttpResponse:
    """Record up to 500 orders. Each has its own status and, when refused, its own problem; the call is 207."""
    known_parameters(request, "dry_run")
    caller = caller_of(request)
    dry = dry_run or caller.sandbox
    effects = [orders.answer_item(item, by=caller.made_by, dry_run=dry) for item in batch.orders]
    return carry_out_each(request, caller, effects, dry_run=dry)


@order_routes.get("/orders/{order_id}", auth=KeyAuth("orders:read"), response={200: OrderReadOut, **READ_REFUSALS})
def get_order(request: HttpRequest, order_id: str) -> OrderReadOut:
    """One order by our id (`ord_…`), or by yours: `ext:<source>:<external_id>`."""
    known_parameters(request)
    return orders.find(order_id)


@member_routes.get("/members/{ref}", auth=KeyAuth("members:read"), response={200: MemberOut, **READ_REFUSALS})
def get_member(request: HttpRequest, ref: str) -> MemberOut:
    """One member: `mem_…`, `ext:<source>:<external_id>`, `ext:<external_id>` (when only one shop has it), `email:<address>`."""
    known_parameters(request)
    return wallets.member(ref)


@member_routes.get("/members/{ref}/wallets", auth=KeyAuth("members:read"), response={200: WalletsOut, **READ_REFUSALS})
def get_wallets(request: HttpRequest, ref: str) -> WalletsOut:
    """What the member has: available, pending, reserved, and their tier."""
    known_parameters(request)
    return wallets.wallets(ref)


@member_routes.get("/members/{ref}/ledger", auth=KeyAuth("members:read"), response={200: LedgerOut, **READ_REFUSALS})
def get_ledger(
    request: HttpRequest, ref: str, currency: Currency = "points", cursor: Cursor = "", limit: Limit = 50
) -> LedgerOut:
    """Every movement, newest first. Pages are stable while new movements arrive: follow `next_cursor`."""
    known_parameters(request, "currency", "cursor", "limit")
    return wallets.ledger(ref, currency=currency, cursor=cursor, limit=limit)


@problem_routes.get("/problems", auth=None, response=list[KindOut])
def get_problems(request: HttpRequest) -> list[KindOut]:
    """Every code an error may have, and what to do about it."""
    return [_kind(code) for code in sorted(KINDS)]


@problem_routes.get("/problems/{code}", auth=None, response={200: KindOut, 404: ProblemOut})
def get_problem(request: HttpRequest, code: str) -> KindOut:
    """One code: where the `type` of an error points."""
    if code not in KINDS:
        raise Problem("not_found")
    return _kind(code)


def _kind(code: str) -> KindOut:
    kind = KINDS[code]
    return KindOut(code=code, status=kind.status, title=str(kind.title), next_step=str(kind.next_step))


def caller_of(request: HttpRequest) -> Caller:
    """The key that KeyAuth let in."""
    caller = request.auth  # type: ignore[attr-defined]
    assert isinstance(caller, Caller)  # noqa: S101
    return caller


def known_parameters(request: HttpRequest, *names: str) -> None:
    """Refuse parameters nobody reads: a misspelt `dryrun` must not become a real order."""
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        raise problem_of([{"loc": ("query", name), "type": "extra_forbidden"} for name in unknown])


api.add_router("", order_routes)
api.add_router("", member_routes)
api.add_router("", problem_routes)


@api.exception_handler(Problem)
def _on_problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return as_answer(request, error)


@api.exception_handler(ValidationError)
def _on_flaws(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return as_answer(request, problem_of(error.errors))


@api.exception_handler(AuthenticationError)
def _on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return as_answer(request, Problem("unauthorized"))


@api.exception_handler(Http404)
def _on_absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return as_answer(request, Problem("not_found"))


@api.exception_handler(HttpError)
def _on_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps what the parser raised."""
    cause = error.__cause__
    return as_answer(request, cause if isinstance(cause, Problem) else Problem("bad_request"))


@api.exception_handler(Exception)
def _on_anything(request: HttpRequest, error: Exception) -> HttpResponse:
    return as_answer(request, unexpected(error))
