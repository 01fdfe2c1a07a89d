"""Keeping texts that are not sent yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from community import rules
from community.models import Draft
from community.problems import Problem
from community.rules.composer import DRAFTS_KEPT, DRAFTS_MOST
from outbox.require import require_transaction

META = ("title", "kind", "tags", "parent", "reason")
META_LONGEST = 1_000


class DraftMoved(Problem):
    """Another window saved this draft after this one had read it; both texts are at hand."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("draft_conflict", "")
        self.draft = draft


@dataclass(frozen=True)
class SavedDraft:
    """What was kept. `sent`: nothing, because the form that this text is in was sent already. Revision 0: no draft."""

    revision: int
    sent: bool = False


# The same text is no conflict: a save may arrive twice. A form that was sent has no draft any more, however late its last
# save arrives. A draft that is gone (sent or discarded elsewhere) begins anew, because somebody goes on writing.
_SAVE = """
INSERT INTO community_draft AS held (member_id, key, raw, meta, revision, saved_at)
SELECT %(member)s, %(key)s, %(raw)s, %(meta)s, 1, %(at)s
WHERE NOT EXISTS (SELECT FROM community_post WHERE author_id = %(member)s AND client_id = %(client)s)
AND NOT EXISTS (SELECT FROM community_postrevision WHERE by_id = %(member)s AND client_id = %(client)s)
ON CONFLICT (member_id, key) DO UPDATE
SET raw = excluded.raw, meta = excluded.meta, revision = held.revision + 1, saved_at = excluded.saved_at
WHERE held.revision = %(revision)s OR (held.raw = excluded.raw AND held.meta = excluded.meta)
RETURNING revision
"""


def save_draft(
    *, key: str, raw: str, meta: Mapping[str, str], revision: int, client_id: str = "", by: int, at: datetime
) -> SavedDraft:
    """Keep the text of one form. `revision` is the one this window knows (0: none). Raises DraftMoved.

    An empty text means no draft. Of more than a hundred the oldest is given up.
    """
    require_transaction()
    raw = raw.replace("\x00", "")[: rules.RAW_LONGEST]
    kept = {name: meta[name].replace("\x00", "")[:META_LONGEST] for name in META if meta.get(name)}
    if not raw.strip() and not (kept.get("title") or "").strip():
        discard_draft(key=key, by=by, at=at)
        return SavedDraft(0)
    values: dict[str, Any] = {
        "member": by, "key": key, "raw": raw, "meta": json.dumps(kept), "revision": revision, "client": client_id or None,
        "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, values)
        row = cursor.fetchone()
    if row is None:
        held = Draft.objects.filter(member_id=by, key=key).first()
        if held is None:
            return SavedDraft(0, sent=True)
        raise DraftMoved(held)
    if row[0] == 1:
        _keep_to_most(by)
    return SavedDraft(row[0])


def discard_draft(*, key: str, by: int, at: datetime) -> bool:
    """Give a draft up: it was sent, or is not wanted any more. False when there is none. (`at` is when it is asked.)"""
    require_transaction()
    return bool(Draft.objects.filter(member_id=by, key=key).delete()[0])


def remove_old(*, at: datetime) -> int:
    """Remove drafts that nobody went on with for half a year."""
    require_transaction()
    return Draft.objects.filter(saved_at__lt=at - DRAFTS_KEPT).delete()[0]


def _keep_to_most(member_id: int) -> None:
    kept = Draft.objects.filter(member_id=member_id).order_by("-saved_at", "-id").values("id")[:DRAFTS_MOST]
    Draft.objects.filter(member_id=member_id).exclude(id__in=kept).delete()
