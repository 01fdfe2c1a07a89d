"""The page of a room: what was said, who is there, and the form to speak. Complete without script."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.access import hold_rights, rights
from community.actions import rooms as actions
from community.actions import saying
from community.models import Room
from community.problems import TooFast
from community.queries import rooms as queries
from community.queries.messages import MessageRow
from community.room_access import get_room, may_moderate, require_send, visible_rooms
from community.rules import chat as chat_rules
from community.trust import limits
from members.access import Refused, is_member, require_member
from outbox.clock import now
from outbox.ids import new_id

GROUPED_WITHIN = 300
"""Seconds within which messages of one author stand under one name."""


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _send(request, slug)
    hold_rights(request.user)
    visible = list(visible_rooms(request.user))
    return _show(request, get_room(request.user, slug=slug, among=visible), visible)


def _send(request: HttpRequest, slug: str) -> HttpResponse:
    member = require_member(request.user)
    found = get_room(member, slug=slug, act="send")
    text, client_id = request.POST.get("text", ""), request.POST.get("client_id", "")[:64] or new_id()
    at = now()
    try:
        with (
            limits.spending("message", member_id=member.pk, trust=rights(member).trust, at=at, key=client_id),
            transaction.atomic(durable=True),
        ):
            sent = saying.say(
                room_id=found.pk, raw=text, client_id=client_id, by=member.pk, trust=rights(member).trust,
                moderating=may_moderate(member, found), at=at,
            )  # fmt: skip
    except (Refused, TooFast) as refusal:
        return _show(request, found, list(visible_rooms(member)), text=text, client_id=client_id, refusal=refusal)
    return redirect(reverse("community:room", args=[slug]) + f"#m{sent.seq}")


def _show(
    request: HttpRequest,
    found: Room,
    visible: list[Room],
    *,
    text: str = "",
    client_id: str = "",
    refusal: Refused | TooFast | None = None,
) -> HttpResponse:
    """The room's page; its `last_seq` was read before the messages, so nothing is missed after it."""
    before = number(request.GET.get("before", ""))
    shown = queries.room_page(viewer=request.user, room_id=found.pk, visible=visible, before=before)
    page, pointer = shown.page, shown.pointer
    viewer_id = request.user.pk if is_member(request.user) else None
    if viewer_id and before is None and (pointer is None or pointer < found.last_seq):
        with transaction.atomic(durable=True):
            actions.mark_read(room_id=found.pk, seq=found.last_seq, by=viewer_id, at=now())
    elsewhere = [row.unread for row in shown.rooms if row.id != found.pk or before is not None]
    request.chat_unread = sum(elsewhere)  # type: ignore[attr-defined]  # for the navigation, which would count again
    context = {
        "room": found,
        "rooms": shown.rooms,
        "lines": lines(page.messages, unread_after=pointer, viewer_id=viewer_id),
        "older": page.messages[0].seq if page.more else None,
        "before": before,
        "reset_to": before is not None,
        "muted": _muted(request, found),
        "moderator": may_moderate(request.user, found),
        "text": text,
        "client_id": client_id or new_id(),
        "refusal": refusal,
        "longest": chat_rules.MESSAGE_LONGEST,
    }
    status = 200 if refusal is None else 429 if isinstance(refusal, TooFast) else 422
    response = render(request, "community/rooms/room.html", context, status=status)
    if isinstance(refusal, TooFast):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def lines(messages: list[MessageRow], *, unread_after: int | None, viewer_id: int | None) -> list[dict[str, Any]]:
    """What stands below each other: date lines, the "new" line, and groups of one author's messages."""
    result: list[dict[str, Any]] = []
    day: date | None = None
    group: dict[str, Any] | None = None
    new_line_drawn = unread_after is None
    for row in messages:
        local = timezone.localtime(row.sent_at)
        if local.date() != day:
            day, group = local.date(), None
            result.append({"kind": "date", "day": local})
        if not new_line_drawn and row.seq > (unread_after or 0) and row.author.id != viewer_id and not row.removed:
            new_line_drawn, group = True, None
            result.append({"kind": "new"})
        if group is None or not _continues(group["messages"][-1], row):
            group = {"kind": "group", "author": row.author, "badges": row.badges, "messages": [], "at": row.sent_at}
            result.append(group)
        group["messages"].append(row)
    return result


def _continues(last: MessageRow, row: MessageRow) -> bool:
    return last.author.id == row.author.id and (row.sent_at - last.sent_at).total_seconds() < GROUPED_WITHIN


def _muted(request: HttpRequest, found: Room) -> str:
    """Why the viewer cannot speak here, or nothing."""
    try:
        require_send(request.user, found)
    except Refused as refusal:
        return _("Sign in to join the talk.") if refusal.sign_in else refusal.message
    return ""


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
