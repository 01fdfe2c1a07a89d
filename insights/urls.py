from django.urls import path

from insights.views import scoring

app_name = "insights"
urlpatterns = [path("settings/privacy/scoring/", scoring.scoring, name="scoring")]
