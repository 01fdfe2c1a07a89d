"""What is looked at and never edited: orders, transactions, claims."""

from typing import Any

from django.utils.translation import gettext_lazy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from loyalty.models import Order, Redemption, Txn
from loyalty.rules import inert_cell
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.chooser import GuardedChooser


class InertIndexView(IndexView):  # type: ignore[misc]
    """What shops and members wrote is never a formula in the file that a manager opens."""

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        made = super().preprocess_field_value(field, value, export_format)
        return inert_cell(made) if isinstance(made, str) else made


class LookedAt(SnippetViewSet):  # type: ignore[misc]
    """List, filter, export, inspect; nothing else."""

    chooser_viewset_class = GuardedChooser
    index_view_class = InertIndexView
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


for _seen in (Order, Txn, Redemption):
    register_permission_policy(_seen, ManagersMay(_seen, "view"), exact_class=True)
