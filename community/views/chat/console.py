"""How an act of a room answers: JSON for the script that sent the form, else back to where it was."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from community.addresses import message_url
from community.models import Message, Room
from community.problems import Problem, TooFast
from community.queries.chat import messages as queries
from members.access import Refused, is_member

_SAID = frozenset(
    {"own_message", "not_a_message", "message_removed", "pins_full", "too_many", "undo_over", "unknown_kind"}
)
"""Refusals of people who may do such things, but not this one now: said above the page they come from."""

NO_STORE = {"Cache-Control": "private, no-store"}


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def act(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refusal of this view is said: to a script as {code, message, retry_after}, else on the page it came from."""

    @wraps(view)
    def answered(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, slug, *args, **kwargs)
        except (Refused, Problem) as refusal:
            if wants_json(request):
                return refused(refusal)
            if isinstance(refusal, Refused) and (request.method != "POST" or refusal.code not in _SAID):
                raise
            notes.error(request, refusal.message)
            return redirect(_back(request) or reverse("community:room", args=[slug]))

    return answered


def refused(refusal: Refused | Problem) -> JsonResponse:
    """The refusal for a script."""
    answer: dict[str, Any] = {"ok": False, "code": refusal.code, "message": refusal.message}
    status, headers = 409, dict(NO_STORE)
    if isinstance(refusal, TooFast):
        status, answer["retry_after"], headers["Retry-After"] = 429, refusal.retry_after, str(refusal.retry_after)
    elif isinstance(refusal, Refused):
        status = 404 if refusal.hidden else 401 if refusal.sign_in else 403
        if refusal.code in ("empty", "too_long", "blocked_word"):
            status = 422
    return JsonResponse(answer, status=status, headers=headers)


def done(request: HttpRequest, message: Message, room: Room, **more: Any) -> HttpResponse:
    """{ok, message, own} as they are now, else back to the message."""
    if not wants_json(request):
        return redirect(_back(request) or place(room, message))
    found = queries.message(message_id=message.pk)
    rows = [found[1]] if found else []
    own = queries.own_data(member_id=request.user.pk if is_member(request.user) else None, rows=rows)
    answer = {
        "ok": True,
        "message": queries.as_data(rows[0]) if rows else None,
        "own": own.get(str(message.seq), {"reaction": None, "bookmarked": False}),
        **more,
    }
    return JsonResponse(answer, headers=NO_STORE)


def place(room: Room, message: Message) -> str:
    """The page on which a message is read: the room's end, the room around it, or its thread."""
    if message.thread_id or message.seq <= room.last_seq - 30:
        return message_url(room.slug, message.seq, message.thread.seq if message.thread else None)
    return reverse("community:room", args=[room.slug]) + f"#m{message.seq}"


def _back(request: HttpRequest) -> str:
    """Where the form asked to come back to, if that is here."""
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()) else ""
