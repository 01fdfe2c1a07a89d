"""A sanction → open sockets of whom it concerns, at once. (Notes of changed rights reach them too, half a second later.)"""

from community.events import MemberSilenced, MemberSuspended, SanctionEnded
from messaging.revocation import revoke
from outbox.subscribe import live


def look_again(event: MemberSilenced | MemberSuspended | SanctionEnded) -> None:
    revoke(member_ids=[event.member_id])


live(MemberSilenced)(look_again)
live(MemberSuspended)(look_again)
live(SanctionEnded)(look_again)
