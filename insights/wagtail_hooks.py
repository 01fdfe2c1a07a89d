"""Customers, in the managers' console."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from insights.views import customers
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def customers_urls() -> list[URLPattern]:
    return [
        path("customers/", customers.table, name="insights_customers"),
        path("customers/people/", customers.people, name="insights_people"),
        path("customers/<str:public_id>/", customers.person, name="insights_person"),
    ]


@hooks.register("register_log_actions")
def looked_at(actions: LogActionRegistry) -> None:
    actions.register_action("insights.looked_at", _("Look at a customer"), _("Looked at this customer's stage"))


@hooks.register("register_admin_menu_item")
def customers_item() -> MenuItem:
    return ManagersItem(_("Customers"), reverse("insights_customers"), icon_name="group", order=150)
