"""What invitations show and do in the pages of lower apps."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from members.access import is_member
from members.addresses import address
from members.slots import NavItem, Panel
from outbox.clock import now
from referrals import actions, queries, visitors


def navigation(*, request: HttpRequest) -> NavItem | None:
    """The way to the invitation page; guests have nobody to invite yet."""
    if not is_member(request.user):
        return None
    return NavItem(label=_("Invite"), url=address("referrals:invite"), icon="invite", order=50)


def signup_note(*, request: HttpRequest) -> Panel | None:
    """ "Ming invited you" above the sign-up form."""
    claim, program = visitors.claim_of(request, at=now()), queries.open_program()
    link = queries.find_link(code=claim.code) if claim and program else None
    if link is None or program is None:
        return None
    return Panel("referrals/signup_note.html", {"inviter": link.inviter, "points": program.friend_points})


def attach_visitor(*, request: HttpRequest, member_id: int, at: datetime) -> None:
    """In the transaction that makes the account: whose friend the new member is."""
    claim = visitors.claim_of(request, at=at)
    if claim is not None:
        actions.attach(code=claim.code, claimed_at=claim.claimed_at, friend_id=member_id, by=None, at=at)
