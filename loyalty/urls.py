from django.urls import path

from loyalty.views import gifts, points, quests, rewards, seasons, sending, statement, tiers, why

app_name = "loyalty"
urlpatterns = [
    path("points/statement/<slug:handle>/", why.why, name="why"),
    path("points/rules/<slug:code>/<int:version>/", why.rule, name="rule"),
    path("points/", points.points, name="points"),
    path("points/send/", sending.send, name="send"),
    path("points/statement/", statement.statement, name="statement"),
    path("points/statement.csv", statement.statement_file, name="statement_file"),
    path("points/tier/", tiers.tier, name="tier"),
    path("seasons/", seasons.seasons, name="seasons"),
    path("settings/seasons/", seasons.season_settings, name="season_settings"),
    path("seasons/choice/", seasons.season_choice, name="season_choice"),
    path("seasons/<slug:public_id>/", seasons.season, name="season"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/<slug:public_id>/", rewards.claim, name="claim"),
    path("rewards/claimed/<slug:public_id>/", rewards.redemption, name="redemption"),
    path("rewards/claimed/<slug:public_id>/address/", rewards.address, name="redemption_address"),
    path("rewards/claimed/<slug:public_id>/friend/", rewards.friend, name="redemption_friend"),
    path("rewards/claimed/<slug:public_id>/cancel/", rewards.cancel, name="redemption_cancel"),
    path("quests/", quests.quests, name="quests"),
    path("quests/guide/", quests.read_guide, name="quest_guide"),
    path("quests/first-steps/", quests.first_steps, name="first_steps"),
    path("quests/gifts/<slug:public_id>/", quests.take_gift, name="ladder_gift"),
    path("codes/", gifts.codes, name="codes"),
    path("gifts/<slug:public_id>/", gifts.gift, name="gift"),
    path("gifts/link/<slug:token>/", gifts.gift_link, name="gift_link"),
]
