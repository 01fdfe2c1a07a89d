"""Telling those who hold open connections that rights changed. Triggers do it for what they know; this is for the rest."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models.functions import Now

from members.models import RightsChange
from outbox.require import require_transaction

HOUR = timedelta(hours=1)


def rights_changed(*, member_ids: Iterable[int] | None, by: int | None, at: datetime) -> None:
    """Look again at what these members (None: everybody) may hear, within a second of this transaction's commit.

    Accounts, groups and sessions tell by themselves, by triggers; so do boards, rooms and who is in them. Call this for
    rights that are kept elsewhere.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT members_note_rights(%s::bigint[])", [None if member_ids is None else list(member_ids)])


def forget_rights_changes(*, at: datetime) -> int:
    """Clear what every process has read long ago, by the database's clock (ours may be moved); how many."""
    require_transaction()
    return RightsChange.objects.filter(made_at__lt=Now() - HOUR).delete()[0]
