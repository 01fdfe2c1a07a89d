"""The staff's desk in the admin: who waits, and the answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from care import access, actions, queries
from care.forms import PointsForm, WordForm
from care.models import Case
from loyalty.actions.earning.questions import QuestionRefused
from loyalty.actions.ledger.adjusting import AdjustmentRefused
from loyalty.queries.why import QuestionCard, statement_line
from loyalty.queries.why import question as loyalty_question
from members import queries as members
from members.access import require_manager
from outbox.clock import now

PAGE = 50


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Cases by state; those that wait for us first."""
    require_manager(request.user)
    state = request.GET.get("state", Case.State.OPEN)
    _rows, total = queries.cases(state=state, limit=0)
    page = Paginator(range(total), PAGE).get_page(request.GET.get("page"))
    rows, _total = queries.cases(state=state, offset=(page.number - 1) * PAGE, limit=PAGE)
    context = {"rows": rows, "state": state, "states": Case.State.choices, "page": page}
    return render(request, "care/admin/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """One case and the answer to it."""
    staff = require_manager(request.user)
    found = access.any_case(request.user, public_id=public_id)
    form = WordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                actions.add_word(
                    case_id=found.pk, text=form.cleaned_data["text"], from_staff=True, by=staff.pk, at=now()
                )
            messages.success(request, _("The member can read your answer."))
        except actions.CaseClosed as error:
            messages.error(request, str(error))
        return redirect("care_answer", public_id)
    question = points_question(found.cause)
    context = {
        "question": question,
        "explained": statement_line(handle=question.handle, member_id=question.member_id, at=now())
        if question
        else None,
        "points_form": PointsForm() if question and question.state == "waiting" else None,
        "case": queries.card(found),
        "member": members.member_card(member_id=found.member_id),
        "words": queries.words_of(case_id=found.pk),
        "form": form,
    }
    return render(request, "care/admin/answer.html", context, status=422 if form.errors else 200)


@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """The answer to a question about points: granted with points, or declined."""
    staff = require_manager(request.user)
    found = access.any_case(request.user, public_id=public_id)
    form = PointsForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                ended = actions.answer_points(
                    case_id=found.pk, granted=form.cleaned_data["verdict"] == "granted",
                    amount=form.cleaned_data["amount"] or 0, words=form.cleaned_data["words"], by=staff.pk, at=now(),
                )  # fmt: skip
        except (QuestionRefused, AdjustmentRefused, actions.CaseClosed) as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {
                "posted": _("The points are given, and the member can read your answer."),
                "waits": _("The answer is given; the points wait for somebody of Finance."),
            }
            messages.success(request, words.get(ended, _("The member can read your answer.")))
            return redirect("care_answer", public_id)
    question = points_question(found.cause)
    context = {
        "question": question,
        "explained": statement_line(handle=question.handle, member_id=question.member_id, at=now())
        if question
        else None,
        "points_form": form,
        "case": queries.card(found),
        "member": members.member_card(member_id=found.member_id),
        "words": queries.words_of(case_id=found.pk),
        "form": WordForm(),
    }
    return render(request, "care/admin/answer.html", context, status=422)


def points_question(cause: str) -> QuestionCard | None:
    """The question about points that a case is about."""
    return loyalty_question(public_id=cause.removeprefix(actions.POINTS)) if cause.startswith(actions.POINTS) else None


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Staff close a case."""
    staff = require_manager(request.user)
    found = access.any_case(request.user, public_id=public_id)
    with transaction.atomic(durable=True):
        actions.close_case(case_id=found.pk, by=staff.pk, at=now())
    return redirect("care_desk")
