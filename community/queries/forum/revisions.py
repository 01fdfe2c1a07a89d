"""What a post said before."""

from dataclasses import dataclass
from datetime import datetime

from community.models import Post, PostRevision

SHOWN = 200


@dataclass(frozen=True)
class Change:
    """One edit of a post: it made version `revision` + 1 out of version `revision`.

    `joined`: the writer's next reply became a part of it. `hidden`: a text on one of its sides is kept from readers.
    `title_before` and `title_after` are empty when the title stayed.
    """

    revision: int
    by_id: int
    at: datetime
    reason: str
    joined: bool
    before_hidden: bool
    hidden: bool
    title_before: str = ""
    title_after: str = ""


def changes(*, post: Post, title: str) -> list[Change]:
    """The edits of a post, the newest first (at most 200); `title` is the topic's now."""
    rows = PostRevision.objects.filter(post=post).order_by("-revision")
    found: list[Change] = []
    after_hidden, now_title = False, title
    for revision, by_id, at, reason, client_id, hidden_at, old_title in rows.values_list(
        "revision", "by_id", "at", "reason", "client_id", "hidden_at", "title"
    )[:SHOWN]:
        found.append(
            Change(
                revision,
                by_id,
                at,
                reason,
                client_id is not None,
                hidden_at is not None,
                hidden_at is not None or after_hidden,
                old_title,
                now_title if old_title else "",
            )
        )
        after_hidden, now_title = hidden_at is not None, old_title or now_title
    return found


def texts(*, post: Post, revision: int) -> tuple[str, str]:
    """The text before and after the edit of this version. KeyError when there is no such version."""
    kept = dict(
        PostRevision.objects.filter(post=post, revision__in=(revision, revision + 1)).values_list("revision", "raw")
    )
    return kept[revision], kept.get(revision + 1, post.raw)
