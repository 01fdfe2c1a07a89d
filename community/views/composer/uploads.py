"""Bringing a picture into a text."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community import access
from community.actions.composer import uploads
from community.composer import drafting, unsent
from community.composer.unsent import wants_json
from community.problems import Problem
from community.rules import composer as rules_composer
from community.trust import limits
from community.views.composer import checking
from community.views.composer import drafts as drafts_views
from members import pictures
from members.access import Member, Refused, group_names, require_member
from outbox.clock import now


@require_POST
@unsent.kept
def upload(request: HttpRequest) -> HttpResponse:
    """Take a picture for the text behind `draft_key`. A script is told {markdown, url, width, height}; from a form the
    picture goes to the end of its text, which is kept as a draft and comes back."""
    if wants_json(request):
        try:
            return _upload(request)
        except Refused as refused:
            if refused.sign_in:
                return JsonResponse({"code": "signed_out", "message": refused.message}, status=401)
            return JsonResponse(
                {"code": refused.code, "message": refused.message}, status=404 if refused.hidden else 403
            )
    return _upload(request)


def _upload(request: HttpRequest) -> HttpResponse:
    member = require_member(request.user)
    held = access.hold_rights(member)
    text = unsent.of(request)
    place = drafting.get_place(member, text.key, held=held, attach=True)
    file = request.FILES.get("picture")
    problem: Problem | None = None
    if not isinstance(file, UploadedFile):
        problem = Problem("no_picture", _("Choose a picture first."))
    else:
        try:
            stored = store(member, held.trust, file, now())
        except pictures.BadPicture as bad:
            problem = Problem("bad_picture", str(bad))
        except Problem as refusal:
            problem = refusal
    if problem is not None or not isinstance(file, UploadedFile):
        return _refused(request, member, place, text, problem or Problem("no_picture", ""))
    url = default_storage.url(stored.name)
    markdown = rules_composer.picture_markdown(
        url=url, file_name=file.name or "", width=stored.width, height=stored.height
    )
    if wants_json(request):
        return JsonResponse(
            {"markdown": markdown, "url": url, "width": stored.width, "height": stored.height}, status=201
        )
    return drafts_views.keep(request, member, place, replace(text, raw=rules_composer.with_picture(text.raw, markdown)))


def store(member: Member, trust: int, file: "UploadedFile[Any]", at: datetime) -> uploads.Stored:
    """Counted before it is decoded, so that hostile files are few; a file that is here already costs nothing."""
    if (file.size or 0) > pictures.MAXIMUM_BYTES:
        raise pictures.BadPicture(_("This file is larger than 8 MB. Choose a smaller one."))
    data = file.read()
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic(durable=True):
        before = uploads.offer_again(digest=digest, by=member.pk, at=at)
    if before:
        return before
    limits.spend("upload", member_id=member.pk, trust=trust, at=at, joined_at=member.date_joined)
    picture = pictures.make_picture(data)
    quota = rules_composer.upload_quota(
        group_names(member), {**rules_composer.UPLOAD_BYTES, **settings.COMMUNITY_UPLOAD_BYTES}
    )
    name, small_name = pictures.store_picture(picture)
    kept = None
    try:
        with transaction.atomic(durable=True):
            kept = uploads.store_upload(
                digest=digest, name=name, small_name=small_name, picture=picture, quota=quota, by=member.pk, at=at
            )
        return kept
    finally:
        if kept is None or kept.repeated:  # nobody will ever point at these
            pictures.forget(name)
            pictures.forget(small_name)


def _refused(
    request: HttpRequest, member: Member, place: drafting.Place, text: unsent.Unsent, problem: Problem
) -> HttpResponse:
    if wants_json(request):
        response: HttpResponse = JsonResponse({"code": problem.code, "message": problem.message}, status=422)
        return checking.refused(response, problem)
    messages.error(request, problem.message)
    if text.raw.strip():
        return drafts_views.keep(request, member, place, text)
    return redirect(f"{place.url}#write")
