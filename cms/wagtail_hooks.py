"""The console's first page and its colours."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.components import Component

from members.slots import console_cards


class DeskPanel(Component):  # type: ignore[misc]
    """What waits for whoever opens the console, before pages and pictures."""

    name = "desk"
    order = 10
    template_name = "cms/admin/desk.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        cards = console_cards.collect(request=self.request)
        return {"cards": sorted(cards, key=lambda card: card.order), "request": self.request}


@hooks.register("construct_homepage_panels")
def desk(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(DeskPanel(request))


@hooks.register("insert_global_admin_css")
def house_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/console.css"))
