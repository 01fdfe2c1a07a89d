from django.urls import path

from loyalty.views import points, quests, rewards, statement, tiers

app_name = "loyalty"
urlpatterns = [
    path("points/", points.points, name="points"),
    path("points/statement/", statement.statement, name="statement"),
    path("points/statement.csv", statement.statement_file, name="statement_file"),
    path("points/tier/", tiers.tier, name="tier"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/<slug:public_id>/", rewards.claim, name="claim"),
    path("rewards/claimed/<slug:public_id>/", rewards.redemption, name="redemption"),
    path("quests/", quests.quests, name="quests"),
    path("quests/guide/", quests.read_guide, name="quest_guide"),
    path("quests/first-steps/", quests.first_steps, name="first_steps"),
    path("quests/gifts/<slug:public_id>/", quests.take_gift, name="ladder_gift"),
]
