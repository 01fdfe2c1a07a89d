"""Writing to people: the list of conversations, beginning one, and the threads that one follows."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access import hold_rights
from community.actions.chat import conversations as actions
from community.actions.chat import following as thread_following
from community.actions.chat import saying
from community.conversation_access import existing, people_named, require_may_begin
from community.forms.rooms import ConversationForm
from community.problems import Problem, TooFast
from community.queries.chat import inbox as threads_inbox
from community.queries.chat import rooms as queries
from community.room_access import get_message, get_room
from community.rules import rooms as rules
from community.trust import limits
from community.views.chat.rooms import answered, page_number
from members.access import Refused, require_member
from members.queries import MemberCard
from outbox.clock import now
from outbox.ids import new_id


@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """All conversations, the newest first; what was put away is folded at the end."""
    member = require_member(request.user)
    held = hold_rights(member)
    rows, folded = queries.conversations(viewer=member, at=now())
    context = {
        "folded": folded,
        "rows": [row for row in rows if not row.away],
        "away": [row for row in rows if row.away],
        "may_begin": not held.silenced,
    }
    return render(request, "community/rooms/conversations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_conversation(request: HttpRequest) -> HttpResponse:
    """Write to somebody: an existing conversation is opened, else the first words make one."""
    member = require_member(request.user)
    hold_rights(member)
    if request.method == "POST":
        return _begin(request)
    asked = [name for name in request.GET.get("to", "")[:700].split(",") if name.strip(" @")]
    refusal = ""
    people: list[MemberCard] = []
    try:
        people = people_named(member, asked)
        if people:
            room = existing(member=member, others=[card.id for card in people])
            if room is not None:
                get_room(member, slug=room.slug)
                return redirect("community:room", room.slug)
            require_may_begin(member, [card.id for card in people], at=now())
    except Refused as problem:
        refusal = problem.message
    form = ConversationForm(initial={"to": ", ".join(f"@{card.username}" for card in people), "key": new_id()})
    return _show(request, form, people, refusal)


def _begin(request: HttpRequest) -> HttpResponse:
    member, at = require_member(request.user), now()
    held = hold_rights(member)
    form = ConversationForm(request.POST)
    people: list[MemberCard] = []
    if form.is_valid():
        key = form.cleaned_data["key"] or new_id()
        try:
            people = people_named(member, form.cleaned_data["to"])
            others = [card.id for card in people]
            found = existing(member=member, others=others) if others else None
            if found is not None:
                get_room(member, slug=found.slug, act="send")
            else:
                require_may_begin(member, others, at=at)
            with limits.spending("message", member_id=member.pk, trust=held.trust, at=at, key=key):
                slug = _open(member.pk, held.trust, others, form.cleaned_data["text"], key, at, new=found is None)
            return redirect("community:room", slug)
        except TooFast as problem:
            form.add_error(None, problem.message)
            return _show(request, form, people, status=429, retry_after=problem.retry_after)
        except (Refused, Problem) as problem:
            form.add_error(None, problem.message)
    return _show(request, form, people, status=422)


def _open(by: int, trust: int, others: list[int], text: str, key: str, at: Any, *, new: bool) -> str:
    """The conversation with the first words in it; its slug."""
    if not new:
        return _say(by, trust, others, text, key, at)
    with limits.spending("direct_room", member_id=by, trust=trust, at=at, key=rules.direct_key([by, *others])):
        return _say(by, trust, others, text, key, at)


def _say(by: int, trust: int, others: list[int], text: str, key: str, at: Any) -> str:
    with transaction.atomic(durable=True):
        room_id, _made = actions.open_conversation(member_ids=others, by=by, at=at)
        saying.say(room_id=room_id, raw=text, client_id=key, by=by, trust=trust, moderating=False, at=at)
        return actions.slug_of(room_id=room_id)


def _show(
    request: HttpRequest,
    form: ConversationForm,
    people: list[MemberCard],
    refusal: str = "",
    *,
    status: int = 200,
    retry_after: int | None = None,
) -> HttpResponse:
    context = {"form": form, "people": people, "refusal": refusal, "most": rules.DIRECT_MOST}
    response = render(request, "community/rooms/new_conversation.html", context, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


@require_safe
def threads(request: HttpRequest) -> HttpResponse:
    """The threads that one follows, those with news first."""
    member = require_member(request.user)
    hold_rights(member)
    page = page_number(request)
    found = threads_inbox.threads(viewer=member, at=now(), page=page)
    return render(request, "community/rooms/threads.html", {"found": found, "page": page})


@require_POST
def follow_thread(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Follow a thread, or be told of it no more (`follow` 0)."""
    member = require_member(request.user)
    message = get_message(member, slug=slug, seq=seq, act="read")
    with transaction.atomic(durable=True):
        thread_following.set_following(
            message_id=message.pk, follow=request.POST.get("follow", "1") == "1", by=member.pk, at=now()
        )
    return answered(request, "community:threads", url=reverse("community:threads"))
