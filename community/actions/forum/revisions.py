"""Earlier versions of a post: keeping one from readers."""

from datetime import datetime

from community.actions.order import audit
from community.models import PostRevision
from outbox.require import require_transaction


def hide_revision(
    *, post_id: int, revision: int, hidden: bool, by: int, at: datetime, board_id: int | None = None
) -> bool:
    """Keep an earlier text from readers (somebody took out an address, a name), or show it again; moderators see it.

    False when it is so already, or there is no such version.
    """
    require_transaction()
    changed = PostRevision.objects.filter(post_id=post_id, revision=revision, hidden_at__isnull=hidden).update(
        hidden_at=at if hidden else None
    )
    if changed:
        audit.record_act(
            act="revision.hidden" if hidden else "revision.shown", target_kind="post", target=post_id, by=by, at=at,
            board_id=board_id, after={"revision": revision},
        )  # fmt: skip
    return bool(changed)
