"""The community in the console, by topic. Importing this package registers it all."""

from django.utils.translation import gettext_lazy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from community.wagtail_hooks import order, rooms, trust
from community.wagtail_hooks.badges import BadgeAwardViewSet, BadgeKindViewSet
from community.wagtail_hooks.boards import BoardViewSet, PostViewSet
from community.wagtail_hooks.tags import TagGroupViewSet, TagViewSet


class Community(SnippetViewSetGroup):  # type: ignore[misc]
    """What is set up and looked up; what waits for a decision has the menu of reviewing."""

    menu_label = gettext_lazy("Community")
    menu_icon = "group"
    menu_order = 300
    submenu_hook = "register_community_menu_item"
    items = (BoardViewSet, PostViewSet, TagViewSet, TagGroupViewSet, BadgeKindViewSet, BadgeAwardViewSet)


register_snippet(Community)

__all__ = ["Community", "order", "rooms", "trust"]
