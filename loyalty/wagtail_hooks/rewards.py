"""Rewards as configuration."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from loyalty import rules
from loyalty.actions.rewards.perks import sold_groups
from loyalty.models import Redemption, Reward
from loyalty.seen_form import SeenForm
from loyalty.wagtail_hooks.permissions import ManagersMay
from members import pictures
from members.chooser import GuardedChooser

Kind = Reward.Kind
_FOR_SOME_KINDS = ("valid_days", "perk_days", "return_days", "gift_days", "minimum_net", "percent", "amount")
"""Numbers that most kinds do without: left empty they stay as they are."""
_TEN_YEARS = gettext_lazy("At most ten years.")
_RANGES = (
    ("valid_days", 1, 3650, gettext_lazy("Between one day and ten years.")),
    ("perk_days", 0, 3650, _TEN_YEARS),
    ("return_days", 0, 3650, _TEN_YEARS),
    ("gift_days", 1, 60, gettext_lazy("Between 1 and 60 days: the giver’s points are kept aside so long.")),
)


class RewardForm(SeenForm, WagtailAdminModelForm):  # type: ignore[misc]
    """Keeps a reward honest: what its kind needs is there, never less stock than is out already, a picture made anew."""

    picture_file = forms.FileField(
        label=gettext_lazy("Picture"), required=False, max_length=250,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
        help_text=gettext_lazy("PNG, JPEG, GIF or WebP, at most 8 MB. Wide ones look best. The file itself is not kept."),
    )  # fmt: skip
    no_picture = forms.BooleanField(label=gettext_lazy("Take the picture away"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made: pictures.Fitted | None = None
        for name in _FOR_SOME_KINDS:
            self.fields[name].required = False
        fields: Any = self.fields
        if "group" in fields:
            fields["group"].queryset = sold_groups()
        if "gives" in fields:
            others = Reward.objects.exclude(kind__in=[Kind.GIFT, Kind.DONATION])
            fields["gives"].queryset = others.exclude(pk=self.instance.pk) if self.instance.pk else others

    def clean_picture_file(self) -> Any:
        file = self.cleaned_data.get("picture_file")
        if isinstance(file, UploadedFile):
            try:
                if (file.size or 0) > pictures.MAXIMUM_BYTES:
                    raise pictures.BadPicture(_("This file is larger than 8 MB. Choose a smaller one."))
                self.made = pictures.make_picture(file.read())
            except pictures.BadPicture as bad:
                raise forms.ValidationError(str(bad)) from bad
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in _FOR_SOME_KINDS:
            if cleaned.get(name) is None and name not in self.errors:
                cleaned[name] = getattr(self.instance, name)
        self._check_numbers(cleaned)
        self._check_kind(cleaned)
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It ends before it starts."))
        return cleaned

    def _check_numbers(self, cleaned: dict[str, Any]) -> None:
        stock = cleaned.get("stock")
        claimed = 0
        if self.instance.pk:
            claimed = Reward.objects.values_list("claimed", flat=True).get(pk=self.instance.pk)
        if stock is not None and stock < claimed:
            self.add_error("stock", _("%(number)s are claimed already.") % {"number": claimed})
        if cleaned.get("cost") == 0:
            self.add_error("cost", _("A reward costs at least one point."))
        for field, least, most, words in _RANGES:
            if not least <= (cleaned.get(field) or 0) <= most:
                self.add_error(field, words)
        if cleaned.get("per_member") == 0:
            self.add_error("per_member", _("Leave it empty for no limit."))

    def _check_kind(self, cleaned: dict[str, Any]) -> None:
        kind = cleaned.get("kind")
        percent, amount = cleaned.get("percent") or 0, cleaned.get("amount") or 0
        if percent > 100:
            self.add_error("percent", _("At most 100 percent."))
        if kind == Kind.GENERATED_CODE and bool(percent) == bool(amount):
            self.add_error("percent", _("Say either a percentage or an amount."))
        currency = cleaned.get("currency") or ""
        if (amount or cleaned.get("minimum_net")) and not rules.is_currency(currency):
            self.add_error("currency", _("An amount needs its currency: three capital letters, like EUR."))
        self._check_needs(kind, cleaned)

    def _check_needs(self, kind: Any, cleaned: dict[str, Any]) -> None:
        """What this kind of reward cannot do without, and what is none of its."""
        needed = {
            Kind.COUPON_POOL: ("pool", _("Say which list the codes come from.")),
            Kind.GIFT: ("gives", _("Say what the friend gets.")),
        }
        if kind in needed and not cleaned.get(needed[kind][0]):
            self.add_error(*needed[kind])
        if self.instance.pk and cleaned.get("gives") != self.instance.gives and self._is_under_way():
            self.add_error("gives", _("Some of these gifts are under way. Offer another one as a new reward."))
        if kind == Kind.PERK and not cleaned.get("badge") and not cleaned.get("group"):
            self.add_error(
                "badge", _("Say which badge or group it is. For something that people do, choose another kind.")
            )
        if kind == Kind.PERK and cleaned.get("badge") and cleaned["badge"].rule:
            self.add_error("badge", _("This badge is earned by a rule. Choose one that is given by hand."))
        if cleaned.get("goal") and kind != Kind.DONATION:
            self.add_error("goal", _("Only a donation has a goal."))

    def _is_under_way(self) -> bool:
        return Redemption.objects.filter(reward=self.instance, state__in=Redemption.OPEN).exists()

    def save(self, commit: bool = True) -> Reward:
        """Writes every column but the count of pieces that are out: members claim while somebody types."""
        reward: Reward = super().save(commit=False)
        before = (reward.picture, reward.picture_small)
        if self.made is not None:
            reward.picture, reward.picture_small = pictures.store_picture(self.made)
        elif self.cleaned_data.get("no_picture"):
            reward.picture, reward.picture_small = "", ""
        if commit:
            with transaction.atomic():
                if reward.pk:
                    kept = {"id", "claimed", "public_id"}
                    reward.save(
                        update_fields=[one.name for one in reward._meta.concrete_fields if one.name not in kept]
                    )
                else:
                    reward.save()
                self.save_m2m()
                if before != (reward.picture, reward.picture_small):
                    transaction.on_commit(lambda: [pictures.forget(name) for name in before])  # type: ignore[func-returns-value]
        return reward


Reward.base_form_class = RewardForm  # type: ignore[attr-defined]


class RewardViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Reward
    chooser_viewset_class = GuardedChooser
    icon = "pick"
    menu_label = gettext_lazy("Rewards")
    list_display = ("name", "kind", "category", "cost", "stock", "claimed", "min_tier", "active")
    list_filter = ("kind", "active", "category")
    search_fields = ("name",)
    copy_view_enabled = False
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"), FieldPanel("description"), FieldPanel("category"), FieldPanel("kind"),
                FieldPanel("active"),
            ]
        ),
        MultiFieldPanel(
            [FieldPanel("picture_file"), FieldPanel("picture_alt"), FieldPanel("no_picture")],
            heading=gettext_lazy("Picture"),
        ),
        FieldRowPanel([FieldPanel("cost"), FieldPanel("stock"), FieldPanel("per_member"), FieldPanel("unit_cost")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("position")]),
                FieldRowPanel([FieldPanel("min_tier"), FieldPanel("early_access")]),
                FieldPanel("groups", widget=forms.CheckboxSelectMultiple),
            ],
            heading=gettext_lazy("For whom and when"),
        ),
        MultiFieldPanel(
            [FieldPanel("how_to_use"), FieldPanel("terms"), FieldPanel("return_days")],
            heading=gettext_lazy("What happens after"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("percent"), FieldPanel("amount"), FieldPanel("currency")]),
                FieldRowPanel([FieldPanel("minimum_net"), FieldPanel("valid_days"), FieldPanel("pool")]),
            ],
            heading=gettext_lazy("For coupon codes"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("badge"), FieldPanel("group"), FieldPanel("perk_days")])],
            heading=gettext_lazy("For perks"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("gives"), FieldPanel("gift_days"), FieldPanel("goal")])],
            heading=gettext_lazy("For gifts to friends and donations"),
        ),
    ]  # fmt: skip


register_permission_policy(Reward, ManagersMay(Reward, "view", "add", "change"), exact_class=True)
