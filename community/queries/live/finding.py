"""Finding live sessions by what they are called and what is said of them.

Sessions are hundreds where texts are millions, so they have no documents: the newest thousand that the viewer may know of are
read, and compared here. What a text consists of is remembered, so that a series of one text is taken apart once.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from community.access import Rights
from community.models import LiveSession
from community.queries.search import PAGE, Found
from community.queries.search_filters import Wanted
from community.search import matching
from community.search.excerpts import excerpt, highlighted
from community.session_access import visible_sessions
from members.access import Viewer

READ = 1_000
"""Sessions that are looked through, the newest first."""
State = LiveSession.State


@dataclass(frozen=True)
class SessionHit:
    """A session for the question; `author_id` is its host."""

    id: int
    title: SafeString
    url: str
    state: str
    author_id: int
    at: datetime
    excerpt: SafeString


def find_sessions(*, wanted: Wanted, viewer: Viewer, held: Rights, page: int = 1, limit: int = PAGE) -> Found:
    """What is open or to come, the soonest first, then the past, the newest first; of a series only its next one and what
    was. What says it in its title comes first. One statement; nothing for filters that only topics and rooms have."""
    asked = matching.asks(wanted.terms) or wanted.filtered
    if not asked or wanted.narrows_topics or wanted.room:
        return Found([], 0)
    rows = _narrowed(visible_sessions(viewer, held=held).exclude(state=State.CANCELLED), wanted, held)
    read = list(rows.order_by("-starts_at").values(*_FIELDS)[:READ])
    found: list[tuple[tuple[bool, bool, float], SessionHit]] = []
    following: set[int] = set()
    for row in reversed(read):  # the first of a series that is ahead is its next one
        said = _words("\n".join([row["cooked"], row["summary_cooked"] if row["stage__summary_at"] else ""]))
        if not matching.says(f"{row['title']}\n{said}", wanted.terms):
            continue
        in_title = matching.says(row["title"], wanted.terms)
        ahead, moment = row["state"] != State.ENDED, row["starts_at"].timestamp()
        if ahead and row["series_id"] in following:
            continue
        following |= {row["series_id"]} - {None} if ahead else set()
        found.append(((not ahead, not in_title, moment if ahead else -moment), _hit(row, said, wanted)))
    found.sort(key=lambda one: one[0])
    first = (page - 1) * limit
    return Found([hit for _place, hit in found[first : first + limit]], len(found), capped=len(read) >= READ)


_FIELDS = (
    "id", "public_id", "title", "cooked", "summary_cooked", "stage__summary_at", "state", "starts_at", "host_id", "series_id",
)  # fmt: skip


@lru_cache(maxsize=1_000)
def _words(html: str) -> str:
    return unescape(strip_tags(html))


def _narrowed(rows: QuerySet[LiveSession], wanted: Wanted, held: Rights) -> QuerySet[LiveSession]:
    if wanted.author_id is not None:
        rows = rows.filter(host_id=wanted.author_id)
    if wanted.before is not None:
        rows = rows.filter(starts_at__lt=wanted.before)
    if wanted.since is not None:
        rows = rows.filter(starts_at__gte=wanted.since)
    if set(wanted.boards) != set(held.browsable):
        rows = rows.filter(board_id__in=wanted.boards)
    return rows


def _hit(row: dict[str, Any], said: str, wanted: Wanted) -> SessionHit:
    return SessionHit(
        id=row["id"],
        title=highlighted(row["title"], wanted.terms),
        url=reverse("community:live_session", args=[row["public_id"]]),
        state=row["state"],
        author_id=row["host_id"],
        at=row["starts_at"],
        excerpt=excerpt(said, wanted.terms),
    )
