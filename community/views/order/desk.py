"""The review queue and its cards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import order_access, slots
from community.access import hold_rights
from community.actions.order import review
from community.forms.order import DecisionForm, hour_choices
from community.models import ReviewItem
from community.problems import ChangedMeanwhile, Problem
from community.queries.order import review as queries
from members.access import is_moderator
from members.queries import member_card
from outbox.clock import now


@dataclass(frozen=True)
class Frame:
    """Where the queue is shown: the base template and the names of its addresses."""

    base: str
    names: str
    console: bool

    def __getattr__(self, name: str) -> str:
        """`frame.item` is the name of the address `review_item` in this frame; templates ask so."""
        if name.startswith("_"):
            raise AttributeError(name)
        return f"{self.names}review_{name}"


CONSOLE = Frame("community/order/in_console.html", "", console=True)
SITE = Frame("community/order/in_site.html", "community:", console=False)


@require_safe
def queue(request: HttpRequest, frame: Frame) -> HttpResponse:
    """What waits, the heaviest first; or what was decided, the latest first."""
    member = order_access.require_reviewer(request.user)
    held = hold_rights(member)
    items = order_access.visible_items(member, held=held)
    asked = _asked(request, {board_id for board_id in held.allowed["moderate"]})
    sort = request.GET.get("sort", "score")
    found = queries.filtered(items=items, viewer=member, **asked)
    page = Paginator(range(found.count()), queries.PAGE).get_page(request.GET.get("page"))
    rows = queries.queue(
        items=items, viewer=member, sort=sort, offset=(page.number - 1) * queries.PAGE, at=now(), **asked
    )
    boards = [card for card in held.boards.values() if card.id in held.allowed["moderate"]]
    context = {
        "frame": frame, "rows": rows, "page": page, "asked": asked, "sort": sort, "kinds": slots.review_kinds.all(),
        "boards": boards, "query": _query(request), "moderator": is_moderator(member),
    }  # fmt: skip
    return render(request, "community/order/queue.html", context)


@require_safe
def item(request: HttpRequest, public_id: str, frame: Frame) -> HttpResponse:
    """One thing in its context, who flagged it, whose it is, and the buttons."""
    return _card(request, order_access.get_item(request.user, public_id), frame)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, public_id: str, frame: Frame) -> HttpResponse:
    """A button was pressed upon a version of the card."""
    found = order_access.get_item(request.user, public_id)
    if request.method != "POST":
        return redirect(reverse(frame.item, args=[public_id]))
    form = DecisionForm(request.POST)
    kind = slots.review_kinds.get(found.kind)
    allowed = {act.code for act in kind.acts(item=review.card_of(found), viewer=request.user)} if kind else set()
    if not form.is_valid() or form.cleaned_data["act"] not in allowed:
        if found.state == ReviewItem.State.PENDING:
            messages.error(request, _("This cannot be done here."))
            return _card(request, found, frame, status=422)
        allowed.add(str(form.cleaned_data.get("act", "")))
    given = form.cleaned_data
    try:
        with transaction.atomic(durable=True):
            done = review.decide(
                item_id=found.pk, version=given.get("version") or 0, act=given.get("act", ""),
                reason=given.get("reason", ""), hours=given.get("hours"), by=request.user.pk or 0, at=now(),
            )  # fmt: skip
    except ChangedMeanwhile as problem:
        messages.warning(request, problem.message)
        return _card(request, order_access.get_item(request.user, public_id), frame, status=409)
    except Problem as problem:
        messages.error(request, problem.message)
        return _card(request, found, frame, status=422, given=given)
    messages.success(request, queries.decision_label(done.decision) + ".")
    return redirect(
        _next(request, frame, done) if request.POST.get("then") == "next" else reverse(frame.item, args=[public_id])
    )


@require_POST
def undo(request: HttpRequest, public_id: str, frame: Frame) -> HttpResponse:
    """Take the decision back, from the same card."""
    found = order_access.get_item(request.user, public_id)
    return _do(
        request, found, frame, lambda: review.undo(item_id=found.pk, by=request.user.pk or 0, at=now()),
        _("Taken back: everything is as it was, and it waits again."),
    )  # fmt: skip


@require_POST
def claim(request: HttpRequest, public_id: str, frame: Frame) -> HttpResponse:
    """ "I am on it", or not any more."""
    found = order_access.get_item(request.user, public_id)
    verb = review.release if request.POST.get("release") else review.claim
    return _do(request, found, frame, lambda: verb(item_id=found.pk, by=request.user.pk or 0, at=now()), "")


def _do(request: HttpRequest, found: ReviewItem, frame: Frame, act: Callable[[], Any], said: str) -> HttpResponse:
    try:
        with transaction.atomic(durable=True):
            act()
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        if said:
            messages.success(request, said)
    return redirect(reverse(frame.item, args=[found.public_id]))


def _card(
    request: HttpRequest, found: ReviewItem, frame: Frame, *, status: int = 200, given: dict[str, Any] | None = None
) -> HttpResponse:
    card, kind = review.card_of(found), slots.review_kinds.get(found.kind)
    pending = found.state == ReviewItem.State.PENDING
    standing = queries.standing_of(member_id=found.author_id) if found.author_id else None
    next_hours = standing.next_hours if standing else 24
    context = {
        "frame": frame, "item": found, "card": card, "kind": kind, "given": given or {},
        "subject": queries.subject_of(item=found, viewer=request.user),
        "flags": queries.flags_of(item=found), "reasons": queries.reasons_of(card),
        "consequences": [queries.consequence_label(entry["code"]) for entry in card.done],
        "standing": standing, "hours": hour_choices(next_hours), "next_hours": next_hours,
        "acts": kind.acts(item=card, viewer=request.user) if pending and kind else [],
        "decision": queries.decision_label(found.decision) if found.decision else "",
        "decided_by": member_card(member_id=found.decided_by_id) if found.decided_by_id else None,
        "claimed_by": member_card(member_id=found.claimed_by_id) if found.claimed_by_id else None,
        "mine": found.claimed_by_id == request.user.pk, "pending": pending,
        "may_undo": not pending and found.undo is not None and bool(kind and kind.undo),
        "moderator": is_moderator(request.user),
    }  # fmt: skip
    return render(request, "community/order/item.html", context, status=status)


def _next(request: HttpRequest, frame: Frame, done: ReviewItem) -> str:
    """The heaviest item that waits now, else the empty queue."""
    waiting = order_access.visible_items(request.user).filter(state=ReviewItem.State.PENDING)
    following = waiting.exclude(pk=done.pk).order_by(*queries.SORTS["score"]).first()
    return reverse(frame.item, args=[following.public_id]) if following else reverse(frame.queue)


def _asked(request: HttpRequest, boards: set[int]) -> dict[str, Any]:
    """The filters, each a known value or nothing."""
    state, kind, board, claimed = (request.GET.get(name, "") for name in ("state", "kind", "board", "claimed"))
    number = int(board) if board.isascii() and board.isdigit() and len(board) < 10 else 0
    return {
        "state": "decided" if state == "decided" else "pending",
        "kind": kind if slots.review_kinds.get(kind) else "",
        "board": number if number in boards else None,
        "claimed": claimed if claimed in ("me", "nobody") else "",
    }


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
