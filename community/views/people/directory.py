"""Who is here: by name, newest, most helpful, by badge and by group."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.queries.people import directory as queries
from members.access import Refused, is_member
from outbox.clock import now


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Members see members; guests only if the site says so."""
    if not is_member(request.user) and not settings.DIRECTORY_FOR_GUESTS:
        raise Refused("sign_in_required", _("Members see who else is here. Please sign in first."), sign_in=True)
    asked = {
        name: request.GET.get(name, "").replace("\x00", "")[:60].strip()
        for name in ("q", "order", "badge", "group", "before")
    }
    found = queries.people(**asked, at=now())
    context = {"found": found, "asked": asked, "badges": queries.badge_choices(), "groups": queries.group_choices()}
    return render(request, "community/people/directory.html", context)
