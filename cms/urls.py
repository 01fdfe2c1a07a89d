from django.urls import path

from cms import views
from cms.feeds import NewsFeed

app_name = "cms"
urlpatterns = [
    path("news/feed/", NewsFeed(), name="feed"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
