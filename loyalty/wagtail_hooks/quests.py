"""Quests and the gift ladder in the console."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from loyalty.views import quest_console
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def quest_urls() -> list[URLPattern]:
    return [
        path("quests/", quest_console.quest_report, name="loyalty_quests"),
        path("quests/new/", quest_console.quest_editor, name="loyalty_new_quest"),
        path("quests/ladder/", quest_console.ladder_editor, name="loyalty_ladder"),
        path("quests/edit/<slug:code>/", quest_console.quest_editor, name="loyalty_quest"),
    ]


@hooks.register("register_rewards_menu_item")
def quests_item() -> MenuItem:
    return ManagersItem(_("Quests and ladder"), reverse("loyalty_quests"), icon_name="pick", order=12)
