"""Addresses for machines: feeds and the map of topics."""

from django.urls import path

from community.views.forum import feeds

urlpatterns = [
    path("forum/feed/", feeds.site_feed, name="feed"),
    path("forum/sitemap-<int:number>.xml", feeds.topic_map, name="sitemap"),
    path("b/<str:slug>/feed/", feeds.board_feed, name="board_feed"),
    path("tag/<str:slug>/feed/", feeds.tag_feed, name="tag_feed"),
    path("t/<topic:address>/feed/", feeds.topic_feed, name="topic_feed"),
]
