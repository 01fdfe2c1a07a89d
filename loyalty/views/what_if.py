"""Drafts of rules and what they would have done: from the editor of a rule, before anybody is paid by it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loyalty import access, rule_words, trying
from loyalty.actions.tiers.inviting import TierRefused
from loyalty.actions.trials import drafting, publishing
from loyalty.actions.trials import trying as acts
from loyalty.actions.trials.drafting import DraftRefused
from loyalty.expiry_form import check_expiry
from loyalty.models import Currency, DraftSet, EarningRule, RuleDraft, Tier, TierProgram, Trial
from loyalty.queries import trial_results, what_if
from loyalty.queries.rates import programme_currency
from loyalty.tier_forms import ProgramForm
from loyalty.trial_words import told
from members import proof
from members.access import Member, Refused, is_manager, require_manager
from members.queries import member_cards
from outbox.clock import now
from outbox.nudge import send_later

USUAL_DAYS = 90
PERIODS = (30, 90, 180, 365)


class ExpiryForm(forms.ModelForm):  # type: ignore[type-arg]
    """How long points live: the same checks as the currency's own form."""

    class Meta:
        model = Currency
        fields = drafting.EXPIRY

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_expiry(self, cleaned)
        return cleaned


class NewDraftForm(forms.Form):
    """A name for what is tried."""

    name = forms.CharField(label=gettext_lazy("What do you want to try?"), max_length=120)


def form_class() -> Any:
    """The rule's own form, as the editor has it."""
    return _panel().get_form_class()


def _panel() -> Any:
    return EarningRule.snippet_viewset.get_edit_handler().bind_to_model(EarningRule)  # type: ignore[attr-defined]


def find_draft(public_id: str) -> DraftSet:
    found = DraftSet.objects.filter(public_id=public_id).first()
    if found is None:
        raise Refused("draft_missing", _("There is no such draft."), hidden=True)
    return found


def find_trial(public_id: str) -> Trial:
    found = Trial.objects.select_related("draft").filter(public_id=public_id).first()
    if found is None:
        raise Refused("trial_missing", _("There is no such result."), hidden=True)
    return found


def begin(*, draft_id: int | None, days: int, by: int) -> str:
    """Ask for a trial and count it at once when it is small; a worker counts the others. Returns its public id."""
    at = now()
    with transaction.atomic(durable=True):
        trial_id = acts.ask_for_trial(draft_id=draft_id, days=days, by=by, at=at)
    trial = Trial.objects.get(pk=trial_id)
    with transaction.atomic(durable=True):
        small = len(what_if.timeline(since=trial.since, until=trial.until).ids) <= trying.AT_ONCE
    if small and not (trial.draft and trial.draft.tiers):
        trying.run(trial_id=trial_id, at=at)
    else:
        send_later("loyalty.tasks.try_rules", trial_id)
    return str(trial.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: HttpRequest) -> HttpResponse:
    """All drafts and the newest results; POST begins an empty draft."""
    manager = require_manager(request.user)
    form = NewDraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            draft_id = drafting.make_draft(name=form.cleaned_data["name"], by=manager.pk, at=now())
        return redirect("loyalty_draft", DraftSet.objects.values_list("public_id", flat=True).get(pk=draft_id))
    rows = list(DraftSet.objects.order_by("-changed_at").prefetch_related("rules")[:100])
    trials = list(Trial.objects.select_related("draft").order_by("-asked_at").defer("result")[:20])
    people = member_cards(member_ids={row.made_by_id for row in rows if row.made_by_id})
    context = {"form": form, "drafts": [(row, people.get(row.made_by_id or 0)) for row in rows], "trials": trials}
    return render(request, "loyalty/admin/trials/drafts.html", context, status=422 if form.errors else 200)


