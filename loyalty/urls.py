from django.urls import path

from loyalty.views import points, rewards, tiers

app_name = "loyalty"
urlpatterns = [
    path("points/", points.points, name="points"),
    path("points/tier/", tiers.tier, name="tier"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/<slug:public_id>/", rewards.claim, name="claim"),
    path("rewards/claimed/<slug:public_id>/", rewards.redemption, name="redemption"),
]
