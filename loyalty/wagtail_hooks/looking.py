"""What is looked at and never edited: orders, transactions, claims."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from loyalty.models import Entry, Order, Redemption, Txn, Wallet
from loyalty.rules import inert_cell, line_handle
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


def whose(row: Any) -> str:
    """Whose accounts moved."""
    return ", ".join(leg["of"][0] for leg in row.legs if leg["of"])


def moved(row: Any) -> SafeString:
    """By how much, each account on its own line."""
    legs = [
        (f"{'+' if leg['amount'] > 0 else '−'}{number_format(abs(leg['amount']))} {_(leg['in'])}",) for leg in row.legs
    ]
    return format_html_join(SafeString("<br>"), "{}", legs)


def explained(row: Any) -> SafeString | str:
    """The way to the same words that the member reads. What moved nobody's account, such as a hold that was used, has none."""
    if not row.legs:
        return ""
    return format_html('<a href="{}">{}</a>', reverse("loyalty_why", args=[line_handle(row.key)]), _("Why"))


class TxnViewSet(LookedAt):
    model = Txn
    icon = "list-ul"
    menu_label = gettext_lazy("Transactions")
    list_display = (
        "kind", Column("whose", label=gettext_lazy("Member"), accessor=whose),
        Column("moved", label=gettext_lazy("Amount"), accessor=moved), "origin",
        Column("explained", label=gettext_lazy("Why"), accessor=explained), "effective_at", "created_at",
    )  # fmt: skip
    list_filter = ("kind", "origin", "reason")
    list_export = ("key", "kind", "reason", "origin", "source_type", "source_id", "effective_at", "created_at")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Txn]":
        """With the members' legs, in the one statement of the page."""
        owner = Wallet.objects.filter(pk=OuterRef("account")).values_list("member__display_name")
        legs = Entry.objects.filter(txn=OuterRef("pk"), account__gt=0).order_by("amount", "id")
        leg = JSONObject(amount="amount", **{"in": "currency__name"}, of=ArraySubquery(owner))
        return Txn.objects.annotate(legs=ArraySubquery(legs.values_list(leg)))


class RedemptionViewSet(LookedAt):
    model = Redemption
    icon = "tag"
    menu_label = gettext_lazy("Claims")
    list_display = ("reward", "member", "state", "cost", "claimed_at")
    list_filter = ("state", "reward")
    list_export = ("public_id", "reward", "member", "state", "cost", "claimed_at")


for _seen in (Order, Txn, Redemption):
    register_permission_policy(_seen, ManagersMay(_seen, "view"), exact_class=True)
