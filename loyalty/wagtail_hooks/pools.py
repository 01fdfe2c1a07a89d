"""Lists of codes: what they are worth, and putting codes in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import TitleColumn
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from loyalty import rules
from loyalty.actions.rewards.coupons import AddedCodes, add_codes
from loyalty.models import Coupon, CouponPool
from loyalty.seen_form import SeenForm
from loyalty.wagtail_hooks.permissions import ManagersMay
from members.access import require_manager
from members.chooser import GuardedChooser
from outbox.clock import now

MOST_BYTES = 8 * 1024 * 1024
SHOWN = 50
"""So many wrong lines are shown of a file; the rest is counted."""


class PoolForm(SeenForm, WagtailAdminModelForm):  # type: ignore[misc]
    """What a code of the list is worth, said once."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        percent, amount = cleaned.get("percent") or 0, cleaned.get("amount") or 0
        if percent > 100:
            self.add_error("percent", _("At most 100 percent."))
        if bool(percent) == bool(amount):
            self.add_error("percent", _("Say either a percentage or an amount."))
        if (amount or cleaned.get("minimum_net")) and not rules.is_currency(cleaned.get("currency") or ""):
            self.add_error("currency", _("An amount needs its currency: three capital letters, like EUR."))
        if not 1 <= (cleaned.get("valid_days") or 0) <= 3650:
            self.add_error("valid_days", _("Between one day and ten years."))
        return cleaned


CouponPool.base_form_class = PoolForm  # type: ignore[attr-defined]


class PoolViewSet(SnippetViewSet):  # type: ignore[misc]
    model = CouponPool
    chooser_viewset_class = GuardedChooser
    icon = "list-ul"
    menu_label = gettext_lazy("Lists of codes")
    list_display = (
        "name",
        TitleColumn(
            "added", label=gettext_lazy("Codes put in"), get_url=lambda pool: reverse("loyalty_pool_codes", args=[pool.pk])
        ),
        "percent", "amount", "currency", "valid_days", "last_day",
    )  # fmt: skip
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("percent"), FieldPanel("amount"), FieldPanel("currency")]),
        FieldRowPanel([FieldPanel("minimum_net"), FieldPanel("valid_days"), FieldPanel("last_day")]),
    ]


register_permission_policy(CouponPool, ManagersMay(CouponPool, "view", "add", "change"), exact_class=True)


class CodesForm(forms.Form):
    """Codes typed or from a file, one a line."""

    text = forms.CharField(
        label=gettext_lazy("Codes, one a line"), required=False, max_length=MOST_BYTES, strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or a file (text or CSV, UTF-8)"), required=False,
        widget=forms.FileInput(attrs={"accept": ".txt,.csv,text/plain,text/csv"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if isinstance(file, UploadedFile):
            if (file.size or 0) > MOST_BYTES:
                raise forms.ValidationError(_("This file is larger than 8 MB. Split it."))
            try:
                cleaned["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(
                    _("This file is not text in UTF-8. Save it as CSV or text once more.")
                ) from error
        if not (cleaned.get("text") or "").strip():
            raise forms.ValidationError(_("Type codes or choose a file."))
        return cleaned


def codes(request: HttpRequest, pool_id: int) -> HttpResponse:
    """How many are left, and putting in more."""
    manager = require_manager(request.user)
    pool = get_object_or_404(CouponPool, pk=pool_id)
    sent = request.method == "POST"
    form = CodesForm(request.POST, request.FILES) if sent else CodesForm()
    report: AddedCodes | None = None
    if sent and form.is_valid():
        with transaction.atomic(durable=True):
            report = add_codes(pool_id=pool.pk, text=form.cleaned_data["text"], by=manager.pk, at=now())
        words = ngettext("%(count)s code was put in.", "%(count)s codes were put in.", report.added)
        messages.success(request, words % {"count": report.added})
        form = CodesForm()
    counts = dict(Coupon.objects.filter(pool=pool).values_list("state").annotate(Count("id")))
    labels = dict(Coupon.State.choices)
    return render(
        request,
        "loyalty/admin/rewards/codes.html",
        {
            "pool": pool,
            "form": form,
            "report": report,
            "bad": [(line, said, _PROBLEMS[why]) for line, said, why in report.bad[:SHOWN]] if report else [],
            "bad_more": max(0, len(report.bad) - SHOWN) if report else 0,
            "repeated": report.repeated[:SHOWN] if report else [],
            "repeated_more": max(0, len(report.repeated) - SHOWN) if report else 0,
            "counts": [(labels[state], counts.get(state, 0)) for state in Coupon.State.values],
        },
        status=422 if form.errors else 200,
    )


_PROBLEMS = {
    "signs": gettext_lazy("only letters, digits, blanks and dashes can be in a code"),
    "short": gettext_lazy("a code has at least 6 letters and digits"),
    "long": gettext_lazy("a code has at most 40 letters and digits"),
    "many": gettext_lazy("at most 200,000 lines at once; put the rest into another file"),
}


@hooks.register("register_admin_urls")
def pool_urls() -> list[URLPattern]:
    return [path("loyalty/codes/<int:pool_id>/", codes, name="loyalty_pool_codes")]
