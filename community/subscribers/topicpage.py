"""What makes drawn pages of topics old before their time: here and at once; other processes notice within seconds."""

from community.topicpage import authors
from members.events import MemberUpdated
from outbox.subscribe import live


@live(MemberUpdated)
def know_them_anew(event: MemberUpdated) -> None:
    """Draw this member's name and picture as they are now."""
    authors.forget(event.member_id)
