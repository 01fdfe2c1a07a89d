"""Chat rooms in the managers' console."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from community.views.chat import rooms_console
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def room_urls() -> list[URLPattern]:
    return [path("rooms/", rooms_console.rooms, name="community_rooms")]


@hooks.register("register_community_menu_item")
def rooms_item() -> MenuItem:
    return ManagersItem(_("Chat rooms"), reverse("community_rooms"), icon_name="comment", order=10)
