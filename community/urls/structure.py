"""Addresses of tags, ideas, polls and events, of starting a topic and of what moderators do."""

from django.urls import URLPattern, URLResolver, path

from community.views.forum import starting, structure
from community.views.order import moderating

urlpatterns: list[URLPattern | URLResolver] = [
    path("tags/", structure.tags_page, name="tags"),
    path("b/<str:slug>/new/", starting.start, name="start_topic"),
    path("b/<str:slug>/ideas/", structure.ideas_page, name="ideas"),
    path("t/<topic:address>/moderate/", moderating.moderate, name="moderate_topic"),
    path("t/<topic:address>/remove/", moderating.remove, name="remove_topic"),
    path("t/<topic:address>/split/", moderating.split, name="split_topic"),
    path("t/<topic:address>/merge/", moderating.merge, name="merge_topic"),
    path("t/<topic:address>/tags/", structure.edit_tags, name="edit_tags"),
    path("t/<topic:address>/vote/", structure.vote_idea, name="vote_idea"),
    path("t/<topic:address>/event/", structure.edit_event, name="edit_event"),
    path("t/<topic:address>/event.ics", structure.event_file, name="event_file"),
    path("t/<topic:address>/<int:number>/wiki/", moderating.wiki, name="wiki_post"),
    path("t/<topic:address>/<int:number>/poll/", structure.vote_poll, name="vote_poll"),
    path("t/<topic:address>/<int:number>/poll/voters/", structure.poll_voters, name="poll_voters"),
]
