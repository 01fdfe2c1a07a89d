"""What moved by people's hands is told to whom it concerns."""

from loyalty.events import AdjustmentProposed, BooksUnbalanced, DraftWaits, PointsSent
from loyalty.notices import ledger as notices
from outbox.subscribe import subscribe


@subscribe(PointsSent)
def tell_receiver(event: PointsSent) -> None:
    notices.tell_received(transfer_id=event.transfer_id, member_id=event.to_member_id, at=event.at)


@subscribe(AdjustmentProposed)
def tell_second_people(event: AdjustmentProposed) -> None:
    notices.tell_waiting(adjustment_id=event.adjustment_id, not_to=[event.by_id, event.member_id], at=event.at)


@subscribe(DraftWaits)
def tell_of_draft(event: DraftWaits) -> None:
    notices.tell_draft(draft_id=event.draft_id, at=event.at)


@subscribe(BooksUnbalanced)
def tell_finance(event: BooksUnbalanced) -> None:
    notices.tell_unbalanced(proof_id=event.proof_id, at=event.at)
