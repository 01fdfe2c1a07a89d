"""Staff notes on members."""

from datetime import datetime

from django.utils.translation import gettext as _

from community.actions.order.audit import record_act
from community.models import StaffNote
from community.problems import TextRefused
from outbox.require import require_transaction

LONGEST = 1000


def add_note(*, member_id: int, text: str, by: int, at: datetime) -> int:
    """Write down what the team should know. Raises TextRefused."""
    require_transaction()
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise TextRefused("note", _("A note has 1 to 1,000 characters."))
    note = StaffNote.objects.create(member_id=member_id, text=text, by_id=by, at=at)
    record_act(act="note.added", target_kind="staff_note", target=note.pk, about=member_id, by=by, at=at)
    return note.pk


def remove_note(*, note_id: int, by: int, at: datetime) -> bool:
    """Take a note away; that it was there stays in the log. False when it is gone already."""
    require_transaction()
    about = StaffNote.objects.filter(pk=note_id).values_list("member_id", flat=True).first()
    if not StaffNote.objects.filter(pk=note_id, removed_at__isnull=True).update(removed_at=at):
        return False
    record_act(act="note.removed", target_kind="staff_note", target=note_id, about=about, by=by, at=at)
    return True
