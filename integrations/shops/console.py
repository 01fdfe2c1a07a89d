"""The way to the shops in the console. Imported by `integrations.wagtail_hooks`, where Wagtail looks."""

from typing import Any

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from integrations.shops import pages
from members.menu import ManagersItem


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def shop_urls() -> list[URLPattern]:
    return [
        path("shops/", pages.shops, name="integrations_shops"),
        path("shops/connect/<str:kind>/", pages.connect, name="integrations_connect_shop"),
        path("shops/<str:public_id>/", pages.shop, name="integrations_shop"),
        path("shops/<str:public_id>/settings/", pages.settings, name="integrations_shop_settings"),
        path("shops/<str:public_id>/secret/", pages.secret, name="integrations_shop_secret"),
        path("shops/<str:public_id>/do/<str:act>/", pages.act, name="integrations_shop_act"),
        path("shops/<str:public_id>/messages/<str:message_id>/", pages.message, name="integrations_shop_message"),
        path(
            "shops/<str:public_id>/messages/<str:message_id>/<str:act>/",
            pages.message_act,
            name="integrations_shop_message_act",
        ),
    ]


@hooks.register("register_settings_menu_item")  # type: ignore[untyped-decorator]
def shops_item() -> Any:
    return ManagersItem(_("Shops"), reverse_lazy("integrations_shops"), icon_name="download", order=899)
