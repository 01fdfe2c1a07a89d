"""Tiers as configuration: what each brings, and the table of what they ask for."""

from typing import Any

from django.db import transaction
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from loyalty import actions
from loyalty.actions.ledger.ceilings import too_much
from loyalty.actions.tiers.due import forget_review
from loyalty.models import Tier
from loyalty.seen_form import SeenForm
from loyalty.tier_forms import WORDS, faults_of
from loyalty.views import tier_console
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.chooser import GuardedChooser
from members.menu import ManagersItem
from outbox.clock import now


class TierForm(SeenForm, WagtailAdminModelForm):  # type: ignore[misc]
    """Boards, rooms and sessions point at the group with the tier's code, so it stays. Its numbers fit those of the others."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        before = Tier.objects.filter(pk=self.instance.pk).values_list("code", flat=True).first()
        if before and cleaned.get("code") != before:
            self.add_error("code", _("A tier keeps its code: boards and rooms know it by that. Its name may change."))
        if not 100 <= (cleaned.get("multiplier_percent") or 0) <= 500:
            self.add_error("multiplier_percent", _("From 100 to 500 percent."))
        if (cleaned.get("birthday_points") or 0) > 100_000:
            self.add_error("birthday_points", _("From 0 to 100,000."))
        held = type(self.instance).objects.filter(pk=self.instance.pk).values_list("birthday_points", flat=True).first()
        by = self.for_user.pk if self.for_user else None
        if why := too_much(amount=cleaned.get("birthday_points") or 0, before=held or 0, by=by):
            self.add_error("birthday_points", why)
        if (cleaned.get("early_hours") or 0) > 720:
            self.add_error("early_hours", _("At most 720 hours, a month."))
        if not 1 <= (cleaned.get("gift_days") or 0) <= 366:
            self.add_error("gift_days", _("From one day to a year."))
        return cleaned

    def _post_clean(self) -> None:
        """The instance has the new values now: look at it among the other tiers."""
        super()._post_clean()
        tier: Tier = self.instance
        if self.errors or tier.program_id is None:
            return
        for fault in faults_of(tier, list(Tier.objects.filter(program_id=tier.program_id))):
            self.add_error(fault.field, WORDS[fault.code])

    def save(self, commit: bool = True) -> Tier:
        """Ranks may be others now, and a tier may stand between two: its group follows at once, the members in the night."""
        with transaction.atomic():
            tier: Tier = super().save(commit=commit)
            if commit:
                actions.settle_all_groups()
                forget_review(program_id=tier.program_id, at=now())
        return tier


Tier.base_form_class = TierForm  # type: ignore[attr-defined]


class TierViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Tier
    chooser_viewset_class = GuardedChooser
    icon = "order"
    menu_label = gettext_lazy("Tiers")
    list_display = ("name", "code", "rank", "threshold", "keep_threshold", "by_invitation")
    copy_view_enabled = False
    panels = [
        HelpPanel(
            gettext_lazy(
                "The table of all numbers, with a preview of what they would do, is the page “Tiers” of the menu."
            )
        ),
        FieldRowPanel([FieldPanel("program"), FieldPanel("code"), FieldPanel("name"), FieldPanel("rank")]),
        FieldRowPanel([FieldPanel("threshold"), FieldPanel("keep_threshold"), FieldPanel("lifetime_threshold")]),
        FieldPanel("by_invitation"),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [FieldPanel("multiplier_percent"), FieldPanel("pending_days"), FieldPanel("early_hours")]
                ),
                FieldRowPanel([FieldPanel("birthday_points"), FieldPanel("birthday_reward")]),
                FieldRowPanel([FieldPanel("welcome_reward"), FieldPanel("gift_days")]),
                FieldPanel("service_promise"),
                FieldPanel("benefits"),
            ],
            heading=gettext_lazy("What it brings"),
        ),
    ]


register_permission_policy(Tier, ManagersMay(Tier, "view", "add", "change"), exact_class=True)


@hooks.register("register_admin_urls")
def tier_urls() -> list[URLPattern]:
    return [
        path("tiers/", tier_console.table, name="loyalty_tiers"),
        path("tiers/find/", tier_console.find, name="loyalty_tier_find"),
        path("tiers/grace/", tier_console.grace, name="loyalty_tier_grace"),
        path("tiers/member/<slug:public_id>/", tier_console.member, name="loyalty_tier_member"),
    ]


@hooks.register("register_rewards_menu_item")
def tiers_item() -> MenuItem:
    return ManagersItem(gettext_lazy("Tiers of members"), reverse("loyalty_tiers"), icon_name="order", order=11)
