"""The words of our notices, as they are true now: who may not read a place any more reads nothing of it here either."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.access import Rights, rights
from community.actions.forum.telling import ACCEPTED, KINDS, REACTED
from community.addresses import post_url
from community.models import Bookmark, Post
from community.queries.forum.bookmarks import things_of
from community.queries.people.people import excerpt
from members.access import Member
from members.queries import member_cards
from messaging.slots import NoticeCard, Told

_ICONS = {
    KINDS["mention"]: "person", KINDS["reply"]: "reply", KINDS["watching"]: "eye", KINDS["followed"]: "people",
    KINDS["first"]: "news", ACCEPTED: "solved", REACTED: "heart",
}  # fmt: skip


def _words(kind: str) -> str:
    return {
        KINDS["mention"]: _("%(who)s mentioned you in “%(title)s”."),
        KINDS["reply"]: _("%(who)s replied to you in “%(title)s”."),
        KINDS["watching"]: _("%(who)s wrote in “%(title)s”."),
        KINDS["followed"]: _("%(who)s started “%(title)s”."),
        KINDS["first"]: _("%(who)s started “%(title)s”."),
        ACCEPTED: _("%(who)s accepted your answer in “%(title)s”."),
        REACTED: _("%(who)s liked what you wrote in “%(title)s”."),
    }[kind]


def tell_of_posts(*, notices: Sequence[NoticeCard], viewer: Member) -> Mapping[int, Told]:
    """The notices that are about a post: what became of it since, and whether the viewer may read it, is asked now."""
    held = rights(viewer)
    posts = _posts({int(notice.data["post"]) for notice in notices}, held)
    people = member_cards(member_ids={who for notice in notices for who in notice.by_ids[:1]})
    told = {}
    for notice in notices:
        found = posts.get(int(notice.data["post"]))
        if found is None:
            continue
        title, url, text = found
        first = people.get(notice.by_ids[0]) if notice.by_ids else None
        who = _who(first.name if first else _("Somebody"), len(notice.by_ids) - 1)
        words = _words(notice.kind) % {"who": who, "title": title}
        told[notice.id] = Told(text=words, url=url, excerpt=text, icon=_ICONS[notice.kind])
    return told


def tell_of_bookmarks(*, notices: Sequence[NoticeCard], viewer: Member) -> Mapping[int, Told]:
    """Reminders: what was kept, with the note; nothing of what is gone or closed to the viewer now."""
    wanted = {int(notice.data["bookmark"]): notice.id for notice in notices}
    kept = list(Bookmark.objects.filter(pk__in=wanted, member_id=viewer.pk))
    things = things_of(bookmarks=kept, viewer=viewer)
    told = {}
    for bookmark in kept:
        if thing := things.get(bookmark.pk):
            words = _("You wanted to come back to “%(title)s”.") % {"title": thing.title}
            told[wanted[bookmark.pk]] = Told(words, thing.url, bookmark.note or thing.excerpt, "bookmark")
    return told


def writers() -> list[tuple[str, Callable[..., Mapping[int, Told]], Any, str]]:
    """Kind, writer, its name, and the line of the settings that decides about it."""
    from django.utils.translation import gettext_lazy as lazy

    return [
        (KINDS["mention"], tell_of_posts, lazy("Somebody names me"), "mentions"),
        (KINDS["reply"], tell_of_posts, lazy("Somebody replies to me"), "replies"),
        (KINDS["watching"], tell_of_posts, lazy("New posts in topics I watch"), "followed"),
        (KINDS["followed"], tell_of_posts, lazy("New topics of people I follow"), "followed"),
        (KINDS["first"], tell_of_posts, lazy("New topics in places I watch"), "followed"),
        (ACCEPTED, tell_of_posts, lazy("My answer is accepted"), "replies"),
        (REACTED, tell_of_posts, lazy("Reactions to what I wrote"), "reactions"),
        ("community.bookmark", tell_of_bookmarks, lazy("Reminders of my bookmarks"), "reminders"),
    ]


def _posts(ids: set[int], held: Rights) -> dict[int, tuple[str, str, str]]:
    """Title, address and beginning of each post that is shown where the viewer may read, in one statement."""
    rows = Post.objects.filter(
        pk__in=ids, state=Post.State.VISIBLE, topic__removed_at__isnull=True, topic__board_id__in=held.browsable
    ).values_list("id", "topic__title", "topic__public_id", "topic__slug", "number", "text")
    return {
        id: (title, post_url(public_id, slug, number or 1), excerpt(text))
        for id, title, public_id, slug, number, text in rows
    }


def _who(name: str, others: int) -> str:
    if others <= 0:
        return name
    words = ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", others)
    return words % {"name": name, "count": others}
