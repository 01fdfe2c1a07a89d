"""Following threads: how far one has read, and being told of them or not."""

from datetime import datetime

from django.db import connection

from community.models import Message, ThreadReading
from outbox.require import require_transaction


def read_thread(*, thread_id: int, seq: int, by: int, at: datetime) -> bool:
    """Move the member's pointer in a thread forward to `seq`, never beyond it. False when they do not follow it, or it
    stood there already: looking into a thread is not following it."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE community_threadreading AS held SET last_read_seq = LEAST(%s, root.last_reply_seq)"
            " FROM community_message AS root WHERE root.id = held.thread_id AND held.thread_id = %s"
            " AND held.member_id = %s AND held.last_read_seq < LEAST(%s, root.last_reply_seq)",
            [seq, thread_id, by, seq],
        )
        return bool(cursor.rowcount > 0)


def follow_thread(*, thread_id: int, by: int, at: datetime, muted: bool = False) -> bool:
    """Follow a thread (what is there counts as read), or keep it but be told of nothing. False when it is so already."""
    require_transaction()
    last = Message.objects.values_list("last_reply_seq", flat=True).get(pk=thread_id)
    held, made = ThreadReading.objects.get_or_create(
        thread_id=thread_id, member_id=by, defaults={"last_read_seq": last, "muted": muted}
    )
    if made:
        return True
    return bool(ThreadReading.objects.filter(pk=held.pk).exclude(muted=muted).update(muted=muted))


def unfollow_thread(*, thread_id: int, by: int, at: datetime) -> bool:
    """Out of the list of threads; whoever answers there again follows again. False when it was not followed."""
    require_transaction()
    return bool(ThreadReading.objects.filter(thread_id=thread_id, member_id=by).delete()[0])
