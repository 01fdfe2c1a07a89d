"""Saying whether one comes to a live session, and the address of one's own calendar."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.db import connection
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from community.models import CalendarFeed, LiveSession, Rsvp
from community.problems import SessionRefused
from community.slots import early_access
from outbox.require import require_transaction

_ANSWER = """
INSERT INTO community_rsvp (session_id, member_id, answer, at)
SELECT id, %(member)s, %(answer)s, %(at)s FROM community_livesession
WHERE id = %(session)s AND state IN ('scheduled', 'doors', 'live')
  AND (answers_from IS NULL OR answers_from <= %(at)s OR %(answer)s = 'no' OR state <> 'scheduled' OR %(early)s)
ON CONFLICT (session_id, member_id) DO UPDATE SET answer = excluded.answer, at = excluded.at
WHERE community_rsvp.answer <> excluded.answer
RETURNING id
"""


def answer(*, session_id: int, answer: str, by: int, at: datetime) -> bool:
    """Say going, maybe or no; the same again changes nothing. Returns whether it is another answer now.

    Raises SessionRefused for a session that is over or cancelled, and for a yes or perhaps before its answers open
    (too_early): those with early access may say it some hours before the others.
    """
    require_transaction()
    if answer not in Rsvp.Answer.values:
        raise SessionRefused("answer", _("Please choose one of the answers."))
    values: dict[str, int | str | bool | datetime] = {
        "member": by, "answer": answer, "at": at, "session": session_id, "early": False,
    }  # fmt: skip
    if _answered(values):
        return True
    opens = _opens_later(session_id, at)
    if opens is not None and answer != Rsvp.Answer.NO:
        own = opens - timedelta(hours=early_hours(member_id=by))
        if own > at:
            when = formats.date_format(timezone.localtime(own), "DATETIME_FORMAT")
            raise SessionRefused("too_early", _("You may say so from %(when)s.") % {"when": when})
        return _answered({**values, "early": True})
    if LiveSession.objects.filter(pk=session_id, state__in=("ended", "cancelled")).exists():
        raise SessionRefused("session_over", _("This session is over or cancelled."))
    return False


def early_hours(*, member_id: int) -> int:
    """How many hours before the others this member may answer."""
    return max((hours.get(member_id, 0) for hours in early_access.collect(member_ids=[member_id])), default=0)


def open_answers(*, session_id: int, answers_from: datetime | None, by: int, at: datetime) -> bool:
    """From when on one may say yes (None: at any time); answers that were given stand. False: it has begun or is over.

    Raises SessionRefused: bad_opening, for a time after its beginning.
    """
    require_transaction()
    session = LiveSession.objects.filter(pk=session_id, state=LiveSession.State.SCHEDULED)
    if answers_from is not None and session.filter(starts_at__lte=answers_from).exists():
        raise SessionRefused("bad_opening", _("Answers open before the session begins."))
    return bool(session.update(answers_from=answers_from))


def _answered(values: Mapping[str, int | str | bool | datetime]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, values)
        return cursor.fetchone() is not None


def _opens_later(session_id: int, at: datetime) -> datetime | None:
    waiting = LiveSession.objects.filter(pk=session_id, state=LiveSession.State.SCHEDULED, answers_from__gt=at)
    return waiting.values_list("answers_from", flat=True).first()


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
