"""The page of a room: what was said, who is there, and the form to speak. Complete without script."""

from typing import Any

from django.contrib import messages as notes
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.access import hold_rights, rights
from community.actions.chat import rooms as actions
from community.actions.chat import saying
from community.actions.chat.messages import Sent
from community.actions.chat.pace import SLOWNESS
from community.actions.composer import drafts
from community.composer.unsent import wants_json
from community.models import Room
from community.problems import TooFast
from community.queries.chat import marks as room_marks
from community.queries.chat import messages as message_queries
from community.queries.chat import rooms as queries
from community.room_access import (
    OPEN_KINDS,
    get_room,
    may_keep,
    may_moderate,
    may_reword,
    require_send,
    visible_rooms,
)
from community.rules import chat as chat_rules
from community.streams.hints import tell_read
from community.trust import limits
from community.views.chat.lines import KINDS, choices, line_words, lines
from members.access import Member, Refused, is_member, require_member
from outbox.clock import now
from outbox.ids import new_id


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """The last messages, or those `?before=`, `?after=` or `?around=` a seq; `?reply=` begins an answer. POST speaks."""
    if request.method == "POST":
        return _send(request, slug)
    hold_rights(request.user)
    visible = list(visible_rooms(request.user))
    return _show(request, get_room(request.user, slug=slug, among=visible), visible)


@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything up to `seq` is read (without it: everything): for scripts that have no socket, and for a plain button."""
    member = require_member(request.user)
    found = get_room(member, slug=slug)
    seq = number(request.POST.get("seq", ""))
    with transaction.atomic(durable=True):
        moved = actions.mark_read(room_id=found.pk, seq=found.last_seq if seq is None else seq, by=member.pk, at=now())
    if moved:
        tell_read(room_id=found.pk, member_id=member.pk)
    return JsonResponse({"ok": True}) if wants_json(request) else redirect("community:room", slug)


def _send(request: HttpRequest, slug: str) -> HttpResponse:
    member = require_member(request.user)
    found = get_room(member, slug=slug, act="send")
    text, client_id = request.POST.get("text", ""), request.POST.get("client_id", "")[:64] or new_id()
    try:
        sent = say(member, found, text=text, client_id=client_id, parent=number(request.POST.get("parent", "")))
    except (Refused, TooFast) as refusal:
        return _show(request, found, list(visible_rooms(member)), text=text, client_id=client_id, refusal=refusal)
    if sent.note:  # a command that says nothing to the room
        notes.success(request, sent.note)
    return redirect(reverse("community:room", args=[slug]) + (f"#m{sent.seq}" if sent.seq else ""))


def say(
    member: Member, found: Room, *, text: str, client_id: str, parent: int | None = None, thread: int | None = None
) -> Sent:
    """One message of a plain form; the draft it was goes with it. Raises Refused and TooFast."""
    held, at = rights(member), now()
    with (
        limits.spending("message", member_id=member.pk, trust=held.trust, at=at, key=client_id),
        transaction.atomic(durable=True),
    ):
        sent = saying.say(
            room_id=found.pk, raw=text, client_id=client_id, by=member.pk, trust=held.trust,
            moderating=may_moderate(member, found), at=at, parent=parent, thread=thread, zone=member.time_zone,
        )  # fmt: skip
        if thread is None:
            drafts.discard_draft(key=draft_key(found), by=member.pk, at=at)
    return sent


def _show(
    request: HttpRequest,
    found: Room,
    visible: list[Room],
    *,
    text: str | None = None,
    client_id: str = "",
    refusal: Refused | TooFast | None = None,
) -> HttpResponse:
    """The room's page; its `last_seq` was read before the messages, so nothing is missed after it."""
    before, after, around = (number(request.GET.get(name, "")) for name in ("before", "after", "around"))
    at, viewer_id = now(), request.user.pk if is_member(request.user) else None
    shown = queries.room_page(
        viewer=request.user, room=found, visible=visible, at=at, before=before, after=after, around=around
    )
    page, pointer = shown.page, shown.pointer
    marks = room_marks.marks(
        member_id=viewer_id,
        room_id=found.pk,
        rows=page.messages,
        at=at,
        draft_key=draft_key(found) if viewer_id else "",
    )
    at_end = not page.newer and before is None and refusal is None
    reading = request.method == "GET" and at_end and not runs_scripts(request) and not ahead_of_time(request)
    if viewer_id and reading and pointer is not None and pointer < found.last_seq:
        with transaction.atomic(durable=True):
            actions.mark_read(room_id=found.pk, seq=found.last_seq, by=viewer_id, at=at)
    elsewhere = [row for row in shown.rooms if row.id != found.pk or not reading]
    request.chat_unread = queries.total(elsewhere)  # type: ignore[attr-defined]  # the navigation would count again
    context = speaking(request, found) | {
        "room": found,
        "base": reverse("community:room", args=[found.slug]),
        "rooms": shown.rooms,
        "place": shown.place,
        "pointer": pointer,
        "lines": lines(page.messages, marks=marks, unread_after=pointer, viewer_id=viewer_id),
        "last": page.messages[-1].seq if page.messages else None,
        "older": page.messages[0].seq if page.more and page.messages else None,
        "newer": page.messages[-1].seq if page.newer and page.messages else None,
        "folded": " ".join(sorted(marks.folded)),
        "shortcuts": marks.shortcuts,
        "may_settle": may_keep(request.user, found),
        "paces": _paces(request, found),
        "may_join": viewer_id is not None and shown.place is None and found.kind in OPEN_KINDS,
        "indexed": found.kind == Room.Kind.PUBLIC and not (before or after or around),
        "draft": marks.draft,
        "reply_to": _reply_to(request, found),
        "text": text if text is not None else marks.draft.raw if marks.draft else "",
        "client_id": client_id or new_id(),
        "refusal": refusal,
        "kinds": choices(),
        "kinds_line": " ".join(KINDS),
        "line_words": line_words().items(),
    }
    status = 200 if refusal is None else 429 if isinstance(refusal, TooFast) else 422
    response = render(request, "community/rooms/room.html", context, status=status)
    if isinstance(refusal, TooFast):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def speaking(request: HttpRequest, found: Room) -> dict[str, Any]:
    """What the form needs to know: why the viewer cannot speak, or what they may bring and do."""
    moderator, (muted, paused) = may_moderate(request.user, found), _muted(request, found)
    held = rights(request.user)
    attach = found.board_id is None or held.may("attach", found.board_id)
    return {
        "muted": muted,
        "paused": paused,
        "moderator": moderator,
        "rewords": moderator and may_reword(request.user, found),
        "transcribes": moderator and found.kind in (Room.Kind.PUBLIC, Room.Kind.BOARD),
        "may_pin": not muted and (moderator or may_keep(request.user, found)),
        "attach": attach and (paused or not muted),
        "longest": chat_rules.MESSAGE_LONGEST,
    }


