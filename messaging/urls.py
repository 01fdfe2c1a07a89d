from django.urls import path

from messaging.views import choices, devices, line, mail, notices

app_name = "messaging"
urlpatterns = [
    path("line/", line.line, name="line"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read_notices"),
    path("notices/<str:public_id>/", notices.open_notice, name="notice"),
    path("preferences/", mail.preferences, name="preferences"),
    path("preferences/<str:token>/", mail.preferences_by_link, name="preferences_by_link"),
    path("settings/notifications/", choices.notifications, name="choices"),
    path("settings/notifications/pause/", choices.pause, name="pause"),
    path("settings/notifications/devices/", devices.add, name="add_device"),
    path("settings/notifications/devices/<str:public_id>/", devices.remove, name="remove_device"),
    path("sw.js", devices.worker, name="service_worker"),
    path("u/<str:token>/", mail.unsubscribe, name="unsubscribe"),
]
