"""Blocks of the pages. The living ones read queries of lower apps; what they cost is counted by tests/cms/test_home.py."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cms import queries
from community.queries.chat.rooms import RoomRow
from outbox.clock import now

Context = dict[str, Any]
Known = TypeVar("Known")
PLAIN = ["h2", "h3", "bold", "italic", "ol", "ul", "hr", "link", "document-link", "blockquote"]
"""What editors may write: nothing that needs a script, so that a feed can carry it."""


def _viewer(context: Context) -> Any:
    """The reader; None where there is no request, as in a preview of the editor's chooser."""
    return getattr(context.get("request"), "user", None)


def _once(context: Context, name: str, make: Callable[[], Known]) -> Known:
    """What two blocks of one page need is asked for once."""
    request = context.get("request")
    kept: Context = {} if request is None else request.__dict__.setdefault("_front_page", {})
    if name not in kept:
        kept[name] = make()
    found: Known = kept[name]
    return found


def _points(context: Context) -> Context:
    return _once(context, "points", lambda: queries.points_of(viewer=_viewer(context), at=now()))


def _rooms(context: Context) -> list[RoomRow]:
    return _once(context, "rooms", lambda: queries.rooms(viewer=_viewer(context), at=now()))


def _greeting(context: Context) -> queries.Visit | None:
    stored = getattr(context.get("request"), "session", {}).get("last_visit")
    since = datetime.fromisoformat(stored) if stored else None
    return queries.since_last_visit(viewer=_viewer(context), since=since, at=now())


class WelcomeBlock(blocks.StructBlock):  # type: ignore[misc]
    """The door: guests read what this place is, members are greeted by name and told what happened since they were here."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    text = blocks.TextBlock(label=_("what this place is"), max_length=400)
    inscription = blocks.CharBlock(label=_("vertical inscription"), max_length=24, required=False)

    class Meta:
        icon = "home"
        label = _("Welcome")
        template = "cms/blocks/welcome.html"

    def get_context(self, value: Any, parent_context: Context | None = None) -> Context:
        context: Context = super().get_context(value, parent_context=parent_context)
        visit = _greeting(context)
        if visit is None:
            return context | {"visit": None, "voices": queries.voices(at=now())}
        unread = sum(room.unread for room in _rooms(context))
        first = queries.first_steps(viewer=_viewer(context), at=now())
        return context | {"visit": visit, "unread": unread, "points": _points(context), "first_steps": first}


class LatestTopicsBlock(blocks.StructBlock):  # type: ignore[misc]
    """What is being talked about."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    number = blocks.IntegerBlock(label=_("how many"), min_value=1, max_value=20, default=6)

    class Meta:
        icon = "comment"
        label = _("Latest topics")
        template = "cms/blocks/latest_topics.html"

    def get_context(self, value: Any, parent_context: Context | None = None) -> Context:
        context: Context = super().get_context(value, parent_context=parent_context)
        topics = queries.latest_topics(viewer=_viewer(context), limit=value["number"])
        return context | {"topics": topics}


class TopMembersBlock(blocks.StructBlock):  # type: ignore[misc]
    """Who gave most lately: recognition has a date, so that newcomers have a chance."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    number = blocks.IntegerBlock(label=_("how many"), min_value=1, max_value=20, default=5)
    days = blocks.IntegerBlock(label=_("in the last … days"), min_value=1, max_value=366, default=30)

    class Meta:
        icon = "group"
        label = _("Top members")
        template = "cms/blocks/top_members.html"

    def get_context(self, value: Any, parent_context: Context | None = None) -> Context:
        context: Context = super().get_context(value, parent_context=parent_context)
        return context | {"members": queries.top_members(days=value["days"], limit=value["number"], at=now())}


class MyPointsBlock(blocks.StructBlock):  # type: ignore[misc]
    """A member's points, tier and next reward; a guest reads what would be theirs."""

    title = blocks.CharBlock(label=_("title"), max_length=80)

    class Meta:
        icon = "pick"
        label = _("My points")
        template = "cms/blocks/my_points.html"

    def get_context(self, value: Any, parent_context: Context | None = None) -> Context:
        context: Context = super().get_context(value, parent_context=parent_context)
        return context | _points(context)


class NewsBlock(blocks.StructBlock):  # type: ignore[misc]
    """The latest news in the page's language."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    number = blocks.IntegerBlock(label=_("how many"), min_value=1, max_value=10, default=3)

    class Meta:
        icon = "doc-full"
        label = _("News")
        template = "cms/blocks/news.html"

    def get_context(self, value: Any, parent_context: Context | None = None) -> Context:
        context: Context = super().get_context(value, parent_context=parent_context)
        return context | {"news": queries.latest_news(page=context.get("page"), limit=value["number"])}


class SessionBlock(blocks.StaticBlock):  # type: ignore[misc]
    """The live session that is open now, or the next one, with the time until then; nothing when none is planned."""

    class Meta:
        icon = "date"
        label = _("Next live session")
        admin_text = _("Shows what is live, or the next session; nothing when none is planned.")
        template = "cms/blocks/session.html"

    def get_context(self, value: Any, parent_context: Context | None = None) -> Context:
        context: Context = super().get_context(value, parent_context=parent_context)
        at = now()
        return context | {"row": queries.next_session(viewer=_viewer(context), at=at), "at": at}


class ChatBlock(blocks.StructBlock):  # type: ignore[misc]
    """An invitation into the rooms, with their last words."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    number = blocks.IntegerBlock(label=_("how many rooms"), min_value=1, max_value=10, default=3)

    class Meta:
        icon = "openquote"
        label = _("Chat rooms")
        template = "cms/blocks/chat.html"

    def get_context(self, value: Any, parent_context: Context | None = None) -> Context:
        context: Context = super().get_context(value, parent_context=parent_context)
        return context | {"rooms": _rooms(context)[: value["number"]]}


class WordsBlock(blocks.RichTextBlock):  # type: ignore[misc]
    """Text."""

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/words.html"


class PictureBlock(blocks.StructBlock):  # type: ignore[misc]
    """A picture with its words; the picture's own alternative text is used."""

    image = ImageChooserBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"


LIVING = [
    ("welcome", WelcomeBlock()),
    ("topics", LatestTopicsBlock()),
    ("points", MyPointsBlock()),
    ("members", TopMembersBlock()),
    ("chat", ChatBlock()),
    ("session", SessionBlock()),
    ("news", NewsBlock()),
]
QUIET = [("words", WordsBlock(features=PLAIN)), ("picture", PictureBlock())]
