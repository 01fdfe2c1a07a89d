"""Drafts: saving by script and by button, going on with one, giving one up, and the list of them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.actions.composer import drafts
from community.composer import drafting, unsent
from community.composer.unsent import wants_json
from community.queries.composer import drafts as queries
from community.queries.forum.reader import reader
from community.views.forum.side import side
from members.access import Member, Refused, is_member, require_member
from outbox.clock import now


@require_safe
def drafts_page(request: HttpRequest) -> HttpResponse:
    """What the member began to write, each with the way to go on."""
    member = require_member(request.user)
    held = access.hold_rights(member)
    rows = queries.drafts(member_id=member.pk)
    known = drafting.places(member, [row.key for row in rows], held=held)
    who = reader(viewer=member, at=now())
    context = {
        "drafts": [{"row": row, "place": known.get(row.key), "url": _continue(known.get(row.key))} for row in rows],
        "side": side(request, held, who, here="drafts"),
        "shortcuts": who.shortcuts,
    }
    return render(request, "community/composer/drafts.html", context)


@require_safe
def one(request: HttpRequest) -> JsonResponse:
    """{draft: {raw, meta, revision, saved_at} or null, sent, token}: asked when a form is opened, and after signing in
    again in another window, whose token then is this window's too. `form` is the form's hidden key."""
    if not is_member(request.user):
        return _private({"code": "signed_out"}, status=401)
    member = require_member(request.user)
    row = queries.draft(member_id=member.pk, key=request.GET.get("key", "")[:140].replace("\x00", ""))
    sent = queries.was_sent(member_id=member.pk, client_id=request.GET.get("form", "")[:40].replace("\x00", ""))
    return _private({"draft": _told(row) if row else None, "sent": sent, "token": get_token(request)})


@require_POST
@unsent.kept
def save(request: HttpRequest) -> HttpResponse:
    """Keep the text of a form. A script is told the new revision, or 409 with the text of the other window; a button
    leads back to the form."""
    member = require_member(request.user)
    held = access.hold_rights(member)
    text = unsent.of(request)
    place = drafting.get_place(member, text.key, held=held)
    return keep(request, member, place, text)


def keep(request: HttpRequest, member: Member, place: drafting.Place, text: unsent.Unsent) -> HttpResponse:
    """Save the draft and answer; the edge of saving and of attaching."""
    given = request.POST.get("draft_revision", "0")
    try:
        with transaction.atomic(durable=True):
            saved = drafts.save_draft(
                key=text.key, raw=text.raw, meta=text.meta, by=member.pk, at=now(),
                revision=int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0,
                client_id=request.POST.get("client_id", "")[:40].replace("\x00", ""),
            )  # fmt: skip
    except drafts.DraftMoved as moved:
        theirs = moved.draft
        if wants_json(request):
            told = {"raw": theirs.raw, "meta": theirs.meta, "revision": theirs.revision}
            return _private({"code": moved.code, "draft": told | {"saved_at": theirs.saved_at.isoformat()}}, status=409)
        context = {"theirs": theirs, "text": text, "place": place}
        return render(request, "community/composer/draft_conflict.html", context, status=409)
    if wants_json(request):
        return _private({"revision": saved.revision, "sent": saved.sent})
    messages.success(request, _("Saved as a draft. Nobody else sees it."))
    return redirect(_continue(place))


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Give a draft up."""
    member = require_member(request.user)
    with transaction.atomic(durable=True):
        drafts.discard_draft(key=request.POST.get("draft_key", "")[:140].replace("\x00", ""), by=member.pk, at=now())
    if wants_json(request):
        return _private({"revision": 0})
    messages.success(request, _("The draft was deleted."))
    return redirect("community:drafts")


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """After signing in: the text that came while its writer was signed out is their draft, and its form is opened."""
    member = require_member(request.user)
    text = unsent.take(request)
    if text is None:
        return redirect("community:drafts")
    try:
        place = drafting.get_place(member, text.key, held=access.hold_rights(member))
    except Refused as refused:
        messages.error(request, refused.message)
        place = None
    held = queries.draft(member_id=member.pk, key=text.key)
    with transaction.atomic(durable=True):
        drafts.save_draft(
            key=text.key, raw=text.raw, meta=text.meta, revision=held.revision if held else 0, by=member.pk, at=now()
        )
    if place is None:
        return redirect("community:drafts")
    messages.info(request, _("Welcome back. Your text is still here: read it once more, then send it."))
    return redirect(_continue(place))


def initial(request: HttpRequest, key: str) -> dict[str, Any]:
    """What the form begins with when its page was asked to go on with the draft (`?draft=1`), else nothing."""
    if request.method == "POST" or "draft" not in request.GET or not is_member(request.user):
        return {}
    row = queries.draft(member_id=require_member(request.user).pk, key=key)
    if row is None:
        return {}
    return {
        **{name: value for name, value in row.meta.items() if value},
        "raw": row.raw,
        "draft_revision": row.revision,
    }


def _continue(place: drafting.Place | None) -> str:
    if place is None:
        return ""
    return place.url if place.room is not None else f"{place.url}?draft=1#write"


def _told(row: queries.DraftRow) -> dict[str, Any]:
    return {"raw": row.raw, "meta": row.meta, "revision": row.revision, "saved_at": row.saved_at.isoformat()}


def _private(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, headers={"Cache-Control": "private, no-store"})
