"""The talk of a live session on its page: the room's own lines and form."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from community.actions.chat import rooms as actions
from community.models import Audience
from community.problems import TooFast
from community.queries.chat import marks as room_marks
from community.queries.chat import rooms as queries
from community.queries.chat import unread
from community.room_access import by_office
from community.rules import chat as chat_rules
from community.stage_access import Place, silent
from community.views.chat.lines import KINDS, choices, line_words, lines
from community.views.chat.page import ahead_of_time, draft_key, number, runs_scripts
from members.access import Refused, is_member
from outbox.clock import now
from outbox.ids import new_id


def context(
    request: HttpRequest, place: Place, *, text: str = "", client_id: str = "", refusal: Refused | TooFast | None = None
) -> dict[str, Any]:
    """What the templates and scripts of a room ask for. The room's last seq was read before its messages."""
    room, at = place.session.room, now()
    before = number(request.GET.get("before", ""))
    viewer_id = request.user.pk if is_member(request.user) else None
    page = queries.show_page(room_id=room.pk, before=before)
    own = unread.place(member_id=viewer_id, room_id=room.pk, at=at) if viewer_id else None
    pointer = own.pointer if own else None
    marks = room_marks.marks(
        member_id=viewer_id, room_id=room.pk, rows=page.messages, at=at,
        draft_key=draft_key(room) if viewer_id else "",
    )  # fmt: skip
    quiet = runs_scripts(request) or ahead_of_time(request)
    reading = request.method == "GET" and before is None and not quiet
    if viewer_id and reading and pointer is not None and pointer < room.last_seq:
        with transaction.atomic(durable=True):
            actions.mark_read(room_id=room.pk, seq=room.last_seq, by=viewer_id, at=at)
    mute = silent(place) if viewer_id else None
    return {
        "room": room,
        "base": reverse("community:room", args=[room.slug]),
        "say_url": reverse("community:live_say", args=[place.session.public_id]),
        "pointer": pointer,
        "lines": lines(page.messages, marks=marks, unread_after=pointer, viewer_id=viewer_id),
        "older": page.messages[0].seq if page.more and page.messages else None,
        "before": before,
        "folded": " ".join(sorted(marks.folded)),
        "draft": marks.draft,
        "reply_to": None,
        "muted": mute.message if mute else "",
        "may_speak": viewer_id is not None and mute is None,
        "paused": mute is not None and mute.code == "talk_paused",
        "may_pin": place.keeps and mute is None,
        "moderator": place.moderates,
        "transcribes": place.moderates and place.session.audience != Audience.GROUP,
        "rewords": place.moderates and by_office(request.user, room),
        "attach": False,
        "text": text or (marks.draft.raw if marks.draft else ""),
        "client_id": client_id or new_id(),
        "refusal": refusal,
        "longest": chat_rules.MESSAGE_LONGEST,
        "kinds": choices(),
        "kinds_line": " ".join(KINDS),
        "line_words": line_words().items(),
    }
