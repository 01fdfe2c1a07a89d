"""The way to the API keys in the admin."""

from typing import Any

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from integrations import views
from integrations.shops import console as shops_console
from integrations.signin import console as signin_console
from integrations.webhooks import console as webhooks_console
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("api-keys/", views.keys, name="integrations_keys"),
        path("api-keys/<int:key_id>/revoke/", views.revoke_key, name="integrations_revoke_key"),
    ]


@hooks.register("register_settings_menu_item")
def keys_item() -> Any:
    return ManagersItem(_("API keys"), reverse_lazy("integrations_keys"), icon_name="key", order=900)


__all__ = ["shops_console", "signin_console", "webhooks_console"]  # registers its own pages
