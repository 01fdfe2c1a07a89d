"""Seasons in the console."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from loyalty.views import seasons_console
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def season_urls() -> list[URLPattern]:
    return [
        path("seasons/", seasons_console.seasons, name="loyalty_seasons"),
        path("seasons/new/", seasons_console.season, name="loyalty_season_new"),
        path("seasons/<slug:public_id>/", seasons_console.season, name="loyalty_season"),
    ]


@hooks.register("register_rewards_menu_item")
def seasons_item() -> MenuItem:
    return ManagersItem(_("Seasons"), reverse("loyalty_seasons"), icon_name="order", order=13)
