"""A thread: its page, answering in it, and following it."""

from typing import Any

from django.contrib import messages as notes
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.access import hold_rights
from community.actions.chat import threads
from community.message_access import get_thread
from community.models import Message, Room
from community.problems import TooFast
from community.queries.chat import marks as room_marks
from community.queries.chat import messages as message_queries
from community.queries.chat import threads as queries
from community.room_access import require_send
from community.streams.hints import tell_read
from community.views.chat.console import NO_STORE, act, refused, wants_json
from community.views.chat.lines import lines
from community.views.chat.messages import page_json
from community.views.chat.page import ahead_of_time, number, say, speaking
from members.access import Refused, is_member, require_member
from outbox.clock import now
from outbox.ids import new_id


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """A thread with a form to answer; POST says something in it."""
    hold_rights(request.user)
    root = get_thread(request.user, slug=slug, seq=seq)
    if request.method == "POST":
        return _answer(request, root)
    if root.seq != seq:  # an address of a reply leads to it
        return redirect(reverse("community:room_thread", args=[slug, root.seq]) + f"?around={seq}#t{seq}")
    return _json(request, root) if wants_json(request) else _show(request, root)


def _answer(request: HttpRequest, root: Message) -> HttpResponse:
    text, key = request.POST.get("text", ""), request.POST.get("client_id", "")[:64] or new_id()
    try:
        member = require_member(request.user)
        require_send(member, root.room)
        sent = say(
            member, root.room, text=text, client_id=key, thread=root.seq, parent=number(request.POST.get("parent", ""))
        )
    except (Refused, TooFast) as refusal:
        if wants_json(request):
            return refused(refusal)
        if isinstance(refusal, Refused) and (refusal.hidden or refusal.sign_in):
            raise
        return _show(request, root, text=text, key=key, refusal=refusal)
    if wants_json(request):
        found = message_queries.message(message_id=sent.message_id) if sent.message_id else None
        answer = {"ok": True, "seq": sent.seq or None, "message": message_queries.as_data(found[1]) if found else None}
        return JsonResponse({**answer, "note": sent.note} if sent.note else answer, headers=NO_STORE)
    if sent.note:
        notes.success(request, sent.note)
    return redirect(reverse("community:room_thread", args=[root.room.slug, root.seq]) + f"#t{sent.seq}")


def _json(request: HttpRequest, root: Message) -> JsonResponse:
    found = queries.thread_page(
        root=root, member_id=_member_id(request), before=number(request.GET.get("before", "")),
        around=number(request.GET.get("around", "")),
    )  # fmt: skip
    assert found is not None  # noqa: S101 - the root was just found, and rows are never deleted under a page
    rows = [found.root, *found.page.messages]
    held = found.following
    answer: dict[str, Any] = {
        "ok": True,
        "seq": root.room.last_seq,
        "root": message_queries.as_data(found.root),
        "messages": [message_queries.as_data(row) for row in found.page.messages],
        "more": found.page.more,
        "newer": found.page.newer,
        "own": message_queries.own_data(member_id=_member_id(request), rows=rows),
        "following": {"last_read_seq": held.last_read_seq, "muted": held.muted} if held else None,
    }
    return JsonResponse(answer, headers=NO_STORE)