def _paces(request: HttpRequest, found: Room) -> list[tuple[int, str]]:
    """How slow a moderator may make the room, in words; nothing for others."""
    here = found.kind != Room.Kind.DIRECT and found.status != Room.Status.ARCHIVED
    if not here or not may_moderate(request.user, found):
        return []
    words = {
        0: _("at any time"),
        10: _("every 10 s"),
        30: _("every 30 s"),
        60: _("every minute"),
        300: _("every 5 min"),
    }
    return [(seconds, words[seconds]) for seconds in SLOWNESS]


def _reply_to(request: HttpRequest, found: Room) -> message_queries.ParentRow | None:
    """The message that the form answers, when the page was asked for one."""
    seq = number(request.GET.get("reply", "") or request.POST.get("parent", ""))
    return message_queries.quoted(room_id=found.pk, seq=seq) if seq is not None else None


def _muted(request: HttpRequest, found: Room) -> tuple[str, bool]:
    """Why the viewer cannot speak here, or nothing; and whether only the room's state is why, which a script hears of."""
    try:
        require_send(request.user, found)
    except Refused as refusal:
        if refusal.sign_in:
            return _("Sign in to join the talk."), False
        paused = refusal.code in ("room_read_only", "room_archived")
        if paused and found.board_id is not None:
            paused = rights(request.user).may("reply", found.board_id)
        return refusal.message, paused
    return "", False


def runs_scripts(request: HttpRequest) -> bool:
    """Whether the browser has told its time zone, which a script does: then the script knows what is really seen."""
    return "time_zone" in request.COOKIES


def ahead_of_time(request: HttpRequest) -> bool:
    """Whether a browser fetches a page that nobody has asked for yet: nobody has read it, and nobody is there."""
    return "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")


def draft_key(found: Room) -> str:
    return f"room:{found.public_id}"


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
