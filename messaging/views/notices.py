"""The notices of a member: the list behind the bell."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members.access import require_member
from messaging import actions
from messaging.queries.notices import notice_page, notice_told
from outbox.clock import now


@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What was told, newest first. Looking makes the bell quiet; opening one marks it as read."""
    member = require_member(request.user)
    at, unread = now(), request.GET.get("show") == "unread"
    page = notice_page(viewer=member, before=request.GET.get("before", ""), unread=unread)
    if any(row.new for row in page.rows):
        with transaction.atomic(durable=True):
            actions.see_notices(member_id=member.pk, up_to=at, at=at)
    return render(request, "messaging/notices/notices.html", {"page": page, "unread": unread})


@never_cache
@require_safe
def open_notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """Go where the notice leads, and remember that it was opened."""
    member = require_member(request.user)
    found = notice_told(viewer=member, public_id=public_id)
    if found is None:
        raise Http404
    with transaction.atomic(durable=True):
        actions.read_notices(member_id=member.pk, public_ids=[public_id], at=now())
    return redirect(found.told.url)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    member = require_member(request.user)
    with transaction.atomic(durable=True):
        actions.read_all_notices(member_id=member.pk, at=now())
    return redirect("messaging:notices")
