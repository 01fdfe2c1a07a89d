from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/<str:token>/", views.preferences_by_link, name="preferences_by_link"),
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
