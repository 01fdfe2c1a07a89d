"""Following a thread by hand, and being told of it no more."""

from datetime import datetime

from django.db.models import Max

from community.models import Message, ThreadReading
from outbox.require import require_transaction


def set_following(*, message_id: int, follow: bool, by: int, at: datetime) -> None:
    """Have the thread of this message in one's inbox, or have it there without a number. What was said counts as read."""
    require_transaction()
    root, own = Message.objects.values_list("thread_id", "pk").get(pk=message_id)
    thread_id = root or own
    last = Message.objects.filter(thread_id=thread_id).aggregate(last=Max("seq"))["last"] or 0
    ThreadReading.objects.bulk_create(
        [ThreadReading(thread_id=thread_id, member_id=by, last_read_seq=last, muted=not follow)],
        update_conflicts=True, unique_fields=["member", "thread"], update_fields=["muted"],
    )  # fmt: skip
