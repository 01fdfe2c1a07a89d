"""Event → the bell of those who have a page open."""

from messaging.events import NoticesChanged
from messaging.hub import push_to_member
from messaging.queries.notices import unseen_labels
from outbox.subscribe import live


@live(NoticesChanged)
def ring(event: NoticesChanged) -> None:
    """Write the new number beside the bell."""
    for member_id, label in unseen_labels(member_ids=event.member_ids).items():
        push_to_member(member_id, "notices", {"counts": {"notices": label}})
