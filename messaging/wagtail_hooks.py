"""The site's mail limits, among Wagtail's settings."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from members.menu import ManagersItem
from messaging.views import mail as views


@hooks.register("register_admin_urls")
def limits_url() -> list[URLPattern]:
    return [path("mail-limits/", views.limits, name="messaging_limits")]


@hooks.register("register_settings_menu_item")
def limits_item() -> MenuItem:
    return ManagersItem(_("Mail limits"), reverse("messaging_limits"), icon_name="mail", order=700)
