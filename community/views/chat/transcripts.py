"""Making a topic of what was said: choosing the messages, then title and board. Works without script."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages as notes
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access
from community.access import Rights, hold_rights, rights
from community.actions.chat import transcripts
from community.actions.chat.transcripts import Chosen
from community.actions.forum import posts
from community.message_access import circle_of, everybody_here_reads, require_transcript
from community.models import LiveSession, Room
from community.problems import Problem
from community.room_access import get_room
from community.rules import chat as rules
from community.session_access import may_keep, visible_sessions
from community.trust import limits
from community.views.chat.console import NO_STORE, act, refused, wants_json
from community.views.chat.page import number
from members.access import Member, Refused
from outbox.clock import now
from outbox.ids import new_id

if TYPE_CHECKING:
    from members.access import Viewer


@require_http_methods(["GET", "HEAD", "POST"])
@act
def transcript(request: HttpRequest, slug: str) -> HttpResponse:
    """`from` and `to`, or `seq` once for each, name the messages; POST with title and board makes the topic."""
    held = hold_rights(request.user)
    room = get_room(request.user, slug=slug)
    member = require_transcript(request.user, room)
    data = request.POST if request.method == "POST" else request.GET
    # One more than a topic holds: then it is said that they are too many.
    seqs = [int(text) for text in data.getlist("seq") if number(text) is not None][: rules.TRANSCRIPT_MOST + 1]
    replies = data.get("replies") == "yes"
    first, last = number(data.get("from", "")), number(data.get("to", ""))
    if first is None and last is None and not seqs:
        first, last = max(1, room.last_seq - 19), room.last_seq
    last = room.last_seq if last is None else last
    show = session_of_talk(request.user, room, held) if data.get("show") == "1" else None
    if request.method != "POST" and show is not None and show.topic is not None and show.topic.removed_at is None:
        return redirect("community:topic", show.topic.public_id)
    chosen = transcripts.choose(room_id=room.pk, first=first, last=last, seqs=seqs, replies=replies)
    refusal: Refused | Problem | None = None
    if request.method == "POST" and data.get("act") != "show":
        try:
            return _make(request, member, held, room, chosen, show)
        except (Refused, Problem) as problem:
            if wants_json(request):
                return refused(problem)
            refusal = problem
    context: dict[str, Any] = {
        "room": room, "chosen": [(one, chosen.people.get(one.author_id)) for one in chosen.messages],
        "first": first, "last": last, "replies": replies, "refusal": refusal, "boards": _boards(held, room),
        "title": data.get("title", _("What was said: %(title)s") % {"title": show.title} if show else ""),
        "intro": data.get("intro", ""), "board": data.get("board", ""),
        "client_id": request.POST.get("client_id", "")[:64] or new_id(), "most": rules.TRANSCRIPT_MOST,
        "show": show, "rest": _rest(chosen, replies, last),
    }  # fmt: skip
    return render(request, "community/messages/transcript.html", context, status=200 if refusal is None else 422)


def _make(
    request: HttpRequest, member: "Member", held: Rights, room: Room, chosen: Chosen, show: LiveSession | None
) -> HttpResponse:
    board = access.get_board(member, request.POST.get("board", ""), "start", held=held)
    if board not in _boards(held, room):
        raise Refused("smaller_circle", _("What was said here may only become a topic where the same people read it."))
    written = transcripts.words_of(room=room, chosen=chosen, intro=request.POST.get("intro", "")[:4_000])
    texts, at, told = [posts.prepare(raw) for raw in written], now(), everybody_here_reads(room, board.id)
    key = request.POST.get("client_id", "")[:64] or new_id()
    with (
        limits.spending("topic", member_id=member.pk, trust=held.trust, at=at, joined_at=member.date_joined, key=key),
        transaction.atomic(durable=True),
    ):
        url = transcripts.make_topic(
            room=room, texts=texts, title=request.POST.get("title", ""), board_id=board.id,
            count=len(chosen.messages), client_id=key, trust=held.trust, by=member.pk, at=at,
            told=told, show=show.pk if show else None,
        )  # fmt: skip
    if wants_json(request):
        return JsonResponse({"ok": True, "url": url}, headers=NO_STORE)
    notes.success(request, _("The topic is there, and the room knows of it.") if told else _("The topic is there."))
    return redirect(url)


def _rest(chosen: Chosen, replies: bool, last: int) -> str:
    """The address part that shows the stretch after this one; nothing when it is all here. It is no session's own topic."""
    if chosen.rest is None:
        return ""
    asked = {"from": chosen.rest, "to": last} | ({"replies": "yes"} if replies else {})
    return urlencode(asked)


def session_of_talk(viewer: "Viewer", room: Room, held: Rights) -> LiveSession | None:
    """The session whose whole talk becomes its topic: one that is over and that the viewer keeps."""
    if room.kind != Room.Kind.SESSION:
        return None
    found = visible_sessions(viewer, held=held).filter(room_id=room.pk, state=LiveSession.State.ENDED)
    session = found.select_related("topic").first()
    return session if session is not None and may_keep(viewer, session) else None


def _boards(held: Rights, room: Room) -> list[access.BoardCard]:
    """Where the topic may stand: a board's room in that board; a room that everybody reads anywhere one may start,
    the room of a session for members where guests do not read."""
    startable = [board for board in held.boards.values() if held.may("start", board.id) and not board.archived]
    only, open_too = circle_of(room)
    if only is not None:
        return [board for board in startable if board.id == only]
    if not open_too:
        outside = rights(None)
        startable = [board for board in startable if not outside.may("browse", board.id)]
    return [board for board in startable if "discussion" in board.kinds]
