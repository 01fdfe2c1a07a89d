"""Tiers as configuration."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from loyalty import actions
from loyalty.models import Tier
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.chooser import GuardedChooser


class TierForm(WagtailAdminModelForm):  # type: ignore[misc]
    """Boards, rooms and sessions point at the group with the tier's code, so it stays."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        before = Tier.objects.filter(pk=self.instance.pk).values_list("code", flat=True).first()
        if before and cleaned.get("code") != before:
            self.add_error("code", _("A tier keeps its code: boards and rooms know it by that. Its name may change."))
        return cleaned

    def save(self, commit: bool = True) -> Tier:
        """Ranks may be others now, and a tier may stand between two: its group follows at once."""
        with transaction.atomic():
            tier: Tier = super().save(commit=commit)
            if commit:
                actions.settle_all_groups()
        return tier


Tier.base_form_class = TierForm  # type: ignore[attr-defined]


class TierViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Tier
    chooser_viewset_class = GuardedChooser
    icon = "order"
    menu_label = gettext_lazy("Tiers")
    list_display = ("name", "code", "rank", "threshold", "keep_threshold")
    copy_view_enabled = False
    panels = [
        FieldRowPanel([FieldPanel("program"), FieldPanel("code"), FieldPanel("name"), FieldPanel("rank")]),
        FieldRowPanel([FieldPanel("threshold"), FieldPanel("keep_threshold")]),
        FieldPanel("benefits"),
    ]


register_permission_policy(Tier, ManagersMay(Tier, "view", "add", "change"), exact_class=True)
