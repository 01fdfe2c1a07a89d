"""Addresses inside of a live session."""

from django.urls import URLPattern, URLResolver, path

from community.views.live import host as stage_host
from community.views.live import stage
from community.views.order import flags

urlpatterns: list[URLPattern | URLResolver] = [
    path("live/<str:public_id>/room/", stage.room, name="live_room"),
    path("live/<str:public_id>/room/state/", stage.state, name="live_state"),
    path("live/<str:public_id>/room/join/", stage.join, name="live_join"),
    path("live/<str:public_id>/room/leave/", stage.leave, name="live_leave"),
    path("live/<str:public_id>/room/here/", stage.here, name="live_here"),
    path("live/<str:public_id>/room/say/", stage.say, name="live_say"),
    path("live/<str:public_id>/room/questions/", stage.ask, name="live_ask"),
    path("live/<str:public_id>/room/questions/<str:question_id>/", stage.question, name="live_question"),
    path("live/<str:public_id>/room/questions/<str:question_id>/flag/", flags.flag_question, name="flag_question"),
    path("live/<str:public_id>/room/polls/", stage_host.ask_poll, name="live_ask_poll"),
    path("live/<str:public_id>/room/polls/<str:poll_id>/", stage.poll, name="live_poll"),
    path("live/<str:public_id>/room/drops/", stage_host.announce_drop, name="live_announce_drop"),
    path("live/<str:public_id>/room/drops/<str:drop_id>/", stage.drop, name="live_drop"),
    path("live/<str:public_id>/room/host/", stage_host.host, name="live_host"),
    path("live/<str:public_id>/summary/", stage.summary, name="live_summary"),
]
