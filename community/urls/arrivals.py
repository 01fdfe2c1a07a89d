"""Addresses that other forums had, for those who come by an old link."""

from django.urls import path, re_path

from community.views import arrivals

urlpatterns = [
    re_path(r"^t/(?P<slug>[^/]+)/(?P<old>\d{1,9})/?$", arrivals.old_topic, name="old_topic"),
    re_path(r"^t/(?P<slug>[^/]+)/(?P<old>\d{1,9})/(?P<number>\d{1,9})/?$", arrivals.old_topic, name="old_post"),
    re_path(r"^t/(?P<old>\d{1,9})/?$", arrivals.old_topic, name="old_topic_id"),
    re_path(r"^c/(?P<path>[^?]+?)/(?P<old>\d{1,9})/?$", arrivals.old_board, name="old_board"),
    path("viewtopic.php", arrivals.viewtopic, name="viewtopic"),
    path("viewforum.php", arrivals.viewforum, name="viewforum"),
]
