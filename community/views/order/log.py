"""The audit log, to be read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.access import hold_rights
from community.queries.order import review as queries
from community.words import order as words_order
from members.access import require_moderator
from members.queries import find_member

PAGE = 50


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who did what to what, and why; by person, by whom it was about, by kind of act."""
    moderator = require_moderator(request.user)
    asked = {name: _clean(request.GET.get(name, "")) for name in ("by", "about", "act")}
    who, whom = (find_member(username=asked[name].lstrip("@")) if asked[name] else None for name in ("by", "about"))
    before = request.GET.get("before", "")
    entries = []
    if (who or not asked["by"]) and (whom or not asked["about"]):
        entries = queries.audit(
            boards=sorted(hold_rights(moderator).allowed["moderate"]),
            by=who.id if who else None,
            about=whom.id if whom else None,
            act=asked["act"],
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
            limit=PAGE + 1,
        )
    context = {
        "rows": [words_order.line(entry) for entry in entries[:PAGE]], "asked": asked,
        "older": entries[PAGE - 1].pk if len(entries) > PAGE else None, "families": words_order.families(),
    }  # fmt: skip
    return render(request, "community/order/log.html", context)


def _clean(text: str) -> str:
    return "" if "\x00" in text else text.strip()[:60]
