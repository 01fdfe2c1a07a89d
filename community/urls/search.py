"""Addresses of the search."""

from django.urls import path

from community.views import search

urlpatterns = [
    path("search/", search.results, name="search"),
    path("search/similar/", search.similar, name="similar_topics"),
    path("search/people/", search.people, name="complete_people"),
    path("search/tags/", search.tags, name="complete_tags"),
]
