"""Items of the console's menu that only some may see."""

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from members.access import is_manager


class ManagersItem(MenuItem):  # type: ignore[misc]
    """Shown to community managers, who may open it; its page asks again."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_manager(request.user)
