"""Opening, answering and closing cases."""

from datetime import datetime

from django.db import connection
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from care.events import CaseOpened, CaseResolved
from care.models import Case, CaseWord
from loyalty.actions.earning.questions import QuestionRefused, answer_question, let_go
from loyalty.queries import why as loyalty
from members.queries import language_of
from outbox.publish import publish
from outbox.require import require_transaction

POINTS = "points:"
"""How the cause of a case begins that is about a line of points; the question's public id follows."""
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


def open_points_case(*, question_id: int, at: datetime) -> None:
    """A member finds a line of their points wrong: their words become a case, once, however many others wait."""
    require_transaction()
    question = loyalty.question(question_id=question_id)
    if question is None or Case.objects.filter(cause=f"{POINTS}{question.public_id}").exists():
        return
    with translation.override(language_of(member_id=question.member_id)):
        subject = _("Points: a line of %(date)s") % {
            "date": date_format(timezone.localtime(question.asked_at), "DATE_FORMAT")
        }
    case = Case.objects.create(
        member_id=question.member_id, subject=subject[:120], cause=f"{POINTS}{question.public_id}", opened_at=at,
        changed_at=at,
    )  # fmt: skip
    CaseWord.objects.create(case=case, author_id=question.member_id, from_staff=False, text=question.words, at=at)
    publish(CaseOpened(case_id=case.pk, member_id=question.member_id, at=at))


def answer_points(*, case_id: int, granted: bool, amount: int, words: str, by: int, at: datetime) -> str:
    """Answer a case about points: the member was right and gets the points, or it stays as it is. The words stand in the case
    and beside the line; the case closes. Returns how it ended: declined, granted, posted, waits (for a second person).

    Raises QuestionRefused, AdjustmentRefused, CaseClosed.
    """
    require_transaction()
    case = Case.objects.select_for_update().get(id=case_id)
    question = loyalty.question(public_id=case.cause.removeprefix(POINTS)) if case.cause.startswith(POINTS) else None
    if question is None:
        raise QuestionRefused("missing", _("This case is not about points."))
    proposed = answer_question(question_id=question.id, granted=granted, amount=amount, words=words, by=by, at=at)
    add_word(case_id=case.pk, text=words, from_staff=True, by=by, at=at)
    close_case(case_id=case.pk, by=by, at=at)
    if proposed is None:
        return "granted" if granted else "declined"
    return "posted" if proposed.txn_id is not None else "waits"


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
    member_id, cause = Case.objects.values_list("member_id", "cause").get(id=case_id)
    if cause.startswith(POINTS):
        let_go(public_id=cause.removeprefix(POINTS), by=by, at=at)
    publish(CaseResolved(case_id=case_id, member_id=member_id, by_member=by == member_id, at=at))
    return True
