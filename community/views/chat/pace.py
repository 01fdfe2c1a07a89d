"""Moderators keep order in a room while people talk: one form, with or without script."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.access import hold_rights
from community.actions.chat import pace as room_pace
from community.models import Room
from community.room_access import get_room
from community.views.chat.console import NO_STORE, act, wants_json
from community.views.chat.page import number
from members.access import Refused, require_member
from outbox.clock import now


@require_POST
@act
def pace(request: HttpRequest, slug: str) -> HttpResponse:
    """`slow`: seconds between two messages of one member. `quiet`: "yes" only moderators speak, "no" everybody does."""
    hold_rights(request.user)
    member = require_member(request.user)
    room = get_room(member, slug=slug, act="moderate")
    if room.kind == Room.Kind.DIRECT:
        raise Refused("conversation", _("A conversation belongs to those who are in it."))
    with transaction.atomic(durable=True):
        if (quiet := request.POST.get("quiet", "")) in ("yes", "no"):
            changed = room_pace.quieten(room_id=room.pk, quiet=quiet == "yes", by=member.pk, at=now())
        else:
            seconds = number(request.POST.get("slow", ""))
            changed = room_pace.slow_down(
                room_id=room.pk, seconds=-1 if seconds is None else seconds, by=member.pk, at=now()
            )
    if wants_json(request):
        return JsonResponse({"ok": True, "changed": changed}, headers=NO_STORE)
    return redirect("community:room", slug)
