"""Trying rules before they pay, and points as promises: addresses, menu, and two buttons in the editor of rules."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.action_menu import ActionMenuItem

from loyalty.models import EarningRule
from loyalty.views import economics, what_if
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def trial_urls() -> list[URLPattern]:
    draft = "points/drafts/<slug:public_id>/"
    return [
        path("points/drafts/", what_if.drafts, name="loyalty_drafts"),
        path(draft, what_if.draft, name="loyalty_draft"),
        path(f"{draft}act/", what_if.act, name="loyalty_draft_act"),
        path(f"{draft}rule/", what_if.rule, name="loyalty_draft_new_rule"),
        path(f"{draft}rule/<slug:code>/", what_if.rule, name="loyalty_draft_rule"),
        path(f"{draft}tiers/", what_if.tiers, name="loyalty_draft_tiers"),
        path(f"{draft}expiry/", what_if.expiry, name="loyalty_draft_expiry"),
        path("points/trials/<slug:public_id>/", what_if.trial, name="loyalty_trial"),
        path("points/promises/", economics.promises, name="loyalty_promises"),
        path("points/promises/csv/", economics.promises_csv, name="loyalty_promises_csv"),
        path("points/promises/rows/", economics.rows, name="loyalty_promise_rows"),
    ]


@hooks.register("register_points_menu_item")
def drafts_item() -> MenuItem:
    return ManagersItem(gettext_lazy("Try rules first"), reverse("loyalty_drafts"), icon_name="view", order=10)


class TryIt(ActionMenuItem):  # type: ignore[misc]
    """Counts the form as it stands over the last ninety days, and publishes nothing."""

    name, label, icon_name, order = "action-try", gettext_lazy("Try it on the last 90 days"), "view", 40


class KeepAsDraft(ActionMenuItem):  # type: ignore[misc]
    """Keeps the form as it stands in a draft, and publishes nothing."""

    name, label, icon_name, order = "action-draft", gettext_lazy("Keep as a draft"), "draft", 50


def _of_rules(model: Any) -> bool:
    return model is EarningRule or isinstance(model, EarningRule)


@hooks.register("register_snippet_action_menu_item")
def try_it(model: Any) -> ActionMenuItem | None:
    return TryIt() if _of_rules(model) else None


@hooks.register("register_snippet_action_menu_item")
def keep_as_draft(model: Any) -> ActionMenuItem | None:
    return KeepAsDraft() if _of_rules(model) else None


@hooks.register("before_edit_snippet")
def before_edit(request: HttpRequest, instance: Any) -> HttpResponse | None:
    return what_if.from_editor(request, instance) if _of_rules(instance) else None


@hooks.register("before_create_snippet")
def before_create(request: HttpRequest, model: Any) -> HttpResponse | None:
    return what_if.from_editor(request, None) if _of_rules(model) else None
