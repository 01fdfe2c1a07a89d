"""Loyalty in the managers' console: rewards, tiers and rules as configuration; orders, transactions and claims to look at.

A form of the console writes by itself, past our actions. So only configuration has forms, and a rule's form publishes the next
version through its action instead of changing the row.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from loyalty import actions
from loyalty.models import EarningRule, Order, Redemption, Reward, Tier, Txn
from members.access import is_manager
from members.chooser import GuardedChooser
from outbox.clock import now


class ManagersMay(ModelPermissionPolicy):  # type: ignore[misc]
    """Community managers may do the named acts; nobody may do anything else here."""

    def __init__(self, model: Any, *acts: str) -> None:
        super().__init__(model)
        self.acts = acts

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.acts and is_manager(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return bool(set(self.acts) & set(actions)) and is_manager(user)


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


EarningRule.base_form_class = RuleForm  # type: ignore[attr-defined]
Reward.base_form_class = RewardForm  # type: ignore[attr-defined]
Tier.base_form_class = TierForm  # type: ignore[attr-defined]


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


class LookedAt(SnippetViewSet):  # type: ignore[misc]
    """List, filter, export, inspect; nothing else."""

    chooser_viewset_class = GuardedChooser
    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 50
    ordering = ("-id",)


class OrderViewSet(LookedAt):
    model = Order
    icon = "doc-full"
    menu_label = gettext_lazy("Orders")
    list_display = ("external_id", "source", "member", "state", "net", "refunded", "currency", "placed_at")
    list_filter = ("state", "source", "currency")
    list_export = ("source", "external_id", "state", "net", "refunded", "currency", "placed_at", "paid_at")
    search_fields = ("external_id",)


class TxnViewSet(LookedAt):
    model = Txn
    icon = "list-ul"
    menu_label = gettext_lazy("Transactions")
    list_display = ("kind", "reason", "origin", "source_type", "source_id", "effective_at", "created_at")
    list_filter = ("kind", "origin", "reason")
    list_export = ("key", "kind", "reason", "origin", "source_type", "source_id", "effective_at", "created_at")


class RedemptionViewSet(LookedAt):
    model = Redemption
    icon = "tag"
    menu_label = gettext_lazy("Claims")
    list_display = ("reward", "member", "state", "cost", "claimed_at")
    list_filter = ("state", "reward")
    list_export = ("public_id", "reward", "member", "state", "cost", "claimed_at")


class Loyalty(SnippetViewSetGroup):  # type: ignore[misc]
    menu_label = gettext_lazy("Loyalty")
    menu_icon = "pick"
    menu_order = 320
    items = (RewardViewSet, TierViewSet, RuleViewSet, OrderViewSet, TxnViewSet, RedemptionViewSet)


class ClaimAct(SnippetBulkAction):  # type: ignore[misc]
    """One act on chosen claims; those it does not fit (sent already, cancelled) are left alone and not counted."""

    models = [Redemption]
    template_name = "loyalty/admin/claims.html"
    question: Any
    act: Any

    def check_perm(self, snippet: Redemption) -> bool:
        return is_manager(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"question": self.question, "verb": self.display_name}

    def get_execution_context(self) -> dict[str, Any]:
        return {"by": self.request.user.pk}

    @classmethod
    def execute_action(cls, objects: list[Redemption], by: int, **kwargs: Any) -> tuple[int, int]:
        return sum(cls._one(one.pk, by) for one in objects), 0

    @classmethod
    def _one(cls, redemption_id: int, by: int) -> bool:
        try:
            with transaction.atomic():
                return bool(cls.act(redemption_id=redemption_id, by=by, at=now()))
        except actions.RewardRefused:
            return False  # its coupon was used meanwhile: it stays as it is

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        words = ngettext("%(count)s claim was changed.", "%(count)s claims were changed.", num_parent_objects)
        return words % {"count": num_parent_objects}


@hooks.register("register_bulk_action")
class MarkSent(ClaimAct):
    """The parcel has left, or the promise was kept."""

    display_name = gettext_lazy("Mark as done")
    aria_label = gettext_lazy("Mark the chosen claims as sent or done")
    action_type = "fulfil"
    question = gettext_lazy("Have these been sent, or done? The member sees it.")
    act = staticmethod(actions.fulfil_redemption)


@hooks.register("register_bulk_action")
class GiveBack(ClaimAct):
    """The reward cannot be given: points, stock and the member's slot return exactly."""

    display_name = gettext_lazy("Cancel and give the points back")
    aria_label = gettext_lazy("Cancel the chosen claims and give the points back")
    action_type = "give_back"
    question = gettext_lazy("Cancel these claims? The points go back to where they came from, and the stock too.")
    act = staticmethod(actions.cancel_redemption)


for _model in (Reward, Tier, EarningRule):
    register_permission_policy(_model, ManagersMay(_model, "view", "add", "change"), exact_class=True)
for _seen in (Order, Txn, Redemption):
    register_permission_policy(_seen, ManagersMay(_seen, "view"), exact_class=True)
register_snippet(Loyalty)
