"""The managers' console of quests and the gift ladder."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty.actions.ledger.ceilings import too_much
from loyalty.actions.quests import BadQuest, publish_quest
from loyalty.models import LadderGift, LadderRung, LevelSettings, Quest
from loyalty.queries import quest_reports as reports
from loyalty.queries.quests import QuestCard, StepCard
from loyalty.quest_forms import LevelForm, QuestForm, RungFormSet, StepFormSet, drafts_of, initial_of
from loyalty.rules.quest_steps import KINDS, StepDraft
from members.access import require_manager
from outbox.clock import now

DAYS = (7, 30, 90, 365)


@require_safe
def quest_report(request: HttpRequest) -> HttpResponse:
    """Every current quest: who began, who ended, what it cost."""
    require_manager(request.user)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(one) for one in DAYS} else 30
    rows = reports.report(since=now() - timedelta(days=days))
    totals = {name: sum(getattr(row, name) for row in rows) for name in ("begun", "done", "points", "credit")}
    context = {"rows": rows, "days": days, "choices": DAYS, "totals": totals}
    return render(request, "loyalty/admin/quests/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def quest_editor(request: HttpRequest, code: str = "") -> HttpResponse:
    """A quest with its steps: look at it as members see it, or publish it as the next version."""
    manager = require_manager(request.user)
    quest = Quest.objects.filter(code=code, replaced_at__isnull=True).first() if code else None
    if code and quest is None:
        raise Http404
    steps = list(quest.steps.order_by("position")) if quest else []
    form = QuestForm(request.POST or None, instance=quest, known=quest is not None)
    formset = StepFormSet(request.POST or None, initial=initial_of(steps), prefix="steps")
    preview: QuestCard | None = None
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        drafts = drafts_of(formset)
        if request.POST.get("act") == "preview":
            preview = _preview(form, drafts)
        elif _published(request, form, drafts, manager.pk):
            return redirect("loyalty_quests")
    context = {
        "quest": quest, "form": form, "formset": formset, "preview": preview,
        "funnel": reports.funnel(quest=quest) if quest else None,
    }  # fmt: skip
    status = 422 if request.method == "POST" and preview is None else 200
    return render(request, "loyalty/admin/quests/editor.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def ladder_editor(request: HttpRequest) -> HttpResponse:
    """The rungs, the steepness, the draw, and whether the ladder works."""
    manager = require_manager(request.user)
    held = LevelSettings.objects.filter(pk=1).first() or LevelSettings(pk=1)
    form = LevelForm(request.POST or None, instance=held, prefix="levels")
    formset = RungFormSet(request.POST or None, queryset=LadderRung.objects.order_by("level"), prefix="rungs")
    if request.method == "POST" and form.is_valid() and formset.is_valid() and not _too_much(formset, manager.pk):
        with transaction.atomic(durable=True):
            form.save()
            formset.save()
        messages.success(request, _("Saved. Gifts that wait already stay as they are."))
        return redirect("loyalty_ladder")
    context = {
        "form": form, "formset": formset, "report": reports.ladder_report(at=now()),
        "waiting": LadderGift.objects.filter(state=LadderGift.State.WAITING, expires_at__gt=now()).count(),
    }  # fmt: skip
    return render(request, "loyalty/admin/quests/ladder.html", context, status=422 if request.method == "POST" else 200)


def _too_much(formset: Any, by: int) -> bool:
    """Whether a rung gives more than this person may say alone; it says so beside the number."""
    for rung in formset.forms:
        amount, before = rung.cleaned_data.get("points") or 0, rung.initial.get("points") or 0
        if why := too_much(amount=amount, before=before, by=by):
            rung.add_error("points", why)
    return not formset.is_valid() or any(rung.errors for rung in formset.forms)


def _published(request: HttpRequest, form: QuestForm, drafts: list[StepDraft], by: int) -> bool:
    try:
        with transaction.atomic(durable=True):
            made = publish_quest(code=form.cleaned_data["code"], fields=form.values(), steps=drafts, by=by, at=now())
    except BadQuest as bad:
        form.add_error(bad.field if bad.field in form.fields else None, bad.message)
        return False
    messages.success(
        request, _("“%(name)s” is published, version %(version)s.") % {"name": made.name, "version": made.version}
    )
    return True


def _preview(form: QuestForm, drafts: list[StepDraft]) -> QuestCard:
    said: dict[str, Any] = form.values()
    return QuestCard(
        code=form.cleaned_data["code"], kind=said["kind"], kind_label=Quest.Kind(said["kind"]).label, repeat=said["repeat"],
        name=said["name"], about=said["about"], points=said["points"], credit=said["credit"],
        gift=said["gift"].name if said["gift"] else "", badge=str(said["badge"]) if said["badge"] else "",
        ordered=said["ordered"], state="open", begun=False, starts_at=said["starts_at"], ends_at=said["ends_at"],
        done_at=None,
        steps=tuple(
            StepCard(
                draft.name, 0, draft.count, said["ordered"] and number > 0, KINDS[draft.event].where,
            )
            for number, draft in enumerate(drafts)
        ),
    )  # fmt: skip
