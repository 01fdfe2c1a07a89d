"""Rewards as configuration."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from loyalty.models import Reward
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.chooser import GuardedChooser


class RewardForm(WagtailAdminModelForm):  # type: ignore[misc]
    """Keeps a reward honest: never less stock than is out already, and a coupon code that is worth something."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        stock = cleaned.get("stock")
        if stock is not None and stock < self.instance.claimed:
            self.add_error("stock", _("%(number)s are claimed already.") % {"number": self.instance.claimed})
        if cleaned.get("cost") == 0:
            self.add_error("cost", _("A reward costs at least one point."))
        percent, amount = cleaned.get("percent") or 0, cleaned.get("amount") or 0
        if percent > 100:
            self.add_error("percent", _("At most 100 percent."))
        if cleaned.get("kind") == Reward.Kind.GENERATED_CODE and bool(percent) == bool(amount):
            self.add_error("percent", _("Say either a percentage or an amount."))
        currency = cleaned.get("currency") or ""
        if amount and not (len(currency) == 3 and currency.isalpha() and currency.isupper()):
            self.add_error("currency", _("An amount needs its currency: three capital letters, like EUR."))
        return cleaned


Reward.base_form_class = RewardForm  # type: ignore[attr-defined]


class RewardViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Reward
    chooser_viewset_class = GuardedChooser
    icon = "pick"
    menu_label = gettext_lazy("Rewards")
    list_display = ("name", "kind", "cost", "stock", "claimed", "min_tier", "active")
    list_filter = ("kind", "active")
    copy_view_enabled = False
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("description"), FieldPanel("kind"), FieldPanel("active")]),
        FieldRowPanel([FieldPanel("cost"), FieldPanel("stock"), FieldPanel("per_member"), FieldPanel("min_tier")]),
        FieldRowPanel(
            [FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("position"), FieldPanel("unit_cost")]
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("percent"), FieldPanel("amount"), FieldPanel("currency")]),
                FieldPanel("valid_days"),
            ],
            heading=gettext_lazy("For coupon codes"),
        ),
    ]


register_permission_policy(Reward, ManagersMay(Reward, "view", "add", "change"), exact_class=True)
