"""Trust: the page that explains it to everybody, and the managers' console."""

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.actions.people import trust as actions
from community.forms.trust import GroupForm, LevelForm
from community.problems import Problem
from community.queries.people import trust as queries
from community.words import trust as words_trust
from members.access import is_member, require_manager
from members.queries import find_member
from outbox.clock import now

PAGE = 50


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """What trust is, what each level opens, and for members how far they are."""
    held = access.hold_rights(request.user)
    progress = None
    if is_member(request.user):
        progress = queries.progress(member_id=request.user.pk, joined_at=request.user.date_joined, at=now())
    context = {
        "levels": words_trust.levels(),
        "progress": progress,
        "effective": held.trust if is_member(request.user) else None,
        "moderating": progress is not None and held.trust > progress.level,
        "name": words_trust.level_name(held.trust),
        "next_name": words_trust.level_name(progress.next_level) if progress and progress.next_level else "",
        "needs": words_trust.need_lines(progress.needs) if progress else [],
    }
    return render(request, "community/trust/trust.html", context)


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """Members by level, and the groups that hold one."""
    require_manager(request.user)
    wanted = request.GET.get("level", "3")
    level = int(wanted) if wanted in ("1", "2", "3", "4") else 3
    counts = queries.counts()
    page = Paginator(range(counts.get(level, 0)), PAGE).get_page(request.GET.get("page"))
    context = {
        "level": level,
        "levels": [(card.level, card.name, counts.get(card.level, 0)) for card in words_trust.levels() if card.level],
        "rows": queries.at_level(level=level, limit=PAGE, offset=(page.number - 1) * PAGE),
        "page": page,
        "groups": queries.holding_groups(),
        "form": GroupForm(groups=_groups()),
    }
    return render(request, "community/admin/trust.html", context)


@require_http_methods(["POST"])
def hold_group(request: HttpRequest) -> HttpResponse:
    """Let a group hold its people at a level, or end that."""
    manager = require_manager(request.user)
    form = GroupForm(request.POST, groups=_groups())
    if form.is_valid():
        group_id, level = form.held()
        try:
            with transaction.atomic(durable=True):
                actions.hold_group(group_id=group_id, level=level, by=manager.pk, at=now())
            messages.success(request, _("The group's people have that level now."))
        except Problem as problem:
            messages.error(request, problem.message)
    else:
        messages.error(request, _("Choose a group and a level."))
    return redirect("community_trust")


@require_http_methods(["GET", "HEAD", "POST"])
def console_member(request: HttpRequest, public_id: str) -> HttpResponse:
    """One member's level: where it comes from, and changing it by hand."""
    manager = require_manager(request.user)
    card = find_member(public_id=public_id)
    if card is None:
        raise access.absent()
    form = LevelForm(request.POST or None)
    if request.method == "POST":
        at = now()
        if request.POST.get("act") == "unlock":
            with transaction.atomic(durable=True):
                actions.unlock_trust(member_id=card.id, by=manager.pk, at=at)
            messages.success(request, _("The rules decide again."))
            return redirect("community_trust_member", public_id)
        if form.is_valid():
            with transaction.atomic(durable=True):
                actions.set_trust(member_id=card.id, by=manager.pk, at=at, **form.cleaned_data)
            messages.success(request, _("The level is set."))
            return redirect("community_trust_member", public_id)
    progress = queries.progress(member_id=card.id, joined_at=card.joined_at, at=now())
    if not form.is_bound:
        form = LevelForm(initial={"level": progress.level})
    context = {
        "card": card,
        "progress": progress,
        "name": words_trust.level_name(progress.level),
        "needs": words_trust.need_lines(progress.needs),
        "changes": queries.changes(member_id=card.id),
        "form": form,
    }
    return render(request, "community/admin/trust_member.html", context, status=422 if form.errors else 200)


def _groups() -> list[tuple[int, str]]:
    found = Group.objects.order_by("name").values_list("id", "name")
    return [(pk, name) for pk, name in found if not name.startswith(actions.NOT_GROUPS)]