@require_safe
def draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is in a draft, in words, and what it came to when it was tried. Finance reads it, too, to be its second person."""
    viewer = access.require_books(request.user)
    found = find_draft(public_id)
    rows = list(RuleDraft.objects.filter(draft=found).order_by("code"))
    currency = programme_currency()
    mine = [(row, rule_words.summary(drafting.instance_of(row), currency=currency)) for row in rows]
    others = EarningRule.objects.filter(replaced_at=None).exclude(code__in=[row.code for row in rows]).order_by("name")
    context = {
        "draft": found,
        "rules": mine,
        "others": list(others),
        "trials": list(Trial.objects.filter(draft=found).order_by("-asked_at").defer("result")[:20]),
        "periods": PERIODS,
        "usual": USUAL_DAYS,
        "empty": not rows and found.tiers is None and found.expiry is None,
        "expiry": _expiry_words(found),
        "has_tiers": TierProgram.objects.exists(),
        "may_write": is_manager(viewer),
        "second": "" if found.published_at else drafting.needs_second(found.pk),
        "wrote": viewer.pk in found.writers,
        "finance": access.is_finance(viewer),
    }
    return render(request, "loyalty/admin/trials/draft.html", context)


def _expiry_words(found: DraftSet) -> str:
    return str(drafting.expiry_of(found.expiry).get_expiry_policy_display()) if found.expiry else ""


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, public_id: str, code: str = "") -> HttpResponse:
    """The rule's own form, for a rule of a draft: saved into the draft, never published."""
    manager = require_manager(request.user)
    found = find_draft(public_id)
    instance = _instance(found, code)
    kind = form_class()
    form = kind(request.POST if request.method == "POST" else None, instance=instance, for_user=request.user)
    form.publishes = False
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                drafting.put_rule(
                    draft_id=found.pk, code=form.cleaned_data["code"], values=form.cleaned_data, at=now(), by=manager.pk
                )
        except DraftRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Kept in the draft. Nobody is paid by it."))
            return redirect("loyalty_draft", public_id)
    panel = _panel().get_bound_panel(instance=instance, request=request, form=form)
    context = {"draft": found, "panel": panel, "form": form, "code": code, "media": panel.media + form.media}
    return render(request, "loyalty/admin/trials/rule.html", context, status=422 if form.errors else 200)


def _instance(found: DraftSet, code: str) -> EarningRule:
    """What the form shows: the draft's values, else the published rule's, else an empty one. Never saved."""
    if not code:
        return EarningRule()
    row = RuleDraft.objects.filter(draft=found, code=code).first()
    current = EarningRule.objects.filter(code=code, replaced_at=None).first()
    if row is None and current is None:
        raise Refused("rule_missing", _("There is no such rule."), hidden=True)
    if row is None:
        return current  # type: ignore[return-value]
    drafted = drafting.instance_of(row)
    drafted.pk = current.pk if current else None  # the form's checks speak of the published rule
    return drafted


