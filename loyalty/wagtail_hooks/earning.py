"""Rules as configuration."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from loyalty import actions
from loyalty.models import EarningRule
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.chooser import GuardedChooser
from outbox.clock import now


class RuleForm(WagtailAdminModelForm):  # type: ignore[misc]
    """Saving makes the next version of the rule; versions are never changed, because points were judged by them."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        before = EarningRule.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        code = cleaned.get("code")
        if before is None and EarningRule.objects.filter(code=code).exists():
            self.add_error("code", _("There is a rule with this code. Open it and change it."))
        if before is not None and code != before.code:
            self.add_error("code", _("A rule keeps its code."))
        if before is not None and before.replaced_at is not None:
            self.add_error(None, _("This is an old version, kept to explain old points. Change the current one."))
        return cleaned

    def save(self, commit: bool = True) -> EarningRule:
        fields = {name: value for name, value in self.cleaned_data.items() if name != "code"}
        with transaction.atomic():
            return actions.publish_rule(code=self.cleaned_data["code"], changes=fields, by=None, at=now())


EarningRule.base_form_class = RuleForm  # type: ignore[attr-defined]


class RuleViewSet(SnippetViewSet):  # type: ignore[misc]
    model = EarningRule
    chooser_viewset_class = GuardedChooser
    icon = "cogs"
    menu_label = gettext_lazy("Earning rules")
    list_display = ("name", "version", "trigger", "points", "credit", "pending_days", "active", "published_at")
    list_filter = ("trigger", "active")
    copy_view_enabled = False
    panels = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("name"), FieldPanel("active")]),
        FieldRowPanel([FieldPanel("trigger"), FieldPanel("formula"), FieldPanel("per_units")]),
        FieldRowPanel([FieldPanel("points"), FieldPanel("credit"), FieldPanel("pending_days")]),
        FieldRowPanel([FieldPanel("daily_cap"), FieldPanel("giver_cap"), FieldPanel("points_cap")]),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[EarningRule]":
        return EarningRule.objects.filter(replaced_at__isnull=True)


register_permission_policy(EarningRule, ManagersMay(EarningRule, "view", "add", "change"), exact_class=True)
