"""A member's drafts, for themselves alone."""

from dataclasses import dataclass
from datetime import datetime

from community.models import Draft, Post


@dataclass(frozen=True)
class DraftRow:
    """One text that is not sent yet."""

    key: str
    raw: str
    meta: dict[str, str]
    revision: int
    saved_at: datetime


def draft(*, member_id: int, key: str) -> DraftRow | None:
    """The member's draft in one place."""
    found = Draft.objects.filter(member_id=member_id, key=key).first()
    return _row(found) if found else None


def drafts(*, member_id: int) -> list[DraftRow]:
    """All of a member's drafts (at most a hundred), the newest first."""
    return [_row(one) for one in Draft.objects.filter(member_id=member_id).order_by("-saved_at", "-id")]


def was_sent(*, member_id: int, client_id: str) -> bool:
    """Whether the form with this key was sent: what a window still holds of it is no draft any more."""
    return bool(client_id) and Post.objects.filter(author_id=member_id, client_id=client_id).exists()


def _row(one: Draft) -> DraftRow:
    return DraftRow(one.key, one.raw, one.meta, one.revision, one.saved_at)
