from django.urls import path
from django.views.generic import RedirectView

from members import group_views, proof_views, views

app_name = "members"
urlpatterns = [
    path("members/<str:username>/", views.profile, name="profile"),
    path("groups/", group_views.groups, name="groups"),
    path("groups/<slug:slug>/", group_views.group, name="group"),
    path("groups/<slug:slug>/<str:act>/", group_views.act, name="group_act"),
    path("settings/", RedirectView.as_view(pattern_name="members:edit_profile"), name="settings"),
    path("settings/profile/", views.edit_profile, name="edit_profile"),
    path("settings/birthday/", views.birthday, name="birthday"),
    path("settings/picture/", views.change_avatar, name="change_avatar"),
    path("settings/again/", proof_views.sign_in_again, name="sign_in_again"),
    path("settings/stop/<str:token>/", proof_views.stop_change, name="stop_change"),
    path("setup/done/", views.setup_done, name="setup_done"),
    path("setup/<str:token>/", views.setup, name="setup"),
]
