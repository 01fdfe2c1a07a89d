from django.urls import path

from members import views

app_name = "members"
urlpatterns = [
    path("members/<str:username>/", views.profile, name="profile"),
    path("settings/profile/", views.edit_profile, name="edit_profile"),
]