def _show(
    request: HttpRequest,
    root: Message,
    *,
    text: str = "",
    key: str = "",
    refusal: Refused | TooFast | None = None,
) -> HttpResponse:
    """The thread's page; who follows it has read it up to its end, unless it is shown from further back."""
    before, around = number(request.GET.get("before", "")), number(request.GET.get("around", ""))
    member_id = _member_id(request)
    found = queries.thread_page(root=root, member_id=member_id, before=before, around=around)
    at_end = request.method == "GET" and before is None and found is not None and not found.page.newer
    if member_id and found and found.following and at_end and not ahead_of_time(request):
        _read(root, root.last_reply_seq, member_id)
    status = 200 if refusal is None else 429 if isinstance(refusal, TooFast) else 422
    rows = [found.root, *found.page.messages] if found else []
    marks = room_marks.marks(member_id=member_id, room_id=root.room_id, rows=rows, at=now())
    base = reverse("community:room", args=[root.room.slug])
    context = speaking(request, root.room) | {
        "base": base,
        "own_url": f"{base}{root.seq}/thread/",
        "root_lines": lines(rows[:1], marks=marks, thread_seq=root.seq),
        "lines": _below(root, lines(rows[1:], marks=marks, thread_seq=root.seq)),
        "room": root.room,
        "found": found,
        "root": found.root if found else None,
        "viewer_id": member_id,
        "silent": _silent(request, root.room),
        "text": text,
        "client_id": key or new_id(),
        "refusal": refusal,
    }
    return render(request, "community/messages/thread.html", context, status=status)


def _below(root: Message, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers of the day on which the thread began need no second line with its date."""
    begun = timezone.localtime(root.sent_at).date()
    return answers[1:] if answers and answers[0]["kind"] == "date" and answers[0]["day"].date() == begun else answers


def _silent(request: HttpRequest, room: Room) -> str:
    """Why the viewer cannot answer here, or nothing."""
    try:
        require_send(request.user, room)
    except Refused as refusal:
        return _("Sign in to join the talk.") if refusal.sign_in else refusal.message
    return "" if room.threads else _("This room has no threads. Answer in the room itself.")


@require_GET
def thread_messages(request: HttpRequest, slug: str, seq: int) -> JsonResponse:
    """{seq, messages, more, newer, own} of a thread, as of a room."""
    hold_rights(request.user)
    root = get_thread(request.user, slug=slug, seq=seq)
    return page_json(request, root.room, root.pk)


@require_POST
@act
def read(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """`seq`: the member has read the thread up to here."""
    hold_rights(request.user)
    member = require_member(request.user)
    root = get_thread(member, slug=slug, seq=seq)
    upto = number(request.POST.get("seq", ""))
    _read(root, root.last_reply_seq if upto is None else upto, member.pk)
    return _following(request, root, member.pk)


def _read(root: Message, upto: int, member_id: int) -> None:
    with transaction.atomic(durable=True):
        moved = threads.read_thread(thread_id=root.pk, seq=upto, by=member_id, at=now())
    if moved:  # the member's other windows put their badges right
        tell_read(room_id=root.room_id, member_id=member_id)


@require_POST
@act
def follow(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """`follow=yes` follows a thread, `quiet` keeps it without being told, `no` leaves it."""
    hold_rights(request.user)
    member, at = require_member(request.user), now()
    root = get_thread(member, slug=slug, seq=seq)
    wanted = request.POST.get("follow", "")
    if wanted not in ("yes", "quiet", "no"):
        raise Refused("unknown_choice", _("There is no such choice."))
    with transaction.atomic(durable=True):
        if wanted == "no":
            threads.unfollow_thread(thread_id=root.pk, by=member.pk, at=at)
        else:
            threads.follow_thread(thread_id=root.pk, by=member.pk, at=at, muted=wanted == "quiet")
    return _following(request, root, member.pk)


def _following(request: HttpRequest, root: Message, member_id: int) -> HttpResponse:
    if not wants_json(request):
        return redirect("community:room_thread", root.room.slug, root.seq)
    held = queries.following(thread_id=root.pk, member_id=member_id)
    state = {"last_read_seq": held.last_read_seq, "muted": held.muted} if held else None
    unread = queries.unread_in_threads(member_id=member_id, thread_ids=[root.pk]).get(root.pk, 0)
    return JsonResponse({"ok": True, "following": state, "unread": unread}, headers=NO_STORE)


def _member_id(request: HttpRequest) -> int | None:
    return request.user.pk if is_member(request.user) else None
