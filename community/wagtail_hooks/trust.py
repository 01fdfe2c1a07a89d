"""Trust in the managers' console."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from community.views.people import trust
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def trust_urls() -> list[URLPattern]:
    return [
        path("trust/", trust.console, name="community_trust"),
        path("trust/group/", trust.hold_group, name="community_trust_group"),
        path("trust/<str:public_id>/", trust.console_member, name="community_trust_member"),
    ]


@hooks.register("register_community_menu_item")
def trust_item() -> MenuItem:
    return ManagersItem(_("Trust"), reverse("community_trust"), icon_name="group", order=11)
