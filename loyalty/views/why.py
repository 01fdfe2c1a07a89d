"""Why points moved: a line of one's statement explained, a question about it, and the words of the rule that paid."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty import access
from loyalty.actions.earning.questions import QuestionRefused, ask_about
from loyalty.queries.origins import origins
from loyalty.question_form import QuestionForm
from members.access import require_member
from outbox.clock import now


@require_http_methods(["GET", "HEAD", "POST"])
def why(request: HttpRequest, handle: str) -> HttpResponse:
    """One line: what caused it, how the number came about, what became of the points; and a form to say that it is wrong."""
    member = require_member(request.user)
    at = now()
    found = access.own_line(handle=handle, member_id=member.pk, at=at)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                ask_about(txn_id=found.line.txn_id, member_id=member.pk, words=form.cleaned_data["words"], at=at)
        except QuestionRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Thank you for saying so. A person looks at it, and the answer stands here."))
            return redirect("loyalty:why", handle)
    context = {
        "found": found,
        "origin": origins(lines=[found.line], viewer=member).get(found.line.handle),
        "form": form,
    }
    return render(request, "loyalty/why/page.html", context, status=422 if form.errors else 200)


@require_safe
def rule(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The words of one version of a rule: what points were judged by."""
    member = require_member(request.user)
    return render(request, "loyalty/why/rule.html", {"rule": access.get_rule(member, code=code, version=version)})
