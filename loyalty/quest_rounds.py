"""What the night does for quests: first steps of whoever has none yet, levels of credit that became available, old runs."""

from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from loyalty.actions import quests
from loyalty.models import QuestRun, QuestWithdrawal
from outbox.retry import whole

BATCH = 500
KEPT = timedelta(days=90)
"""Days after which runs that ended without being done are forgotten; nobody is told of them."""
WITHDRAWALS_KEPT = timedelta(days=730)


def nightly(*, at: datetime) -> None:
    """Each batch in its own transaction; twice or half does no harm."""
    found = BATCH
    while found == BATCH:
        found = whole(partial(quests.begin_first_steps, at=at, limit=BATCH))
    members = _credit_arrived(at)
    for start in range(0, len(members), BATCH):
        whole(partial(quests.review_levels, member_ids=members[start : start + BATCH], at=at))
    whole(partial(_forget, at))


def _forget(at: datetime) -> None:
    QuestRun.objects.filter(state=QuestRun.State.OPEN, ends_at__lt=at - KEPT).delete()
    QuestWithdrawal.objects.filter(at__lt=at - WITHDRAWALS_KEPT).delete()


def _credit_arrived(at: datetime) -> list[int]:
    """Members whose pending credit became available lately: three days, so that a missed night is made up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT wallet.member_id FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id "
            "JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id AND currency.code = 'credit' "
            "WHERE lot.available_at > %s AND lot.available_at <= %s AND lot.origin <> 'import' ORDER BY 1",
            [at - timedelta(days=3), at],
        )
        return [member_id for (member_id,) in cursor.fetchall()]
