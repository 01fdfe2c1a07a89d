"""Lists, levels, marks, bookmarks and keys."""

from django.urls import path, register_converter

from community.views.forum import bookmarks, lists, reading


class ListName:
    """The name of a list; another word is no address."""

    regex = "new|unread|following|unanswered|top|mine"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ListName, "list")

urlpatterns = [
    path("forum/topics/", lists.site_list, name="topics"),
    path("forum/topics/<list:name>/", lists.site_list, name="topics_list"),
    path("forum/my-posts/", lists.my_posts, name="my_posts"),
    path("forum/dismiss/", lists.dismiss, name="dismiss"),
    path("forum/dismiss/undo/", lists.undo_dismissal, name="undo_dismissal"),
    path("forum/keys/", reading.keys, name="keys"),
    path("forum/reading/", reading.report, name="report_reading"),
    path("settings/reading/", reading.choices, name="reading_choices"),
    path("b/<str:slug>/", lists.board_list, name="board"),
    path("b/<str:slug>/list/<list:name>/", lists.board_list, name="board_list"),
    path("b/<str:slug>/list/latest/", lists.board_list, {"name": "latest"}, name="board_latest"),
    path("b/<str:slug>/level/", reading.board_level, name="board_level"),
    path("tag/<str:slug>/", lists.tag_list, name="tag"),
    path("tag/<str:slug>/list/<list:name>/", lists.tag_list, name="tag_list"),
    path("tag/<str:slug>/level/", reading.tag_level, name="tag_level"),
    path("t/<topic:address>/level/", reading.topic_level, name="topic_level"),
    path("t/<topic:address>/bookmark/", bookmarks.keep_topic, name="bookmark_topic"),
    path("t/<topic:address>/<int:number>/bookmark/", bookmarks.keep_post, name="bookmark_post"),
    path("t/<topic:address>/<int:number>/unread/", reading.mark_unread, name="mark_unread"),
    path("chat/<str:slug>/<int:seq>/bookmark/", bookmarks.keep_message, name="bookmark_message"),
    path("bookmarks/", bookmarks.bookmarks, name="bookmarks"),
    path("bookmarks/<str:public_id>/", bookmarks.change, name="bookmark"),
    path("bookmarks/<str:public_id>/remove/", bookmarks.let_go, name="remove_bookmark"),
]
