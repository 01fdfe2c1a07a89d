"""The way to the webhooks in the console. Imported by `integrations.wagtail_hooks`, where Wagtail looks."""

from typing import Any

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from integrations.webhooks import views
from members.menu import ManagersItem


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def webhook_urls() -> list[URLPattern]:
    return [
        path("webhooks/", views.endpoints, name="integrations_webhooks"),
        path("webhooks/<str:public_id>/", views.endpoint, name="integrations_webhook"),
        path("webhooks/<str:public_id>/<str:act>/", views.act, name="integrations_webhook_act"),
    ]


@hooks.register("register_settings_menu_item")  # type: ignore[untyped-decorator]
def webhooks_item() -> Any:
    return ManagersItem(_("Webhooks"), reverse_lazy("integrations_webhooks"), icon_name="link", order=902)
