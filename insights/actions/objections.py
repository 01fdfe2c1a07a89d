"""The switch “no personalised scoring”."""

from datetime import datetime

from insights.actions.locks import lock_member
from insights.actions.stages import restage_member
from insights.models import MemberStage, Objection, Origin, StageChange
from outbox.require import require_transaction


def set_scoring(*, member_id: int, wanted: bool, by: int | None, at: datetime) -> None:
    """Switch scoring of a member off or on. Off: every row that holds a score of theirs is deleted with the switch.

    On again: their stage is found anew from what they did, as history taken in, which publishes nothing.
    """
    require_transaction()
    lock_member(member_id)
    if wanted:
        if Objection.objects.filter(member_id=member_id).delete()[0]:
            restage_member(member_id=member_id, at=at, origin=Origin.IMPORT)
        return
    Objection.objects.bulk_create([Objection(member_id=member_id, since=at)], ignore_conflicts=True)
    MemberStage.objects.filter(member_id=member_id).delete()
    StageChange.objects.filter(member_id=member_id).delete()
