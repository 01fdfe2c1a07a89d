"""Saying whether one comes to a live session, and the address of one's own calendar."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import connection
from django.utils.translation import gettext as _

from community.models import CalendarFeed, LiveSession, Rsvp
from community.problems import SessionRefused
from outbox.require import require_transaction

_ANSWER = """
INSERT INTO community_rsvp (session_id, member_id, answer, at)
SELECT id, %(member)s, %(answer)s, %(at)s FROM community_livesession
WHERE id = %(session)s AND state IN ('scheduled', 'doors', 'live')
ON CONFLICT (session_id, member_id) DO UPDATE SET answer = excluded.answer, at = excluded.at
WHERE community_rsvp.answer <> excluded.answer
RETURNING id
"""


def answer(*, session_id: int, answer: str, by: int, at: datetime) -> bool:
    """Say going, maybe or no; the same again changes nothing. Returns whether it is another answer now.

    Raises SessionRefused for a session that is over or cancelled.
    """
    require_transaction()
    if answer not in Rsvp.Answer.values:
        raise SessionRefused("answer", _("Please choose one of the answers."))
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, {"member": by, "answer": answer, "at": at, "session": session_id})
        if cursor.fetchone():
            return True
    if LiveSession.objects.filter(pk=session_id, state__in=("ended", "cancelled")).exists():
        raise SessionRefused("session_over", _("This session is over or cancelled."))
    return False


def withdraw(*, session_id: int, by: int, at: datetime) -> bool:
    """Say nothing any more. Returns whether there was an answer."""
    require_transaction()
    return bool(Rsvp.objects.filter(session_id=session_id, member_id=by).delete()[0])


def renew_feed(*, by: int, at: datetime) -> str:
    """A new secret address for the member's own calendar; the one before ends at this moment."""
    require_transaction()
    key = token_urlsafe(32)
    CalendarFeed.objects.update_or_create(member_id=by, defaults={"key": key, "created_at": at})
    return key


def end_feed(*, by: int, at: datetime) -> bool:
    """No address any more. Returns whether there was one."""
    require_transaction()
    return bool(CalendarFeed.objects.filter(member_id=by).delete()[0])
