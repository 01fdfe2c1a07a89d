"""The desk for complaints, in the managers' console."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from care.views import desk
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def desk_urls() -> list[URLPattern]:
    return [
        path("care/", desk.desk, name="care_desk"),
        path("care/<str:public_id>/", desk.answer, name="care_answer"),
        path("care/<str:public_id>/points/", desk.decide, name="care_points"),
        path("care/<str:public_id>/close/", desk.close, name="care_close"),
    ]


@hooks.register("register_admin_menu_item")
def desk_item() -> MenuItem:
    return ManagersItem(_("Complaints"), reverse("care_desk"), icon_name="help", order=160)
