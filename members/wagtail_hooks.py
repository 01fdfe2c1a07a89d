"""Groups of members in the console: what people see of them, who may join, who looks after them."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from members.access import is_manager
from members.actions.groups import make_group
from members.chooser import GuardedChooser
from members.models import GroupProfile
from members.queries import find_member, is_system_group
from outbox.clock import now


class GroupForm(WagtailAdminModelForm):  # type: ignore[misc]
    """A new circle makes its group; groups of the system and those that open the console stay out of reach."""

    looks_after = forms.CharField(
        label=gettext_lazy("Who looks after it (@name)"), max_length=31, required=False,
        help_text=gettext_lazy("Answers those who ask to join."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.instance.owner if self.instance.owner_id else None
        self.fields["looks_after"].initial = owner.username if owner else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        name = (cleaned.get("looks_after") or "").strip().lstrip("@").replace("\x00", "")
        card = find_member(username=name) if name else None
        if name and card is None:
            self.add_error("looks_after", _("Nobody has this name."))
        if cleaned.get("joining") == GroupProfile.Joining.REQUEST and card is None:
            self.add_error("looks_after", _("Somebody must answer those who ask."))
        self.instance.owner_id = card.id if card else None
        slug = cleaned.get("slug") or ""
        if slug and find_member(username=slug) is not None:
            self.add_error("slug", _("A member has this name already. Choose another one."))
        if not self.instance.group_id and slug and (is_system_group(slug) or Group.objects.filter(name=slug).exists()):
            self.add_error("slug", _("There is a group of this name already. Choose another one."))
        return cleaned

    def save(self, commit: bool = True) -> GroupProfile:
        if not self.instance.group_id:
            with transaction.atomic():
                self.instance.group_id = make_group(name=self.cleaned_data["slug"], by=self.for_user.pk, at=now())
        made: GroupProfile = super().save(commit=commit)
        return made


GroupProfile.base_form_class = GroupForm  # type: ignore[attr-defined]


class ManagersKeep(ModelPermissionPolicy):  # type: ignore[misc]
    """Community managers make and change circles; deleting one is the owner's."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return (action in ("view", "add", "change") and is_manager(user)) or bool(
            super().user_has_permission(user, action)
        )

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class GroupProfileViewSet(SnippetViewSet):  # type: ignore[misc]
    model = GroupProfile
    chooser_viewset_class = GuardedChooser
    icon = "group"
    menu_label = gettext_lazy("Groups of members")
    menu_order = 320
    add_to_admin_menu = True
    list_display = ("name", "slug", "visible", "joining", "mentionable")
    search_fields = ("name", "slug")
    copy_view_enabled = False
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]),
        MultiFieldPanel(
            [FieldPanel("visible"), FieldPanel("joining"), FieldPanel("looks_after"), FieldPanel("mentionable")]
        ),
    ]


register_permission_policy(GroupProfile, ManagersKeep(GroupProfile))
register_snippet(GroupProfileViewSet)
