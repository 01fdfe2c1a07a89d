"""Rules as configuration: a form without code, the rule in one sentence, and its versions."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from loyalty import actions, rule_words
from loyalty.conditions_form import ConditionsField
from loyalty.models import EarningRule, Tier
from loyalty.queries.rates import programme_currency
from loyalty.rules import conditions
from loyalty.rules.triggers import TRIGGERS
from loyalty.views import rules_desk
from loyalty.wagtail_hooks.looking import InertIndexView
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.chooser import GuardedChooser
from members.menu import ManagersItem
from members.queries import group_words
from outbox.clock import now


def tier_choices() -> list[tuple[str, str]]:
    return [(code, _(name)) for code, name in Tier.objects.order_by("rank").values_list("code", "name")]


def group_choices() -> list[tuple[str, str]]:
    return [(name, group_words(name)) for name in Group.objects.order_by("name").values_list("name", flat=True)]


class RuleForm(WagtailAdminModelForm):  # type: ignore[misc]
    """Saving makes the next version of the rule; versions are never changed, because points were judged by them."""

    publishes = True
    """Saved here a rule pays from now on; the pages of drafts, which keep it for later, say False."""

    conditions = ConditionsField(label=gettext_lazy("Only when"), required=False)
    audience_tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these tiers"), choices=tier_choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None chosen: everybody."),
    )  # fmt: skip
    audience_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these groups"), choices=group_choices, required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}), help_text=gettext_lazy("None chosen: everybody."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("percent", "priority", "per_units"):
            if name in self.fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name, usual in (("percent", 100), ("priority", 0), ("per_units", 1)):
            if name in cleaned and cleaned[name] is None:
                cleaned[name] = usual
        if cleaned.get("per_units") == 0:
            self.add_error("per_units", _("At least 1."))
        before = EarningRule.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        code = cleaned.get("code")
        if before is None and EarningRule.objects.filter(code=code).exists():
            self.add_error("code", _("There is a rule with this code. Open it and change it."))
        if before is not None and code != before.code:
            self.add_error("code", _("A rule keeps its code."))
        if before is not None and "trigger" in cleaned and cleaned["trigger"] != before.trigger:
            self.add_error("trigger", _("A rule keeps what it is paid for. End this one and make another."))
        if before is not None and before.replaced_at is not None:
            self.add_error(None, _("This is an old version, kept to explain old points. Change the current one."))
        self._clean_formula(cleaned)
        self._clean_limits(cleaned)
        self._clean_conditions(cleaned)
        self._clean_reach(cleaned)
        return cleaned

    def _clean_reach(self, cleaned: dict[str, Any]) -> None:
        """What gives one person much at once is published by two."""
        if self.publishes and not self.errors and (why := actions.second_person(code=cleaned["code"], values=cleaned)):
            self.add_error("points", why)

    def _clean_formula(self, cleaned: dict[str, Any]) -> None:
        formula, trigger = cleaned.get("formula"), TRIGGERS.get(cleaned.get("trigger", ""))
        if formula == EarningRule.Formula.MULTIPLIER:
            if cleaned.get("points") or cleaned.get("credit"):
                self.add_error("points", _("A multiplier pays nothing itself: leave points and credit at 0."))
            if cleaned.get("percent") == 100:
                self.add_error("percent", _("100 percent multiplies by one. Say another number."))
        elif not cleaned.get("points") and not cleaned.get("credit") and "points" not in self.errors:
            self.add_error("points", _("A rule pays points or credit."))
        if trigger is not None and not trigger.lines:
            self._clean_without_lines(cleaned)

    def _clean_without_lines(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("formula") in (EarningRule.Formula.PER_UNIT, EarningRule.Formula.PER_ITEM):
            self.add_error("formula", _("Only orders have amounts and pieces. Choose a fixed number."))
        for name in ("categories", "skus"):
            if cleaned.get(name):
                self.add_error(name, _("Only orders have categories and articles."))

    def _clean_limits(self, cleaned: dict[str, Any]) -> None:
        if (cleaned.get("rolling_cap") is None) != (cleaned.get("rolling_days") is None) or cleaned.get(
            "rolling_days"
        ) == 0:
            self.add_error("rolling_days", _("Say both: how often, and in how many days."))
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The rule ends before it starts."))

    def _clean_conditions(self, cleaned: dict[str, Any]) -> None:
        if "conditions" not in cleaned or "trigger" not in cleaned:
            return
        words = {
            "unknown_fact": _("This is not known of what the rule is paid for: %(detail)s"),
            "too_many": _("At most %(detail)s conditions."),
            "too_deep": _("At most %(detail)s levels."),
        }
        for fault in conditions.check(cleaned["conditions"], trigger=cleaned["trigger"]):
            text = words.get(fault.code, _("A condition cannot be read: %(detail)s"))
            self.add_error("conditions", text % {"detail": fault.detail or fault.place})

    def save(self, commit: bool = True) -> EarningRule:
        fields = {name: value for name, value in self.cleaned_data.items() if name != "code"}
        by = self.for_user.pk if self.for_user else None
        with transaction.atomic():
            return actions.publish_rule(code=self.cleaned_data["code"], changes=fields, by=by, at=now())


EarningRule.base_form_class = RuleForm  # type: ignore[attr-defined]


def in_words(rule: EarningRule) -> str:
    """The rule in one sentence."""
    return rule_words.summary(rule, currency=programme_currency(), tiers=dict(tier_choices()))


class InWords(HelpPanel):  # type: ignore[misc]
    """The saved rule in one sentence, with the way to its versions."""

    class BoundPanel(HelpPanel.BoundPanel):  # type: ignore[misc]
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.content = self._words()

        def _words(self) -> SafeString | str:
            if not self.instance.pk:
                return _("Say what is paid for and how much; everything else may stay empty.")
            return format_html(
                '<strong>{}</strong> <a href="{}">{}</a>',
                in_words(self.instance),
                reverse("loyalty_rule_versions", args=[self.instance.code]),
                _("All versions and what changed"),
            )


class RuleViewSet(SnippetViewSet):  # type: ignore[misc]
    model = EarningRule
    index_view_class = InertIndexView
    chooser_viewset_class = GuardedChooser
    icon = "cogs"
    menu_label = gettext_lazy("Earning rules")
    list_display = (
        "name", "version", "trigger", Column("words", label=gettext_lazy("In words"), accessor=in_words, classname="console-words"),
        BooleanColumn("active", label=gettext_lazy("active"), sort_key="active"), "published_at",
    )  # fmt: skip
    list_filter = ("trigger", "active")
    list_export = ("code", "name", "version", "trigger", "formula", "points", "credit", "active", "published_at")
    copy_view_enabled = False
    panels = [
        InWords(),
        FieldRowPanel([FieldPanel("code"), FieldPanel("name"), FieldPanel("active")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("trigger"), FieldPanel("formula")]),
                FieldRowPanel([FieldPanel("points"), FieldPanel("credit"), FieldPanel("per_units"), FieldPanel("percent")]),
                FieldRowPanel([FieldPanel("categories"), FieldPanel("skus")]),
                FieldPanel("pending_days"),
            ],
            heading=gettext_lazy("What it pays"),
        ),
        MultiFieldPanel([FieldPanel("conditions")], heading=pgettext_lazy("conditions", "When")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("audience_tiers"), FieldPanel("audience_groups")])], heading=gettext_lazy("For whom")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [FieldPanel("daily_cap"), FieldPanel("weekly_cap"), FieldPanel("monthly_cap"), FieldPanel("lifetime_cap")]
                ),
                FieldRowPanel([FieldPanel("rolling_cap"), FieldPanel("rolling_days"), FieldPanel("giver_cap")]),
                FieldRowPanel(
                    [
                        FieldPanel("points_cap"), FieldPanel("weekly_points"), FieldPanel("monthly_points"),
                        FieldPanel("lifetime_points"),
                    ]
                ),
                FieldRowPanel([FieldPanel("cooldown_minutes"), FieldPanel("budget")]),
            ],
            heading=gettext_lazy("At most"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldRowPanel([FieldPanel("stack"), FieldPanel("priority")]),
            ],
            heading=gettext_lazy("From when to when, and beside which others"),
        ),
        FieldPanel("note"),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[EarningRule]":
        return EarningRule.objects.filter(replaced_at__isnull=True)


register_permission_policy(EarningRule, ManagersMay(EarningRule, "view", "add", "change"), exact_class=True)


@hooks.register("register_admin_urls")
def rule_urls() -> list[URLPattern]:
    return [
        path("points/why/<slug:handle>/", rules_desk.why, name="loyalty_why"),
        path("points/rates/", rules_desk.rates, name="loyalty_rates"),
        path("points/rules/<slug:code>/", rules_desk.versions, name="loyalty_rule_versions"),
    ]


@hooks.register("register_points_menu_item")
def rates_item() -> MenuItem:
    return ManagersItem(gettext_lazy("Exchange rates"), reverse("loyalty_rates"), icon_name="globe", order=11)
