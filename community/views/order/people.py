"""A member's standing for moderators: sanctions, notes, what was decided about them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import order_access
from community.access import absent, hold_rights
from community.actions.order import notes, sanctions
from community.forms.order import NoteForm, SanctionForm
from community.models import Sanction, StaffNote
from community.problems import Problem
from community.queries.order import review as queries
from community.words import order as words_order
from members.access import require_moderator
from members.queries import find_member, member_cards
from outbox.clock import now

PAGE = 50


@require_safe
def sanctions_list(request: HttpRequest) -> HttpResponse:
    """Who is silenced or suspended now, and who was; the way to anybody by name."""
    require_moderator(request.user)
    name = request.GET.get("name", "").strip().lstrip("@")[:60]
    if name and "\x00" not in name:
        if card := find_member(username=name):
            return redirect("review_person", card.public_id)
        messages.warning(request, _("Nobody is called @%(name)s.") % {"name": name})
    over = request.GET.get("state") == "over"
    rows = Sanction.objects.filter(ended_at__isnull=not over).select_related("by", "ended_by")
    rows = rows.order_by("-ended_at", "-id") if over else rows.order_by("ends_at", "id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    people = member_cards(member_ids=[held.member_id for held in page])
    context = {"page": page, "rows": [(held, people.get(held.member_id)) for held in page], "over": over, "name": name}
    return render(request, "community/order/sanctions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything the team knows of one member, and what it can do. POST imposes a sanction."""
    card = order_access.get_person(request.user, public_id)
    standing = queries.standing_of(member_id=card.id, whole=True)
    next_hours = standing.next_hours if standing else 24
    form = SanctionForm(request.POST if request.method == "POST" else None, next_hours=next_hours)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                sanctions.impose(member_id=card.id, by=request.user.pk or 0, at=now(), **form.cleaned_data)
            messages.success(request, _("Done. The member reads the reason and the end."))
            return redirect("review_person", public_id)
        except Problem as problem:
            form.add_error(None, problem.message)
    boards = sorted(hold_rights(request.user).allowed["moderate"])
    items = order_access.visible_items(request.user).filter(author_id=card.id).order_by("-created_at")[:20]
    context = {
        "standing": standing, "form": form, "note_form": NoteForm(),
        "items": queries.rows_of(list(items), viewer=request.user, at=now()),
        "entries": [words_order.line(entry) for entry in queries.audit(boards=boards, about=card.id, limit=20)], "card": card,
    }  # fmt: skip
    return render(request, "community/order/person.html", context, status=422 if form.errors else 200)


@require_POST
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a staff note, or take one away."""
    card = order_access.get_person(request.user, public_id)
    gone = request.POST.get("remove", "")
    try:
        with transaction.atomic(durable=True):
            if gone.isascii() and gone.isdigit() and len(gone) < 16:
                found = StaffNote.objects.filter(pk=int(gone), member_id=card.id).first()
                if found:
                    notes.remove_note(note_id=found.pk, by=request.user.pk or 0, at=now())
            else:
                notes.add_note(member_id=card.id, text=request.POST.get("text", ""), by=request.user.pk or 0, at=now())
    except Problem as problem:
        messages.error(request, problem.message)
    return redirect("review_person", public_id)


@require_POST
def end_sanction(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a sanction before its time."""
    moderator = require_moderator(request.user)
    found = Sanction.objects.filter(public_id=public_id).first()
    if found is None:
        raise absent()
    with transaction.atomic(durable=True):
        ended = sanctions.lift(
            sanction_id=found.pk, by=moderator.pk, at=now(), reason=request.POST.get("reason", "")[:500]
        )
    if ended:
        messages.success(request, _("Ended. The member can write again."))
    else:
        messages.info(request, _("It was over already."))
    card = member_cards(member_ids=[found.member_id])[found.member_id]
    return redirect("review_person", card.public_id)
