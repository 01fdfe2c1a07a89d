"""What is said in a room, one message at a time: its page, its JSON, and what may be done to it."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.access import rights
from community.actions import saying
from community.models import Message
from community.queries import messages as queries
from community.room_access import get_message, get_room, may_moderate, require_send
from community.rules import chat as chat_rules
from community.views.room_page import number
from members.access import Refused, require_member
from outbox.clock import now


@require_GET
def room_messages(request: HttpRequest, slug: str) -> JsonResponse:
    """Older messages for the script: {messages, more}."""
    found = get_room(request.user, slug=slug)
    page = queries.messages_before(room_id=found.pk, before=number(request.GET.get("before", "")))
    answer = {
        "seq": found.last_seq,
        "messages": [queries.as_data(row) for row in page.messages],
        "more": page.more,
    }
    return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


@require_http_methods(["GET", "HEAD", "POST"])
def room_message(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """One message with what may be done to it; POST changes its words."""
    if request.method == "POST":
        return _edit(request, slug, seq)
    return _show_message(request, get_message(request.user, slug=slug, seq=seq, act="read"))


def _edit(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    member = require_member(request.user)
    message = get_message(member, slug=slug, seq=seq, act="edit")
    try:
        with transaction.atomic(durable=True):
            saying.reword(
                message_id=message.pk, raw=request.POST.get("text", ""), by=member.pk, trust=rights(member).trust,
                moderating=may_moderate(member, message.room), at=now(),
            )  # fmt: skip
    except Refused as refusal:
        return _show_message(request, message, text=request.POST.get("text", ""), refusal=refusal)
    return redirect(reverse("community:room", args=[slug]) + f"#m{seq}")


def _show_message(
    request: HttpRequest, message: Message, *, text: str | None = None, refusal: Refused | None = None
) -> HttpResponse:
    found = queries.message(message_id=message.pk)
    context = {
        "room": message.room,
        "message": message,
        "row": found[1] if found else None,
        "may_change": _may_change(request, message),
        "text": message.raw if text is None else text,
        "refusal": refusal,
        "longest": chat_rules.MESSAGE_LONGEST,
    }
    return render(request, "community/rooms/message.html", context, status=422 if refusal else 200)


@require_POST
def remove_room_message(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    member = require_member(request.user)
    message = get_message(member, slug=slug, seq=seq, act="remove")
    with transaction.atomic(durable=True):
        saying.unsay(message_id=message.pk, by=member.pk, at=now())
    return redirect("community:room", slug)


def _may_change(request: HttpRequest, message: Message) -> bool:
    try:
        require_send(request.user, message.room)
    except Refused:
        return False
    return request.user.pk == message.author_id or may_moderate(request.user, message.room)
