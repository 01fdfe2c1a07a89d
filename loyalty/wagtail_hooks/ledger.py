"""The ledger in the console: the books, corrections by hand, the policies of each currency."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from community.actions.order.audit import record_act
from loyalty import access
from loyalty.expiry_form import check_expiry
from loyalty.models import Currency
from loyalty.seen_form import SeenForm
from loyalty.views import adjusting, books
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.chooser import GuardedChooser
from outbox.clock import now


class BooksItem(MenuItem):  # type: ignore[misc]
    """Shown to managers and to Finance."""

    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_see_books(request.user)


@hooks.register("register_admin_urls")
def ledger_urls() -> list[URLPattern]:
    return [
        path("loyalty/books/", books.books, name="loyalty_books"),
        path("loyalty/corrections/", adjusting.adjusting, name="loyalty_adjustments"),
        path("loyalty/corrections/<slug:public_id>/decide/", adjusting.decide, name="loyalty_adjustment_decide"),
    ]


@hooks.register("register_points_menu_item")
def corrections_item() -> MenuItem:
    return BooksItem(gettext_lazy("Corrections of points"), reverse("loyalty_adjustments"), icon_name="edit", order=12)


@hooks.register("register_reports_menu_item")
def books_item() -> MenuItem:
    return BooksItem(gettext_lazy("The books"), reverse("loyalty_books"), icon_name="list-ul", order=800)


@hooks.register("register_reports_menu_item")
def promises_item() -> MenuItem:
    return BooksItem(gettext_lazy("Points as promises"), reverse("loyalty_promises"), icon_name="pick", order=790)


LIMITS = ("approval_above", "approval_day_above", "proof_above")
"""What one person may give and take alone (for one member, in a day for all); what leaves a wallet without a fresh proof."""


class CurrencyForm(SeenForm, WagtailAdminModelForm):  # type: ignore[misc]
    """Policies that contradict each other are refused here, in words, before the table refuses them."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        before = Currency.objects.filter(pk=self.instance.pk).values_list("code", flat=True).first()
        if before and cleaned.get("code") != before:
            self.add_error(
                "code", _("A currency keeps its code: rules and shops know it by that. Its name may change.")
            )
        check_expiry(self, cleaned)
        self._check_negative(cleaned)
        if cleaned.get("transferable") and not self.instance.spendable:
            self.add_error("transferable", _("Only points that can be spent can be sent to others."))
        if self.instance.qualifies_tier and cleaned.get("transferable"):
            self.add_error("transferable", _("A tier is earned, never given: what counts for tiers cannot be sent."))
        if self.instance.qualifies_tier and cleaned.get("max_balance"):
            self.add_error(
                "max_balance", _("What counts for tiers has no upper end: the highest tier would be out of reach.")
            )
        if (cleaned.get("max_balance") or 1) < 1:
            self.add_error("max_balance", _("At least 1, or empty for no limit."))
        self._check_approval(cleaned)
        return cleaned

    def _check_approval(self, cleaned: dict[str, Any]) -> None:
        """Whoever proposes corrections does not decide from where on somebody else has to agree."""
        if access.is_finance(self.for_user):
            return
        kept = self._limits()
        for name in LIMITS:
            if name not in self.errors and cleaned.get(name) != kept.get(name):
                self.add_error(name, _("Only people of the group “Finance” may change this limit."))

    def _limits(self) -> dict[str, int | None]:
        return dict(Currency.objects.filter(pk=self.instance.pk).values(*LIMITS).first() or {})

    def save(self, commit: bool = True) -> Currency:
        """A changed limit of corrections is noted: it says what one person may give alone."""
        kept = self._limits()
        with transaction.atomic():
            currency: Currency = super().save(commit=commit)
            changed = [name for name in LIMITS if getattr(currency, name) != kept.get(name)]
            if commit and changed:
                record_act(
                    act="currency.approval_changed", target_kind="currency", target=currency.pk, by=self.for_user.pk,
                    at=now(), before={name: kept.get(name) for name in changed},
                    after={name: getattr(currency, name) for name in changed},
                )  # fmt: skip
        return currency

    def _check_negative(self, cleaned: dict[str, Any]) -> None:
        limited, limit = cleaned.get("negative_policy") == Currency.NegativePolicy.DEBT_LIMIT, cleaned.get("debt_limit")
        if limited and (limit is None or limit < 1):
            self.add_error("debt_limit", _("How large may the debt be? At least 1."))
        if not limited and limit is not None:
            self.add_error("debt_limit", _("A limit goes with the policy of a limited debt alone."))


Currency.base_form_class = CurrencyForm  # type: ignore[attr-defined]


class CurrencyViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Currency
    chooser_viewset_class = GuardedChooser
    icon = "tag"
    menu_label = gettext_lazy("Currencies")
    list_display = ("name", "code", "spendable", "qualifies_tier", "expiry_policy", "negative_policy", "transferable")
    copy_view_enabled = False
    panels = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("name")]),
        MultiFieldPanel(
            [
                FieldPanel("expiry_policy"),
                FieldRowPanel([FieldPanel("expiry_months"), FieldPanel("expiry_rounding"), FieldPanel("expiry_dates")]),
                FieldRowPanel([FieldPanel("least_validity_days"), FieldPanel("max_balance")]),
            ],
            heading=gettext_lazy("How long and how many"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("negative_policy"), FieldPanel("debt_limit")])],
            heading=gettext_lazy("When a refund takes more than there is"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("transferable"),
                FieldRowPanel([FieldPanel("transfer_daily"), FieldPanel("transfer_trust")]),
                FieldPanel("proof_above"),
            ],
            heading=gettext_lazy("From member to member"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("approval_above"), FieldPanel("approval_day_above")])],
            heading=gettext_lazy("Corrections by hand"),
        ),
    ]


register_permission_policy(Currency, ManagersMay(Currency, "view", "change"), exact_class=True)
