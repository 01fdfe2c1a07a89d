"""The forum's side: where a member is needed, their own things, places. And the streams that say something is new."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from community import access
from community.queries.forum import lists, places
from community.queries.forum.reader import Reader
from community.rules import reading as rules
from members.access import Viewer, is_member
from outbox.clock import now

MOST_STREAMS = 40
TAGS = 12


@dataclass(frozen=True)
class Entry:
    """A link of the side; `count` is a word ("500+") or nothing."""

    label: str
    url: str
    icon: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True)
class Side:
    """What stands beside the lists: all that its template reads of it, so that a drawn one is kept under it."""

    yours: tuple[Entry, ...]
    boards: tuple[access.BoardCard, ...]
    tags: tuple[places.TagLink, ...] = ()
    rooms: tuple[places.RoomLink, ...] = ()
    unread: int = 0
    new: int = 0


def side(request: HttpRequest, held: access.Rights, who: Reader, *, here: str = "") -> Side:
    """One statement for the tags, and for a member one for what is unread (and one when rooms have something)."""
    shown = [card for card in held.boards.values() if held.may("browse", card.id)]
    tags = tuple(places.popular_tags(boards=held.browsable, limit=TAGS))
    if not is_member(request.user):
        return Side(yours=(), boards=_in_order(held, shown), tags=tags)
    waiting = lists.counts(scope=lists.Scope(tuple(held.browsable), whole=True), reader=who, held=held)
    mine = [
        ("latest", _("Topics"), "community:topics", "list", 0),
        ("new", _("New"), "community:topics_list", "star", waiting.new),
        ("unread", _("Unread"), "community:topics_list", "bell", waiting.unread),
        ("following", _("Following"), "community:topics_list", "eye", 0),
        ("posts", _("My posts"), "community:my_posts", "person", 0),
        ("drafts", _("Drafts"), "community:drafts", "edit", 0),
        ("bookmarks", _("Bookmarks"), "community:bookmarks", "bookmark", 0),
    ]
    entries = []
    for name, label, route, icon, count in mine:
        try:
            url = reverse(route, args=[name] if route == "community:topics_list" else [])
        except NoReverseMatch:
            continue  # a part of the forum that this site does not have
        entries.append(Entry(label, url, icon, rules.counted(count) if count else "", name == here))
    return Side(
        yours=tuple(entries),
        boards=_in_order(held, shown),
        tags=tags,
        rooms=tuple(places.rooms_with_unread(viewer=request.user, held=held, at=now())),
        unread=waiting.unread,
        new=waiting.new,
    )


def hints(viewer: Viewer, held: access.Rights, scope: lists.Scope) -> list[str]:
    """The streams that a list listens to: one for everything that every member may read, one for each other board."""
    if scope.board_id is not None:
        return [f"board:{scope.board_id}"]
    boards = set(scope.boards)
    open_to_all = access.open_boards(viewer)
    streams = []
    if open_to_all and open_to_all <= boards:
        streams, boards = ["board:open"], boards - open_to_all
    return [*streams, *(f"board:{board}" for board in sorted(boards)[: MOST_STREAMS - len(streams)])]


def _in_order(held: access.Rights, cards: list[access.BoardCard]) -> tuple[access.BoardCard, ...]:
    def path(card: access.BoardCard) -> list[tuple[int, int]]:
        above: Any = held.boards.get(card.parent_id) if card.parent_id else None
        return [*(path(above) if above else []), (card.position, card.id)]

    return tuple(sorted(cards, key=path))
