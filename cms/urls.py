from django.urls import path

from cms import views
from cms.feeds import NewsFeed

app_name = "cms"
urlpatterns = [
    path("news/feed/", NewsFeed(), name="feed"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-pages.xml", views.sitemap_pages, name="sitemap_pages"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
