"""Event → those who have a page open."""

from members.events import MemberUpdated
from messaging.events import NoticesChanged
from messaging.hub import push_to_member, tell_processes
from messaging.queries.notices import unseen_labels
from outbox.subscribe import live


@live(NoticesChanged)
def ring(event: NoticesChanged) -> None:
    """Write the new number beside the bell."""
    for member_id, label in unseen_labels(member_ids=event.member_ids).items():
        push_to_member(member_id, "notices", {"counts": {"notices": label}})


@live(MemberUpdated)
def show_otherwise(event: MemberUpdated) -> None:
    """Lists of who is here show the new name or picture, or leave out who does not want to be seen any more."""
    tell_processes({"people": [event.member_id]})
