"""A member's cases."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from care import access, actions, queries
from care.forms import CaseForm, WordForm
from members.access import require_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest) -> HttpResponse:
    """The member's cases and the form for a new one."""
    member = require_member(request.user)
    form = CaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                case = actions.open_case(member_id=member.pk, **form.cleaned_data, by=member.pk, at=now())
        except actions.TooManyCases as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you for telling us. A person will answer you here."))
            return redirect("care:case", case.public_id)
    context = {"form": form, "cases": queries.cases_of(member_id=member.pk)}
    return render(request, "care/open.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    """One case: what was said, and the next word."""
    found = access.own_case(request.user, public_id=public_id)
    form = WordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                actions.add_word(
                    case_id=found.pk, text=form.cleaned_data["text"], from_staff=False, by=found.member_id, at=now()
                )
        except actions.CaseClosed as error:
            messages.error(request, str(error))
        return redirect("care:case", public_id)
    context = {"case": queries.card(found), "words": queries.words_of(case_id=found.pk), "form": form}
    return render(request, "care/case.html", context, status=422 if form.errors else 200)


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """The member says that it is settled."""
    found = access.own_case(request.user, public_id=public_id)
    with transaction.atomic(durable=True):
        actions.close_case(case_id=found.pk, by=found.member_id, at=now())
    messages.success(request, _("Good that it is settled."))
    return redirect("care:open")
