"""Addresses of live sessions: finding, answering, planning. What happens inside of one has its own."""

from django.urls import URLPattern, URLResolver, path

from community.views.live import calendars as session_calendars
from community.views.live import planning as session_planning
from community.views.live import sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("live/", sessions.live_sessions, name="live_sessions"),
    path("live/new/", session_planning.plan_session, name="plan_session"),
    path("live/sitemap.xml", sessions.session_map, name="live_map"),
    path("live/calendar.ics", session_calendars.public_feed, name="live_feed"),
    path("live/calendar/", session_calendars.own_calendar, name="live_calendar"),
    path("live/calendar/<str:key>.ics", session_calendars.own_feed, name="live_own_feed"),
    path("live/series/", session_planning.series_list, name="live_series_list"),
    path("live/series/<str:public_id>/", session_planning.keep_series, name="live_series"),
    path("live/series/<str:public_id>/calendar.ics", session_calendars.series_file, name="live_series_file"),
    path("live/<str:public_id>/", sessions.live_session, name="live_session"),
    path("live/<str:public_id>/rsvp/", sessions.answer_session, name="answer_session"),
    path("live/<str:public_id>/calendar.ics", sessions.session_file, name="session_file"),
    path("live/<str:public_id>/edit/", session_planning.edit_session, name="edit_session"),
    path("live/<str:public_id>/cancel/", session_planning.cancel_session, name="cancel_session"),
    path("live/<str:public_id>/answers/", sessions.open_answers, name="open_answers"),
    path("live/<str:public_id>/move/", sessions.move_session, name="move_session"),
]
