"""Badges in the console: their words and numbers, new ones to give by hand, and giving them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from community.actions.people.badges import give
from community.badges.artwork import MOTIFS
from community.models import BadgeAward, BadgeKind
from members.access import is_manager
from members.chooser import GuardedChooser
from members.queries import find_member
from outbox.clock import now


class KindForm(WagtailAdminModelForm):  # type: ignore[misc]
    """What is given by hand needs words of its own; the built-in ones have theirs in every language."""

    motif = forms.ChoiceField(label=gettext_lazy("picture on the seal"), choices=[(motif, motif) for motif in MOTIFS])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.instance.rule:
            for field in ("name", "description"):
                if not cleaned.get(field):
                    self.add_error(field, _("Say it in your words: this badge is given by hand."))
        return cleaned


class AwardForm(WagtailAdminModelForm):  # type: ignore[misc]
    """Giving a badge by hand, with what for."""

    username = forms.CharField(label=gettext_lazy("Who (@name)"), max_length=31)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].queryset = BadgeKind.objects.filter(rule="", active=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        name = (cleaned.get("username") or "").strip().lstrip("@").replace("\x00", "")
        card = find_member(username=name) if name else None
        if card is None:
            self.add_error("username", _("Nobody has this name."))
        elif BadgeAward.objects.filter(kind=cleaned.get("kind"), member_id=card.id).exists():
            self.add_error("username", _("They have it already."))
        return cleaned | {"member_id": card.id if card else None}

    def save(self, commit: bool = True) -> BadgeAward:
        """By the same action as everything else, so that the member is told."""
        kind, member_id = self.cleaned_data["kind"], self.cleaned_data["member_id"]
        by = self.for_user.pk
        give(kind_id=kind.pk, member_id=member_id, note=self.cleaned_data.get("note", ""), by=by, at=now())
        return BadgeAward.objects.get(kind=kind, member_id=member_id, cause="")


BadgeKind.base_form_class = KindForm  # type: ignore[attr-defined]
BadgeAward.base_form_class = AwardForm  # type: ignore[attr-defined]


class ManagersKeep(ModelPermissionPolicy):  # type: ignore[misc]
    """Community managers name and make badges; deleting one, with everybody's, is the owner's."""

    acts = frozenset({"view", "add", "change"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.acts and is_manager(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class ManagersGive(ManagersKeep):
    """They give badges and take back what was given by hand."""

    acts = frozenset({"view", "add", "delete"})


class BadgeKindViewSet(SnippetViewSet):  # type: ignore[misc]
    model = BadgeKind
    chooser_viewset_class = GuardedChooser
    icon = "pick"
    menu_label = gettext_lazy("Badges")
    list_display = ("__str__", "rule", "threshold", "grade", "active")
    ordering = ("position", "id")
    copy_view_enabled = False
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("code"), FieldPanel("description")]),
        MultiFieldPanel([FieldPanel("motif"), FieldPanel("grade"), FieldPanel("position")]),
        MultiFieldPanel([FieldPanel("threshold"), FieldPanel("active")]),
    ]


class BadgeAwardViewSet(SnippetViewSet):  # type: ignore[misc]
    model = BadgeAward
    chooser_viewset_class = GuardedChooser
    icon = "user"
    menu_label = gettext_lazy("Given by hand")
    list_display = ("kind", "member", "note", "by", "at")
    ordering = ("-id",)
    copy_view_enabled = False
    panels = [MultiFieldPanel([FieldPanel("kind"), FieldPanel("username"), FieldPanel("note")])]

    def get_queryset(self, request: Any) -> Any:
        """What rules give comes again, so it is not here."""
        return BadgeAward.objects.filter(kind__rule="").select_related("kind", "member", "by")


register_permission_policy(BadgeKind, ManagersKeep(BadgeKind))
register_permission_policy(BadgeAward, ManagersGive(BadgeAward))
