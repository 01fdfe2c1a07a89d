"""What is done to one message of a room: reacting, pinning, removing, bringing back. Plain forms; JSON for the script."""

from django.contrib import messages as notes
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from community.access import hold_rights
from community.actions.chat import pins, saying
from community.actions.chat import reactions as message_reactions
from community.message_access import get_removed, get_shown, get_to_answer, require_pin
from community.models import Message
from community.room_access import get_message, get_room, may_moderate
from community.rules import chat as rules
from community.topicpage import faces
from community.trust import limits
from community.views.chat.console import NO_STORE, act, done, wants_json
from members.access import Refused, require_member
from messaging import hub
from outbox.clock import now


@require_POST
@act
def react(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """React with the kind that the button names; "none" takes it back, so that a double click does not undo itself."""
    held, member, at = hold_rights(request.user), require_member(request.user), now()
    message = get_to_answer(member, slug=slug, seq=seq)
    kind = request.POST.get("kind", "")
    if kind not in (*faces.KINDS, "none"):
        raise Refused("unknown_kind", _("There is no such reaction."))
    if kind == "none":
        with transaction.atomic(durable=True):
            changed = message_reactions.unreact(message_id=message.pk, by=member.pk, at=at)
    else:
        with (
            limits.spending("reaction", member_id=member.pk, trust=held.trust, at=at, joined_at=member.date_joined),
            transaction.atomic(durable=True),
        ):
            changed = message_reactions.react(message_id=message.pk, kind=kind, by=member.pk, at=at)
    if changed:  # the member's other windows
        given = None if kind == "none" else kind
        hub.push_to_member(member.pk, "room_own", {"room": message.room.public_id, "seq": seq, "reaction": given})
    return done(request, message, message.room)


@require_POST
@act
def pin(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """`pin=1` pins a message, `pin=0` takes the pin away."""
    hold_rights(request.user)
    message = get_shown(request.user, slug=slug, seq=seq)
    member = require_pin(request.user, message.room)
    with transaction.atomic(durable=True):
        pins.pin(message_id=message.pk, pinned=request.POST.get("pin", "1") != "0", by=member.pk, at=now())
    return done(request, message, message.room)


@require_POST
@act
def remove(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Take a message away; its author may bring it back for ten minutes."""
    held, member, at = hold_rights(request.user), require_member(request.user), now()
    message = get_message(member, slug=slug, seq=seq, act="remove")
    if message.kind == Message.Kind.LINE and not may_moderate(member, message.room):
        raise Refused("not_your_message", _("Nobody wrote this line."))
    if member.pk == message.author_id and not may_moderate(member, message.room):
        with limits.spending("removal", member_id=member.pk, trust=held.trust, at=at):
            _remove(message, member.pk)
    else:
        _remove(message, member.pk)
    if not wants_json(request):
        notes.success(request, _("Removed. You can bring it back from its page."))
        return redirect("community:room_message", slug, seq)
    return done(request, message, message.room, undo=rules.UNDO_WITHIN.seconds)


def _remove(message: Message, by: int) -> None:
    with transaction.atomic(durable=True):
        saying.unsay(message_id=message.pk, by=by, at=now())


@require_POST
@act
def restore(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Bring a removed message back, where it stood."""
    hold_rights(request.user)
    member, at = require_member(request.user), now()
    message = get_removed(member, slug=slug, seq=seq, at=at)
    with transaction.atomic(durable=True):
        saying.say_again(message_id=message.pk, by=member.pk, at=at)
    return done(request, message, message.room)


@require_POST
@act
def remove_many(request: HttpRequest, slug: str) -> HttpResponse:
    """Moderators take several messages away at once: `seq` once for each, at most a hundred."""
    hold_rights(request.user)
    member = require_member(request.user)
    room = get_room(member, slug=slug, act="moderate")
    seqs = {int(text) for text in request.POST.getlist("seq") if text.isascii() and text.isdigit() and len(text) < 16}
    if len(seqs) > rules.REMOVED_AT_ONCE:
        raise Refused("too_many", _("At most %(most)d messages at once.") % {"most": rules.REMOVED_AT_ONCE})
    ids = list(Message.objects.filter(room=room, seq__in=seqs).values_list("id", flat=True))
    with transaction.atomic(durable=True):
        removed = saying.unsay_many(message_ids=ids, by=member.pk, at=now())
    if wants_json(request):
        return JsonResponse({"ok": True, "removed": removed}, headers=NO_STORE)
    notes.success(
        request,
        ngettext("%(count)d message is removed.", "%(count)d messages are removed.", removed) % {"count": removed},
    )
    return redirect("community:room", slug)
