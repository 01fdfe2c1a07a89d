from django.urls import path

from referrals import views

app_name = "referrals"
urlpatterns = [
    path("invite/", views.invite, name="invite"),
    path("i/<str:code>/", views.follow, name="follow"),
]
