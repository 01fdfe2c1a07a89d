"""Win-back, in the managers' console."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from campaigns import views
from members.menu import ManagersItem


@hooks.register("register_admin_urls")
def campaign_urls() -> list[URLPattern]:
    return [
        path("win-back/", views.index, name="campaigns_index"),
        path("win-back/new/", views.edit, name="campaigns_new"),
        path("win-back/count/", views.count, name="campaigns_count"),
        path("win-back/<str:public_id>/", views.show, name="campaigns_show"),
        path("win-back/<str:public_id>/edit/", views.edit, name="campaigns_edit"),
        path("win-back/<str:public_id>/preview/", views.preview, name="campaigns_preview"),
        path("win-back/<str:public_id>/preview/mail/", views.preview_mail, name="campaigns_preview_mail"),
        path("win-back/<str:public_id>/start/", views.start, name="campaigns_start"),
        path("win-back/<str:public_id>/move/", views.move, name="campaigns_move"),
        path("win-back/<str:public_id>/members/", views.members, name="campaigns_members"),
    ]


@hooks.register("register_admin_menu_item")
def win_back_item() -> MenuItem:
    return ManagersItem(_("Win-back"), reverse("campaigns_index"), icon_name="mail", order=160)
