"""What a member keeps for later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from community.access import rights
from community.addresses import message_url, post_url, topic_url
from community.models import Bookmark, Message, Post, Topic
from community.queries.chat.rooms import name_rooms
from community.queries.people.people import excerpt
from community.room_access import visible_rooms
from members.access import Member
from members.queries import MemberCard, member_cards

A_PAGE = 30


@dataclass(frozen=True)
class Thing:
    """What was kept, as the viewer may read it now."""

    kind: str
    title: str
    url: str
    excerpt: str
    author_id: int
    number: int | None = None


@dataclass(frozen=True)
class Kept:
    """A bookmark with what it is of; None when that is gone, or closed to the viewer now."""

    public_id: str
    note: str
    remind_at: datetime | None
    created_at: datetime
    thing: Thing | None
    by: MemberCard | None


@dataclass(frozen=True)
class KeptPage:
    """Bookmarks, newest first; `older` is the cursor of the next page, empty at the end."""

    rows: list[Kept]
    older: str = ""


def bookmark_page(*, viewer: Member, before: str = "", limit: int = A_PAGE) -> KeptPage:
    """The viewer's bookmarks, at most five statements a page."""
    mine = Bookmark.objects.filter(member_id=viewer.pk).order_by("-id")
    if before.isascii() and before.isalnum():
        after = Bookmark.objects.filter(public_id=before, member_id=viewer.pk).values("id")[:1]
        mine = mine.filter(id__lt=after)
    found = list(mine[: limit + 1])
    rows = found[:limit]
    things = things_of(bookmarks=rows, viewer=viewer)
    people = member_cards(member_ids={thing.author_id for thing in things.values()}) if things else {}
    return KeptPage(
        rows=[
            Kept(
                public_id=row.public_id,
                note=row.note,
                remind_at=row.remind_at,
                created_at=row.created_at,
                thing=(thing := things.get(row.pk)),
                by=people.get(thing.author_id) if thing else None,
            )
            for row in rows
        ],
        older=rows[-1].public_id if len(found) > limit else "",
    )


def one_bookmark(*, viewer: Member, public_id: str) -> Kept | None:
    """One of the viewer's own bookmarks."""
    row = Bookmark.objects.filter(member_id=viewer.pk, public_id=public_id).first()
    if row is None:
        return None
    thing = things_of(bookmarks=[row], viewer=viewer).get(row.pk)
    return Kept(row.public_id, row.note, row.remind_at, row.created_at, thing, None)


def things_of(*, bookmarks: Sequence[Bookmark], viewer: Member) -> dict[int, Thing]:
    """What each bookmark is of, if the viewer may read it now: one statement for each sort of thing that is there."""
    held = rights(viewer)
    found: dict[int, Thing] = {}
    topics = {row.topic_id: row.pk for row in bookmarks if row.topic_id}
    posts = {row.post_id: row.pk for row in bookmarks if row.post_id}
    messages = {row.message_id: row.pk for row in bookmarks if row.message_id}
    if topics:
        shown = Topic.objects.filter(pk__in=topics, removed_at__isnull=True, board_id__in=held.browsable)
        for id, title, public_id, slug, author in shown.values_list("id", "title", "public_id", "slug", "author_id"):
            found[topics[id]] = Thing("topic", title, topic_url(public_id, slug), "", author)
    if posts:
        visible = Post.objects.filter(
            pk__in=posts, state=Post.State.VISIBLE, topic__removed_at__isnull=True, topic__board_id__in=held.browsable
        ).exclude(kind=Post.Kind.WHISPER)
        columns = ("id", "topic__title", "topic__public_id", "topic__slug", "number", "text", "author_id")
        for id, title, public_id, slug, number, text, author in visible.values_list(*columns):
            url = post_url(public_id, slug, number or 1)
            found[posts[id]] = Thing("post", title, url, excerpt(text), author, number)
    if messages:
        said = Message.objects.filter(pk__in=messages, removed_at__isnull=True, room__in=visible_rooms(viewer))
        listed = list(said.select_related("room", "thread"))
        name_rooms([message.room for message in listed], viewer=viewer)
        for message in listed:
            title = _("%(room)s, in the chat") % {"room": message.room.name}
            url = message_url(message.room.slug, message.seq, message.thread.seq if message.thread else None)
            found[messages[message.pk]] = Thing("message", title, url, excerpt(message.raw), message.author_id)
    return found
