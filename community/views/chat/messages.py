"""What is said in a room: its JSON, one message's page, its earlier words, who reacted, and what is pinned."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from community.access import absent, hold_rights
from community.actions.chat import saying
from community.composer.differences import differences
from community.message_access import (
    get_removed,
    get_shown,
    get_to_change,
    may_change,
    may_pin,
    may_remove,
    may_see_revisions,
    require_transcript,
)
from community.models import Message, MessageReaction, MessageRevision, Room
from community.problems import TooFast
from community.queries.chat import messages as queries
from community.queries.chat.messages import Page
from community.room_access import get_room, may_moderate
from community.rules import chat as rules
from community.topicpage import faces
from community.trust import limits
from community.views.chat.console import NO_STORE, done, place, refused, wants_json
from community.views.chat.page import number
from members.access import Refused, is_member, require_member
from members.queries import member_cards
from outbox.clock import now


@require_GET
def room_messages(request: HttpRequest, slug: str) -> JsonResponse:
    """{seq, messages, more, newer, own}: before, after or around a seq, else the last; of a thread by `thread=`."""
    hold_rights(request.user)
    found = get_room(request.user, slug=slug)
    thread_id = None
    if (root := number(request.GET.get("thread", ""))) is not None:
        thread_id = Message.objects.filter(room=found, seq=root).values_list("id", flat=True).first() or 0
    return page_json(request, found, thread_id)


def page_json(request: HttpRequest, found: Room, thread_id: int | None) -> JsonResponse:
    """The page of messages that `before`, `after` or `around` asks for."""
    page = _asked(request, found.pk, thread_id)
    member_id = request.user.pk if is_member(request.user) else None
    answer = {
        "seq": found.last_seq,
        "messages": [queries.as_data(row) for row in page.messages],
        "more": page.more,
        "newer": page.newer,
        "own": queries.own_data(member_id=member_id, rows=page.messages),
    }
    return JsonResponse(answer, headers=NO_STORE)


def _asked(request: HttpRequest, room_id: int, thread_id: int | None) -> Page:
    before, after, around = (number(request.GET.get(name, "")) for name in ("before", "after", "around"))
    if around is not None:
        return queries.messages_around(room_id=room_id, around=around, thread_id=thread_id)
    if after is not None:
        return queries.messages_after(room_id=room_id, after=after, thread_id=thread_id)
    return queries.messages_before(room_id=room_id, before=before, thread_id=thread_id)


@require_http_methods(["GET", "HEAD", "POST"])
def room_message(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """One message with what may be done to it; POST changes its words."""
    hold_rights(request.user)
    if request.method == "POST":
        return _edit(request, slug, seq)
    try:
        message = get_shown(request.user, slug=slug, seq=seq)
    except Refused as refusal:
        try:
            return _show_removed(request, get_removed(request.user, slug=slug, seq=seq, at=now()))
        except Refused:
            raise refusal from None
    if wants_json(request):
        return done(request, message, message.room)
    return _show(request, message)


def _edit(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    held, at = hold_rights(request.user), now()
    text = request.POST.get("text", "")
    message: Message | None = None
    try:
        member = require_member(request.user)
        message = get_to_change(member, slug=slug, seq=seq, at=at, begun=True)
        moderating = may_moderate(member, message.room)
        with (
            limits.spending("edit", member_id=member.pk, trust=held.trust, at=at),
            transaction.atomic(durable=True),
        ):
            saying.reword(
                message_id=message.pk, raw=text, by=member.pk, trust=held.trust, moderating=moderating, at=at
            )  # fmt: skip
    except (Refused, TooFast) as refusal:
        if wants_json(request):
            return refused(refusal)
        if message is None:
            raise
        return _show(request, message, text=text, refusal=refusal)
    return done(request, message, message.room) if wants_json(request) else redirect(place(message.room, message))


def _show(
    request: HttpRequest,
    message: Message,
    *,
    text: str | None = None,
    refusal: Refused | TooFast | None = None,
) -> HttpResponse:
    found = queries.message(message_id=message.pk)
    row = found[1] if found else None
    context = {
        "room": message.room,
        "message": message,
        "row": row,
        "own": queries.own_of(
            member_id=request.user.pk if is_member(request.user) else None, message_ids=[message.pk]
        ).get(message.pk),
        "may_change": may_change(request.user, message, at=now()),
        "may_remove": may_remove(request.user, message),
        "may_pin": may_pin(request.user, message.room),
        "may_see_revisions": message.edited_at is not None and may_see_revisions(request.user, message),
        "kinds": [(kind, faces.kind_word(kind)) for kind in faces.KINDS],
        "place": place(message.room, message),
        "text": message.raw if text is None else text,
        "refusal": refusal,
        "longest": rules.MESSAGE_LONGEST,
    }
    status = 200 if refusal is None else 429 if isinstance(refusal, TooFast) else 422
    return render(request, "community/rooms/message.html", context, status=status)


def _show_removed(request: HttpRequest, message: Message) -> HttpResponse:
    """A removed message for whoever may bring it back."""
    context = {"room": message.room, "message": message, "place": place(message.room, message)}
    return render(request, "community/messages/removed.html", context)


@require_safe
def revisions(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """What a message said before, for its author and whoever keeps order: each change word by word, the newest first."""
    hold_rights(request.user)
    message = get_shown(request.user, slug=slug, seq=seq)
    if not may_see_revisions(request.user, message):
        raise absent()
    before = list(MessageRevision.objects.filter(message=message).order_by("id"))
    after = [*(one.raw for one in before[1:]), message.raw] if before else []
    people = member_cards(member_ids={one.by_id for one in before})
    changes = [
        {"by": people.get(one.by_id), "at": one.at, "pieces": differences(one.raw, text)}
        for one, text in zip(before, after, strict=True)
    ]
    context = {
        "room": message.room,
        "message": message,
        "changes": changes[::-1],
        "place": place(message.room, message),
    }
    return render(request, "community/messages/revisions.html", context)


@require_safe
def reactions(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Everybody who reacted to a message, by kind; who gave a kind first is named first."""
    hold_rights(request.user)
    message = get_shown(request.user, slug=slug, seq=seq)
    given = list(MessageReaction.objects.filter(message=message).order_by("at", "id").values_list("member_id", "kind"))
    people = member_cards(member_ids={member for member, _kind in given})
    kinds: list[dict[str, Any]] = [
        {
            "kind": kind,
            "word": faces.kind_word(kind),
            "people": [people[member] for member, which in given if which == kind and member in people],
        }
        for kind in faces.KINDS
    ]
    kinds = [one for one in kinds if one["people"]]
    if wants_json(request):
        answer = [
            {
                "kind": one["kind"],
                "people": [
                    {"id": card.public_id, "name": card.name, "url": card.url, "avatar": card.avatar_url}
                    for card in one["people"][:200]
                ],
            }
            for one in kinds
        ]
        return JsonResponse({"ok": True, "reactions": answer}, headers=NO_STORE)
    context = {"room": message.room, "message": message, "kinds": kinds, "place": place(message.room, message)}
    return render(request, "community/messages/reactions.html", context)


@require_safe
def pins(request: HttpRequest, slug: str) -> HttpResponse:
    """What is pinned in a room."""
    hold_rights(request.user)
    room = get_room(request.user, slug=slug)
    rows = queries.pinned_messages(room_id=room.pk)
    if wants_json(request):
        answer = {
            "ok": True,
            "messages": [queries.as_data(row) for row in rows],
            "may_pin": may_pin(request.user, room),
        }
        return JsonResponse(answer, headers=NO_STORE)
    context = {
        "room": room,
        "rows": rows,
        "most": rules.PINS_MOST,
        "may_pin": may_pin(request.user, room),
        "may_transcribe": _may_transcribe(request, room),
    }
    return render(request, "community/messages/pins.html", context)


def _may_transcribe(request: HttpRequest, room: Room) -> bool:
    try:
        require_transcript(request.user, room)
    except Refused:
        return False
    return True
