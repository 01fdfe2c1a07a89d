"""Addresses of the forum and the chat. `address` is `readable-words-0123456789ab`; the id at its end decides."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from community.views.forum import index, posts, reactions, topic_page


class TopicAddress:
    """An optional readable part, then the topic's id."""

    regex = r"(?:[\w-]{1,120}-)?[0-9a-z]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TopicAddress, "topic")

app_name = "community"
urlpatterns: list[URLPattern | URLResolver] = [
    path("forum/", index.forum, name="forum"),
    path("forum/new/", index.choose_board, name="choose_board"),
    path("forum/preview/", posts.preview, name="preview"),
    path("t/<topic:address>/", topic_page.topic, name="topic"),
    path("t/<topic:address>/reply/", posts.reply, name="reply"),
    path("t/<topic:address>/view/", topic_page.choose_view, name="choose_view"),
    path("t/<topic:address>/<int:number>/", topic_page.topic, name="post"),
    path("t/<topic:address>/<int:number>/replies/", topic_page.replies, name="replies"),
    path("t/<topic:address>/<int:number>/edit/", posts.edit, name="edit_post"),
    path("t/<topic:address>/<int:number>/remove/", posts.remove, name="remove_post"),
    path("t/<topic:address>/<int:number>/restore/", posts.restore, name="restore_post"),
    path("t/<topic:address>/<int:number>/react/", reactions.react, name="react"),
    path("t/<topic:address>/<int:number>/reactions/", reactions.who, name="reactions"),
    path("t/<topic:address>/<int:number>/accept/", posts.accept, name="accept_answer"),
    path("", include("community.urls.composer")),
    path("", include("community.urls.structure")),
    path("", include("community.urls.feeds")),
    path("", include("community.urls.order")),
    path("", include("community.urls.trust")),
    path("", include("community.urls.people")),
    path("", include("community.urls.reading")),
    path("", include("community.urls.messages")),
    path("", include("community.urls.rooms")),
    path("", include("community.urls.sessions")),
    path("", include("community.urls.stage")),
    path("", include("community.urls.search")),
    path("", include("community.urls.arrivals")),
]
