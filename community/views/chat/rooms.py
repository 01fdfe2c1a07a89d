"""The pages about rooms: the list of them, opening one, setting it up, its people, and how it reaches a member."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from community import moderation
from community.access import Rights, hold_rights
from community.actions.chat import memberships
from community.actions.chat import rooms as actions
from community.conversation_access import people_named
from community.forms.rooms import InviteForm, RoomForm
from community.models import Membership, Room
from community.problems import Problem, TooFast
from community.queries.chat import inbox as threads_inbox
from community.queries.chat import people as room_people
from community.queries.chat import rooms as queries
from community.room_access import (
    OPEN_KINDS,
    get_kept_room,
    get_own_room,
    get_owned_room,
    get_room,
    may_keep,
    owns,
    require_may_make,
)
from community.rules import rooms as rules
from community.streams.hints import tell_read
from community.trust import limits
from members.access import Refused, is_manager, is_member, require_member
from members.queries import find_member
from outbox.clock import now


@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """The viewer's rooms, their conversations, and what else they may look into."""
    held = hold_rights(request.user)
    at = now()
    found = queries.room_list(viewer=request.user, at=at)
    request.chat_unread = found.unread  # type: ignore[attr-defined]  # for the navigation
    member = is_member(request.user)
    context = {
        "found": found,
        "rooms": found.rows,
        "threads_waiting": _threads_waiting(request, found, at),
        "may_make": member and (is_manager(request.user) or held.trust >= 1) and not held.silenced,
    }
    return render(request, "community/rooms/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_room(request: HttpRequest) -> HttpResponse:
    """Open a room: the team for everybody, members for those whom they bring in."""
    member = require_member(request.user)
    held = hold_rights(member)
    site = is_manager(member)
    require_may_make(member, Room.Kind.PUBLIC if site else Room.Kind.PRIVATE)
    form = RoomForm(request.POST if request.method == "POST" else None, site=site, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            draft, at = form.draft(), now()
            require_may_make(member, draft.kind)
            _judge(draft, held)
            with (
                limits.spending("room", member_id=member.pk, trust=held.trust, at=at),
                transaction.atomic(durable=True),
            ):
                slug = actions.make_room(draft=draft, by=member.pk, at=at)
            return redirect("community:room_people" if draft.kind == Room.Kind.PRIVATE else "community:room", slug)
        except TooFast as problem:
            form.add_error(None, problem.message)
            return _too_fast(render(request, "community/rooms/new.html", {"form": form, "site": site}), problem)
        except Problem as problem:
            form.add_error(None, problem.message)
    status = 422 if form.errors else 200
    return render(request, "community/rooms/new.html", {"form": form, "site": site}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """What a room is, for those who keep it."""
    member = require_member(request.user)
    held = hold_rights(member)
    room = get_kept_room(member, slug=slug)
    site = room.kind != Room.Kind.PRIVATE
    form = RoomForm(request.POST if request.method == "POST" else None, site=site, held=held, room=room)
    if request.method == "POST" and form.is_valid():
        try:
            draft = form.draft()
            _judge(draft, held)
            with transaction.atomic(durable=True):
                changed = actions.update_room(room_id=room.pk, draft=draft, by=member.pk, at=now())
            messages.success(request, _("The room is as you want it.") if changed else _("Nothing was changed."))
            return redirect("community:room_settings", slug)
        except Problem as problem:
            form.add_error(None, problem.message)
    context = {"room": room, "form": form, "site": site, "messages_kept": room.retention_days}
    return render(request, "community/rooms/settings.html", context, status=422 if form.errors else 200)


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in a room; its keepers bring others and hand it over."""
    hold_rights(request.user)
    room = get_room(request.user, slug=slug)
    return _people(request, room)


def _people(request: HttpRequest, room: Room, form: InviteForm | None = None) -> HttpResponse:
    queries.name_rooms([room], viewer=request.user)
    page = page_number(request)
    found = room_people.people(room_id=room.pk, page=page)
    viewer_id = request.user.pk if is_member(request.user) else None
    if viewer_id is None:  # as in the directory: who only reads along is nobody's business outside
        found = room_people.People([], found.count, more=False)
    context = {
        "room": room,
        "found": found,
        "page": page,
        "form": form or InviteForm(),
        "owns": owns(request.user, room),
        "keeps": may_keep(request.user, room),
        "inside": any(row.card.id == viewer_id for row in found.rows),
        "others": ",".join(row.card.username for row in found.rows if row.card.id != viewer_id),
        "most": rules.DIRECT_MOST,
    }
    return render(request, "community/rooms/people.html", context, status=422 if form and form.errors else 200)


@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring people into a private room."""
    member = require_member(request.user)
    held, at = hold_rights(member), now()
    room = get_owned_room(member, slug=slug)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            cards = people_named(member, form.cleaned_data["names"])
            with (
                limits.spending("room_invitation", member_id=member.pk, trust=held.trust, at=at),
                transaction.atomic(durable=True),
            ):
                came = memberships.invite(room_id=room.pk, member_ids=[card.id for card in cards], by=member.pk, at=at)
        except TooFast as problem:
            form.add_error("names", problem.message)
            return _too_fast(_people(request, room, form), problem)
        except (Refused, Problem) as problem:
            form.add_error("names", problem.message)
        else:
            said = ngettext("%(count)s person is in the room now.", "%(count)s people are in the room now.", len(came))
            messages.success(request, said % {"count": len(came)} if came else _("They were in the room already."))
            return redirect("community:room_people", slug)
    return _people(request, room, form)


@require_POST
def change_person(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    """Hand a private room over (`act` owner), take that back (member), or take somebody out (remove)."""
    member = require_member(request.user)
    room = get_owned_room(member, slug=slug)
    card = None if "\x00" in username else find_member(username=username)
    act, at = request.POST.get("act", ""), now()
    try:
        if card is None or not Membership.objects.filter(room=room, member_id=card.id).exists():
            raise memberships.MembershipRefused("nobody", _("Nobody with this name is in the room."))
        if card.id == member.pk:
            raise memberships.MembershipRefused("oneself", _("Choose somebody else. You can leave the room yourself."))
        with transaction.atomic(durable=True):
            if act == "remove":
                memberships.leave_room(room_id=room.pk, member_id=card.id, by=member.pk, at=at)
            else:
                memberships.set_role(room_id=room.pk, member_id=card.id, role=act, by=member.pk, at=at)
    except Problem as problem:
        return _refused(request, problem, "community:room_people", slug)
    return answered(request, "community:room_people", slug)


@require_POST
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a room one of one's own."""
    member = require_member(request.user)
    room = get_room(member, slug=slug)
    if room.kind not in OPEN_KINDS:
        return redirect("community:room", slug)
    with transaction.atomic(durable=True):
        actions.join_room(room_id=room.pk, member_id=member.pk, by=member.pk, at=now())
    return answered(request, "community:room", slug, joined=True)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Out of a room; of a closed one only after a second look."""
    room, _held = get_own_room(request.user, slug=slug)
    member = require_member(request.user)
    if request.method != "POST":
        queries.name_rooms([room], viewer=member)
        return render(request, "community/rooms/leave.html", {"room": room})
    try:
        with transaction.atomic(durable=True):
            memberships.leave_room(room_id=room.pk, member_id=member.pk, by=member.pk, at=now())
    except Problem as problem:
        return _refused(request, problem, "community:rooms")
    messages.success(request, _("You left the room."))
    return answered(request, "community:rooms", joined=False)


@require_http_methods(["GET", "HEAD", "POST"])
def level(request: HttpRequest, slug: str) -> HttpResponse:
    """What a member is told of in this room, and how long nothing."""
    room, held = get_own_room(request.user, slug=slug)
    member, at = require_member(request.user), now()
    if request.method == "POST":
        span = rules.MUTES.get(request.POST.get("mute", ""))
        until = at + timedelta(seconds=span) if span else None
        if request.POST.get("mute") == "keep":
            until = held.muted_until if held.muted_until and held.muted_until > at else None
        try:
            with transaction.atomic(durable=True):
                actions.set_level(
                    room_id=room.pk, level=request.POST.get("level", held.level), muted_until=until, by=member.pk, at=at
                )
        except Problem as problem:
            return _refused(request, problem, "community:room_level", slug)
        tell_read(room_id=room.pk, member_id=member.pk)
        messages.success(request, _("Saved."))
        return answered(request, "community:room_level", slug, muted_until=until.isoformat() if until else None)
    queries.name_rooms([room], viewer=member)
    quiet = held.muted_until if held.muted_until and held.muted_until > at else None
    context = {"room": room, "held": held, "quiet_until": quiet, "levels": _levels(), "mutes": _mutes()}
    return render(request, "community/rooms/level.html", context)


@require_POST
def unread_from(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """From this message on it is all new again, on every device."""
    room, _held = get_own_room(request.user, slug=slug)
    member = require_member(request.user)
    with transaction.atomic(durable=True):
        actions.mark_unread(room_id=room.pk, seq=seq, by=member.pk, at=now())
    tell_read(room_id=room.pk, member_id=member.pk)
    return answered(request, "community:rooms")


@require_POST
def hide(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a conversation away until somebody speaks in it."""
    room, _held = get_own_room(request.user, slug=slug)
    member = require_member(request.user)
    with transaction.atomic(durable=True):
        actions.put_away(room_id=room.pk, by=member.pk, at=now())
    tell_read(room_id=room.pk, member_id=member.pk)
    return answered(request, "community:conversations")


def _threads_waiting(request: HttpRequest, found: queries.RoomList, at: datetime) -> int:
    if not is_member(request.user):
        return 0
    return threads_inbox.threads_waiting(member_id=request.user.pk, room_ids=[row.id for row in found.rows], at=at)


# --- Within -----------------------------------------------------------------------------------------------------------


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def answered(request: HttpRequest, route: str, *parts: Any, **data: Any) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"ok": True, **data})
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) and back.startswith("/"):
        return redirect(back)
    return redirect(route, *parts)


def _refused(request: HttpRequest, problem: Problem, route: str, *parts: Any) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"code": problem.code, "message": problem.message}, status=422)
    messages.error(request, problem.message)
    return redirect(route, *parts)


def _judge(draft: actions.RoomDraft, held: Rights) -> None:
    """The words of a member's own room stand in notices of those whom they bring in. Raises BlockedWord."""
    if draft.kind == Room.Kind.PRIVATE:
        for words in (draft.name, draft.description, draft.topic):
            moderation.judge(words, trust=held.trust, place="message")


def _too_fast(response: HttpResponse, problem: TooFast) -> HttpResponse:
    response.status_code = 429
    response["Retry-After"] = str(problem.retry_after)
    return response


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _levels() -> list[tuple[str, str, str]]:
    return [
        (Membership.Level.ALWAYS, _("Every message"), _("You are told of each message, as your choices of notices say.")),
        (Membership.Level.MENTION, _("When I am called"), _("The number counts all; you are told of what names you.")),
        (Membership.Level.NEVER, _("Nothing"), _("No number, no notice. The room stays in your list.")),
    ]  # fmt: skip


def _mutes() -> list[tuple[str, str]]:
    return [
        ("hour", _("For an hour")), ("eight", _("For eight hours")), ("day", _("For a day")), ("week", _("For a week")),
    ]  # fmt: skip
