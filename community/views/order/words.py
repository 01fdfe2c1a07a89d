"""Word rules and their test box."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.access import absent, hold_rights
from community.actions.order import words
from community.forms.order import WordRuleForm
from community.models import WordRule
from community.queries.order import review as queries
from community.rules.words import Matcher, Rule, merged
from members.access import require_manager, require_moderator
from outbox.clock import now

TRIED_DAYS = 30
SHOWN = 25
AROUND = 60


@require_http_methods(["GET", "HEAD", "POST"])
def word_rules(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """All rules, and one of them (or a new one) in the editor. "try" only looks what it would have caught.

    Moderators read and try; managers change.
    """
    member = require_moderator(request.user)
    held = WordRule.objects.filter(pk=rule_id).first() if rule_id is not None else None
    if rule_id is not None and held is None:
        raise absent()
    start = {name: getattr(held, name) for name in WordRuleForm.base_fields} if held else None
    form = WordRuleForm(request.POST if request.method == "POST" else None, initial=start)
    tried: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            tried = _try(request, form.cleaned_data)
        else:
            manager = require_manager(request.user)
            with transaction.atomic(durable=True):
                words.save_rule(
                    rule_id=rule_id, active=held.active if held else True, by=manager.pk, at=now(), **form.cleaned_data
                )
            messages.success(request, _("Saved. It acts on what is written from now on."))
            return redirect("review_words")
    context = {
        "rules": WordRule.objects.select_related("by").order_by("-active", "phrase", "id"), "form": form, "held": held,
        "tried": tried, "days": TRIED_DAYS, "places": dict(WordRule.Place.choices), "member": member,
    }  # fmt: skip
    return render(request, "community/order/words.html", context, status=422 if form.errors else 200)


@require_POST
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    manager = require_manager(request.user)
    with transaction.atomic(durable=True):
        words.switch(rule_id=rule_id, active=request.POST.get("active") == "yes", by=manager.pk, at=now())
    return redirect("review_words")


def _try(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """What the rule would have met in the last thirty days, where this moderator may read."""
    rule = Rule(0, given["phrase"], given["act"], frozenset(given["places"]), given["with_what"])
    matcher = Matcher([rule])
    boards = sorted(hold_rights(request.user).allowed["moderate"])
    texts = queries.recent_texts(since=now() - timedelta(days=TRIED_DAYS), places=given["places"], boards=boards)
    shown: list[dict[str, Any]] = []
    count = 0
    for written in texts:
        if not matcher.met(written.text, written.place):
            continue
        count += 1
        if len(shown) < SHOWN:
            found = matcher.find(written.text, written.place)
            shown.append(
                {
                    "written": written,
                    "pieces": _pieces(written.text, merged([(one.start, one.end) for one in found])),
                    "after": matcher.rewritten(written.text, written.place)[:200] if rule.act == "censor" else "",
                }
            )
    return {"count": count, "of": len(texts), "shown": shown}


def _pieces(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The first meeting with some text around it, as (piece, marked)."""
    if not spans:
        return [(text[: 2 * AROUND], False)]
    start, end = spans[0]
    before, after = max(start - AROUND, 0), min(end + AROUND, len(text))
    return [
        (("…" if before else "") + text[before:start], False), (text[start:end], True),
        (text[end:after] + ("…" if after < len(text) else ""), False),
    ]  # fmt: skip
