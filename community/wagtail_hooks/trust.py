"""Trust in the managers' console."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from community.views.people import trust
from members.access import is_manager


class TrustItem(MenuItem):  # type: ignore[misc]
    """Shown to those who may open it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_manager(request.user)


@hooks.register("register_admin_urls")
def trust_urls() -> list[URLPattern]:
    return [
        path("trust/", trust.console, name="community_trust"),
        path("trust/group/", trust.hold_group, name="community_trust_group"),
        path("trust/<str:public_id>/", trust.console_member, name="community_trust_member"),
    ]


@hooks.register("register_admin_menu_item")
def trust_item() -> MenuItem:
    return TrustItem(_("Trust"), reverse("community_trust"), icon_name="group", order=320)
