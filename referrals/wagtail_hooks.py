"""Managers: see invitations, set the terms. Nobody edits an invitation by hand."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from members.access import is_manager
from referrals.models import Program, Referral


class ManagersMay(BasePermissionPolicy):  # type: ignore[misc]
    """Community managers may do the named acts, and nobody anything else."""

    def __init__(self, model: Any, *acts: str) -> None:
        super().__init__(model)
        self.acts = acts

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.acts and is_manager(user)

    def users_with_any_permission(self, actions: Any) -> Any:
        raise NotImplementedError("Nothing here asks who may; it asks whether somebody may.")


register_permission_policy(Referral, ManagersMay(Referral, "view"), exact_class=True)
register_permission_policy(Program, ManagersMay(Program, "view", "change"), exact_class=True)


class ReferralViewSet(ModelViewSet):  # type: ignore[misc]
    model = Referral
    icon = "group"
    menu_label = _("Invitations")
    list_display = ["inviter", "friend", "state", "reason", "created_at", "due_at", "closed_at"]
    list_filter = ["state", "reason"]
    form_fields: list[str] = []
    inspect_view_enabled = True


class ProgramViewSet(ModelViewSet):  # type: ignore[misc]
    model = Program
    icon = "cog"
    menu_label = _("Terms")
    list_display = ["name", "inviter_points", "friend_points", "hold_days", "is_open"]
    form_fields = [
        "name", "inviter_points", "friend_points", "hold_days", "least_account_days", "daily_limit", "is_open",
    ]  # fmt: skip
    copy_view_enabled = False


class Invitations(ModelViewSetGroup):  # type: ignore[misc]
    menu_label = _("Invitations")
    menu_icon = "group"
    menu_order = 310
    items = (ReferralViewSet("invitations"), ProgramViewSet("invitation-terms"))


@hooks.register("register_admin_viewset")
def invitations() -> Invitations:
    return Invitations()
