from django.urls import path

from loyalty import views

app_name = "loyalty"
urlpatterns = [
    path("points/", views.points, name="points"),
    path("rewards/", views.rewards, name="rewards"),
    path("rewards/<slug:public_id>/", views.claim, name="claim"),
    path("rewards/claimed/<slug:public_id>/", views.redemption, name="redemption"),
]