@require_http_methods(["GET", "HEAD", "POST"])
def tiers(request: HttpRequest, public_id: str) -> HttpResponse:
    """The table of tiers of a draft, with the checks of the real one."""
    manager = require_manager(request.user)
    found, program = find_draft(public_id), TierProgram.objects.order_by("id").first()
    if program is None:
        raise Refused("tiers_missing", _("There are no tiers."), hidden=True)
    form = ProgramForm(
        request.POST if request.method == "POST" else None, instance=program, initial=_tier_values(found)
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            drafting.put_tiers(
                draft_id=found.pk, values=form.program_values(), numbers=form.numbers(), at=now(), by=manager.pk
            )
        return redirect("loyalty_draft", public_id)
    context = {"draft": found, "form": form}
    return render(request, "loyalty/admin/trials/tiers.html", context, status=422 if form.errors else 200)


def _tier_values(found: DraftSet) -> dict[str, Any]:
    if not found.tiers:
        return {}
    ids = dict(Tier.objects.values_list("code", "pk"))
    values = dict(found.tiers["values"])
    for code, row in found.tiers["numbers"].items():
        values |= {f"{name}_{ids[code]}": number for name, number in row.items() if code in ids}
    return values


@require_http_methods(["GET", "HEAD", "POST"])
def expiry(request: HttpRequest, public_id: str) -> HttpResponse:
    """How long points would live."""
    manager = require_manager(request.user)
    found = find_draft(public_id)
    points = Currency.objects.get(code="points")
    form = ExpiryForm(request.POST if request.method == "POST" else None, instance=points, initial=found.expiry or {})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(durable=True):
            drafting.put_expiry(draft_id=found.pk, values=form.cleaned_data, at=now(), by=manager.pk)
        return redirect("loyalty_draft", public_id)
    context = {"draft": found, "form": form}
    return render(request, "loyalty/admin/trials/expiry.html", context, status=422 if form.errors else 200)


@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """One act on a draft: try, ask (a second person), publish, drop (a rule), drop-tiers, drop-expiry, delete."""
    what, at = request.POST.get("act", ""), now()
    manager = (access.require_books if what == "publish" else require_manager)(request.user)
    found = find_draft(public_id)
    if what == "try":
        days = request.POST.get("days", "")
        number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else USUAL_DAYS
        return redirect("loyalty_trial", begin(draft_id=found.pk, days=number or 1, by=manager.pk))
    code = request.POST.get("code", "")[:40].replace("\x00", "")
    verbs: dict[str, Callable[[], object]] = {
        "drop": lambda: drafting.drop_rule(draft_id=found.pk, code=code, at=at, by=manager.pk),
        "drop-tiers": lambda: drafting.put_tiers(draft_id=found.pk, values=None, numbers={}, at=at, by=manager.pk),
        "drop-expiry": lambda: drafting.put_expiry(draft_id=found.pk, values=None, at=at, by=manager.pk),
        "delete": lambda: drafting.throw_away(draft_id=found.pk),
        "ask": lambda: drafting.ask_second(draft_id=found.pk, by=manager.pk, at=at),
        "publish": lambda: _publish(request, found, manager),
    }
    answer: object = None
    try:
        with transaction.atomic(durable=True):
            answer = verbs[what]() if what in verbs else None
    except (DraftRefused, TierRefused) as refusal:
        messages.error(request, refusal.message)
    if isinstance(answer, HttpResponse):
        return answer
    if what == "delete" and answer:
        return redirect("loyalty_drafts")
    if what == "delete":
        messages.error(request, _("A decision rests on this draft, so it stays."))
    return redirect("loyalty_draft", public_id)


def _publish(request: HttpRequest, found: DraftSet, viewer: Member) -> HttpResponse:
    if drafting.needs_second(found.pk):
        if not proof.is_fresh(request):
            return proof.ask(request, back=reverse("loyalty_draft", args=[found.public_id]))
    else:
        require_manager(viewer)  # Finance is the second person, never the only one
    shown = request.POST.get("trial", "").replace("\x00", "")
    trial_id = (
        Trial.objects.filter(public_id=shown, draft=found).values_list("pk", flat=True).first() if shown else None
    )
    if shown and trial_id is None:
        raise Refused("trial_missing", _("There is no such result."), hidden=True)
    made = publishing.publish_draft(draft_id=found.pk, trial_id=trial_id, by=viewer.pk, at=now())
    messages.success(request, _("Published. What happens from now on is judged by it."))
    if len(made) == 1 and is_manager(viewer):  # the rule's own page is the managers'
        return redirect("loyalty_rule_versions", made[0].code)
    return redirect("loyalty_draft", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a trial came to, in plain words first; while it is counted, how far it is. POST stops it."""
    require_manager(request.user)
    found = find_trial(public_id)
    if request.method == "POST":
        with transaction.atomic(durable=True):
            stopped = acts.cancel(trial_id=found.pk, at=now())
        messages.success(request, _("Stopped.") if stopped else _("It was over already."))
        return redirect("loyalty_trial", public_id)
    running = found.state in (Trial.State.WAITING, Trial.State.RUNNING)
    context: dict[str, Any] = {
        "trial": found,
        "draft": found.draft,
        "running": running,
        "days": (found.until - found.since).days,
    }
    context["percent"] = found.done * 100 // found.total if found.total else 0
    context["stale"] = bool(found.draft and found.draft.changes != found.changes)
    if found.result is not None:
        people = trial_results.people_of(found.result)
        context |= told(found, people)
    answer = render(request, "loyalty/admin/trials/trial.html", context)
    if running:
        answer["Refresh"] = "2"
    return answer


def from_editor(request: HttpRequest, instance: EarningRule | None) -> HttpResponse | None:
    """The editor's own buttons “Try it” and “Keep as a draft”: the form is checked as for publishing and kept as a draft.

    None lets the editor go on: with a form that has errors it shows them, as it always does, and publishes nothing.
    """
    wanted = next((one for one in ("action-try", "action-draft") if one in request.POST), "")
    if request.method != "POST" or not wanted:
        return None
    manager = require_manager(request.user)
    form = form_class()(request.POST, instance=instance or EarningRule(), for_user=request.user)
    form.publishes = False
    if not form.is_valid():
        return None
    with transaction.atomic(durable=True):
        draft_id = drafting.make_draft(name=form.cleaned_data["name"], by=manager.pk, at=now())
        drafting.put_rule(
            draft_id=draft_id, code=form.cleaned_data["code"], values=form.cleaned_data, at=now(), by=manager.pk
        )
    if wanted == "action-try":
        return redirect("loyalty_trial", begin(draft_id=draft_id, days=USUAL_DAYS, by=manager.pk))
    return redirect(
        reverse("loyalty_draft", args=[DraftSet.objects.values_list("public_id", flat=True).get(pk=draft_id)])
    )
