"""Who may invite."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from loyalty import queries as loyalty
from members import queries as members
from members.access import Refused
from referrals import queries, rules
from referrals.queries import ProgramCard

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Inviter:
    """A member who may invite, and the terms."""

    member_id: int
    program: ProgramCard


def require_inviter(*, member_id: int, at: datetime) -> Inviter:
    """The inviter, or Refused with what is missing. New accounts wait; a paid order makes up for the wait."""
    program = queries.open_program()
    if program is None:
        raise Refused("invitations_closed", _("Invitations are closed at the moment."))
    card = members.member_card(member_id=member_id)
    if card is None:
        raise Refused("sign_in_required", _("Please sign in first."), sign_in=True)
    since = rules.may_invite_from(joined_at=card.joined_at, least_account_days=program.least_account_days)
    if at < since and not loyalty.orders_since(member_ids=[member_id], since=_EVER):
        raise Refused(
            "too_new_to_invite",
            _("You can invite friends from %(day)s, or as soon as you have a paid order.")
            % {"day": date_format(timezone.localtime(since), "DATETIME_FORMAT")},
        )
    return Inviter(member_id, program)
