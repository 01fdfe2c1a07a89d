"""A member says that a line is wrong; a person answers."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from loyalty.actions.ledger.adjusting import Proposed, propose_adjustment
from loyalty.actions.ledger.posting import lock_wallets
from loyalty.events import PointsQuestioned
from loyalty.models import PointsQuestion, Wallet
from outbox.publish import publish
from outbox.require import require_transaction

MOST_WAITING = 5
LONGEST = 2000


class QuestionRefused(Exception):
    """It cannot be asked or answered. `code` is stable: words, missing, asked, many, answered, own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def ask_about(*, txn_id: int, member_id: int, words: str, at: datetime) -> PointsQuestion:
    """Note that a member finds a line of theirs wrong. One question waits for a line, five for a member."""
    require_transaction()
    words = _said(words)
    mine = Wallet.objects.filter(member_id=member_id).extra(
        where=["id IN (SELECT account FROM loyalty_entry WHERE txn_id = %s)"], params=[txn_id]
    )
    if not mine.exists():
        raise QuestionRefused("missing", _("There is no such line."))
    lock_wallets([member_id])  # two forms sent at once count one after the other
    waiting = PointsQuestion.objects.filter(member_id=member_id, state=PointsQuestion.State.WAITING)
    same = waiting.filter(txn_id=txn_id, words=words).first()
    if same is not None:  # the form was sent twice
        return same
    if waiting.count() >= MOST_WAITING:
        raise QuestionRefused("many", _("Several questions of yours wait for us. Please let us answer them first."))
    try:
        with transaction.atomic():
            row = PointsQuestion.objects.create(txn_id=txn_id, member_id=member_id, words=words, asked_at=at)
    except IntegrityError as error:
        raise QuestionRefused(
            "asked", _("You have asked about this line already. A person is looking at it.")
        ) from error
    publish(PointsQuestioned(question_id=row.pk, member_id=member_id, txn_id=txn_id, at=at))
    return row


def answer_question(
    *, question_id: int, granted: bool, words: str, by: int, at: datetime, amount: int = 0
) -> Proposed | None:
    """Answer once: it stays as it is, or the member was right and gets `amount` points, with the question as the cause.

    A large amount waits for a second person like any adjustment. Raises QuestionRefused, AdjustmentRefused.
    """
    require_transaction()
    words = _said(words)
    row = PointsQuestion.objects.select_for_update().filter(id=question_id).first()
    if row is None:
        raise QuestionRefused("missing", _("There is no such question."))
    if row.state != PointsQuestion.State.WAITING:
        raise QuestionRefused("answered", _("Somebody has answered this already."))
    if row.member_id == by:
        raise QuestionRefused("own", _("Somebody else has to answer your own question."))
    row.state = PointsQuestion.State.GRANTED if granted else PointsQuestion.State.DECLINED
    row.answer, row.amount = words, amount if granted else 0
    row.answered_at, row.answered_by_id = at, by
    row.save(update_fields=["state", "answer", "amount", "answered_at", "answered_by"])
    if not granted or not amount:
        return None
    return propose_adjustment(
        cause=f"question:{row.public_id}",
        member_id=row.member_id,
        currency="points",
        amount=amount,
        reason_code="question",
        note=words[:500],
        by=by,
        at=at,
    )


def let_go(*, public_id: str, by: int | None, at: datetime) -> bool:
    """The case was closed without an answer about the points: the question waits no longer, and may be asked again."""
    require_transaction()
    return (
        PointsQuestion.objects.filter(public_id=public_id, state=PointsQuestion.State.WAITING).update(
            state=PointsQuestion.State.DECLINED, answered_at=at, answered_by=by
        )
        > 0
    )


def _said(words: str) -> str:
    words = words.strip()
    if not words or len(words) > LONGEST or "\x00" in words:
        raise QuestionRefused("words", _("Say it in 1 to 2,000 characters."))
    return words
