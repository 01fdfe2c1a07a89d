from django.urls import path

from messaging.views import line, mail, notices

app_name = "messaging"
urlpatterns = [
    path("line/", line.line, name="line"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read_notices"),
    path("notices/<str:public_id>/", notices.open_notice, name="notice"),
    path("preferences/", mail.preferences, name="preferences"),
    path("preferences/<str:token>/", mail.preferences_by_link, name="preferences_by_link"),
    path("u/<str:token>/", mail.unsubscribe, name="unsubscribe"),
]
