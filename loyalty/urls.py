from django.urls import path

from loyalty.views import points, rewards

app_name = "loyalty"
urlpatterns = [
    path("points/", points.points, name="points"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/<slug:public_id>/", rewards.claim, name="claim"),
    path("rewards/claimed/<slug:public_id>/", rewards.redemption, name="redemption"),
]
