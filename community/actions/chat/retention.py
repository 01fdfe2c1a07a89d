"""Forgetting what rooms do not keep: whole threads at a time, in small batches."""

from datetime import datetime

from django.db import connection

from community.actions.chat.telling import OF_MESSAGES
from community.models import Message, Room, SearchDocument
from community.rules import composer as rules_composer
from messaging.actions import withdraw_notices
from outbox.require import require_transaction

BATCH = 500
"""Messages outside of threads in one transaction; their threads go with them."""

# Kept are pinned messages, and threads as long as one of their replies is young or pinned. Conversations are never
# touched, whatever their row says.
_OLD = """
SELECT message.id FROM community_room AS room CROSS JOIN LATERAL (
    SELECT message.id FROM community_message AS message
    WHERE message.room_id = room.id AND message.sent_at < %(at)s - make_interval(days => room.retention_days)
    AND message.thread_id IS NULL AND message.pinned_at IS NULL
    AND NOT EXISTS (SELECT FROM community_message AS reply WHERE reply.thread_id = message.id
        AND (reply.pinned_at IS NOT NULL OR reply.sent_at >= %(at)s - make_interval(days => room.retention_days)))
    ORDER BY message.sent_at LIMIT %(most)s) AS message
WHERE room.retention_days IS NOT NULL AND room.kind <> 'direct' LIMIT %(most)s
"""
# A picture that no other text names, nor the words before an edit, nor a live session shows, is nobody's any more: the
# next sweep of unused ones takes its files.
_UNUSED = """
WITH texts AS MATERIALIZED (
    SELECT raw FROM community_post WHERE strpos(raw, 'uploads/') > 0
    UNION ALL SELECT raw FROM community_message WHERE strpos(raw, 'uploads/') > 0
    UNION ALL SELECT raw FROM community_postrevision WHERE strpos(raw, 'uploads/') > 0
    UNION ALL SELECT raw FROM community_messagerevision WHERE strpos(raw, 'uploads/') > 0
    UNION ALL SELECT description || ' ' || summary FROM community_livesession
        WHERE strpos(description, 'uploads/') > 0 OR strpos(summary, 'uploads/') > 0
    UNION ALL SELECT description FROM community_sessionseries WHERE strpos(description, 'uploads/') > 0)
UPDATE community_upload AS upload SET used_at = NULL WHERE name = ANY(%(names)s)
AND NOT EXISTS (SELECT FROM texts WHERE strpos(texts.raw, upload.name) > 0)
AND NOT EXISTS (SELECT FROM community_livesession AS session WHERE session.picture_id = upload.id)
AND NOT EXISTS (SELECT FROM community_sessionseries AS series WHERE series.picture_id = upload.id)
AND NOT EXISTS (SELECT FROM community_stage AS stage WHERE stage.now_picture_id = upload.id)
"""


def forget_old(*, at: datetime, most: int = BATCH) -> int:
    """Delete the next few messages that are older than their rooms keep them, with everything that hangs on them.

    Returns how many there were; 0 when nothing is left to do.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_OLD, {"at": at, "most": most})
        roots = [pk for (pk,) in cursor.fetchall()]
    if not roots:
        return 0
    gone = Message.objects.filter(pk__in=roots) | Message.objects.filter(thread_id__in=roots)
    rows = list(gone.values_list("pk", "raw"))
    ids = [pk for pk, _raw in rows]
    pictures = sorted({name for _pk, raw in rows for name in rules_composer.pictures_in(raw)})
    Message.objects.filter(pk__in=ids).delete()
    SearchDocument.objects.filter(kind=SearchDocument.Kind.MESSAGE, object_id__in=ids).delete()
    withdraw_notices(kinds=OF_MESSAGES, of="message", ids=ids, at=at)
    if pictures:
        with connection.cursor() as cursor:
            cursor.execute(_UNUSED, {"names": pictures})
    return len(ids)


def kept_for(*, room: Room) -> int | None:
    """Days that messages of a room are kept; None for good, as conversations are always."""
    return None if room.kind == Room.Kind.DIRECT else room.retention_days
