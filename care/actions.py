"""Opening, answering and closing cases."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from care.events import CaseOpened, CaseResolved
from care.models import Case, CaseWord
from outbox.publish import publish
from outbox.require import require_transaction

MOST_OPEN = 5  # cases of one member that wait at the same time: enough for a bad week, not for a flood


class TooManyCases(Exception):
    """The member has as many waiting cases as we can answer well."""


class CaseClosed(Exception):
    """Nothing more can be said in a closed case; a new one can be opened."""


def open_case(*, member_id: int, subject: str, text: str, by: int, at: datetime) -> Case:
    """Note that something is wrong for a member. Raises TooManyCases beyond MOST_OPEN waiting ones."""
    require_transaction()
    with connection.cursor() as cursor:  # two forms sent at once count one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"care:open:{member_id}"])
    if Case.objects.filter(member_id=member_id, state=Case.State.OPEN).count() >= MOST_OPEN:
        raise TooManyCases(_("We already have several words of yours to answer. Please let us catch up first."))
    case = Case.objects.create(member_id=member_id, subject=subject, opened_at=at, changed_at=at)
    CaseWord.objects.create(case=case, author_id=by, from_staff=False, text=text, at=at)
    publish(CaseOpened(case_id=case.pk, member_id=member_id, at=at))
    return case


def add_word(*, case_id: int, text: str, from_staff: bool, by: int, at: datetime) -> None:
    """Say something in a case: staff answer it, a member's word makes it wait again. Raises CaseClosed."""
    require_transaction()
    state = Case.State.ANSWERED if from_staff else Case.State.OPEN
    if not Case.objects.filter(id=case_id).exclude(state=Case.State.CLOSED).update(state=state, changed_at=at):
        raise CaseClosed(_("This is closed. Open a new one if something is still wrong."))
    CaseWord.objects.create(case_id=case_id, author_id=by, from_staff=from_staff, text=text, at=at)


def close_case(*, case_id: int, by: int, at: datetime) -> bool:
    """Close a case. False when it was closed already, and then nothing happens."""
    require_transaction()
    closed = Case.objects.filter(id=case_id).exclude(state=Case.State.CLOSED)
    if not closed.update(state=Case.State.CLOSED, closed_at=at, changed_at=at):
        return False
    member_id = Case.objects.values_list("member_id", flat=True).get(id=case_id)
    publish(CaseResolved(case_id=case_id, member_id=member_id, by_member=by == member_id, at=at))
    return True
