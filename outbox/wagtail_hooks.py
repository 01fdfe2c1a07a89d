"""The state of the machinery, in the console: what waits, what is parked, whether beat is alive."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from outbox import views


class EventsItem(MenuItem):  # type: ignore[misc]
    """Shown to those who may look after deliveries."""

    def is_shown(self, request: HttpRequest) -> bool:
        return views.may_look(request)


@hooks.register("register_admin_urls")
def event_urls() -> list[URLPattern]:
    return [path("events/", views.deliveries, name="outbox_deliveries")]


@hooks.register("register_reports_menu_item")
def events_item() -> MenuItem:
    return EventsItem(_("Events and deliveries"), reverse("outbox_deliveries"), icon_name="history", order=900)
