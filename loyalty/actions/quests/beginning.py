"""Beginning quests: newcomers at joining, those who came back at their return; everybody else by what they do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import connection

from loyalty.actions.ledger import zone
from loyalty.actions.quests.counting import begin
from loyalty.actions.quests.hearing import OFFERED, Told, Wanted, hear
from loyalty.models import ChecklistDismissal, LadderDraw, LevelSettings
from loyalty.notices import quests as notices
from members.queries import verified_email
from members.rules import bucket
from outbox.require import require_transaction

LADDER_KEY = "gift-ladder"
"""The key of the draw: who is held out of the ladder is held out of nothing else by it."""
WELCOME_EVERY = timedelta(days=365)
PROFILE = ("profile.email", "profile.name", "profile.picture")

_FOR_NEWCOMERS = f"""
SELECT member.id, quest.id, quest.code, '',
       least(member.date_joined + make_interval(days => quest.audience_days), quest.ends_at)
FROM members_user AS member CROSS JOIN loyalty_quest AS quest
LEFT JOIN loyalty_questrun AS run ON run.member_id = member.id AND run.code = quest.code AND run.period = ''
WHERE run.id IS NULL AND quest.audience = 'newcomers' AND quest.repeat = 'never' AND {OFFERED}
AND member.date_joined > %(at)s - make_interval(days => quest.audience_days) AND member.is_active
AND NOT (member.imported AND member.last_seen_at IS NULL) AND (%(members)s::bigint[] IS NULL OR member.id = ANY(%(members)s))
ORDER BY member.id LIMIT %(limit)s
"""


def welcome(*, member_id: int, at: datetime) -> None:
    """A newcomer: drawn for the ladder, their first steps begun, and what they did while joining counted."""
    require_transaction()
    percent = LevelSettings.objects.filter(pk=1).values_list("ladder_holdout", flat=True).first() or 0
    LadderDraw.objects.bulk_create(
        [
            LadderDraw(
                member_id=member_id, held_out=bucket(LADDER_KEY, member_id) < 100 * percent, percent=percent, at=at
            )
        ],
        ignore_conflicts=True,
    )
    begin_first_steps(at=at, member_ids=[member_id])


def begin_first_steps(*, at: datetime, member_ids: Sequence[int] | None = None, limit: int = 500) -> int:
    """Begin the first steps of newcomers who have none yet (None: any), and count what they did before. How many members.

    Called at joining, and nightly for those who joined before a quest was published.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            _FOR_NEWCOMERS, {"at": at, "members": list(member_ids) if member_ids is not None else None, "limit": limit}
        )
        rows = cursor.fetchall()
    begin(runs=rows, at=at)
    members = sorted({row[0] for row in rows})
    for member_id in members:
        look_at_profile(member_id=member_id, at=at)
    return len(members)


def look_at_profile(*, member_id: int, at: datetime) -> int:
    """What the member's profile says now, for the steps that wait for it; how many quests were completed."""

    def tell(wanted: Sequence[Wanted]) -> list[Told]:
        shown = get_user_model().objects.filter(pk=member_id).values_list("display_name", "avatar").first()
        if shown is None:
            return []
        name, picture = shown
        stands = {
            "profile.email": verified_email(member_id=member_id) is not None,
            "profile.name": bool(name.strip()),
            "profile.picture": bool(picture),
        }
        return [Told(code=code, source=code, stands=is_so) for code, is_so in stands.items()]

    return hear(member_id=member_id, codes=PROFILE, at=at, tell=tell)


def welcome_back(*, member_id: int, at: datetime) -> int:
    """Somebody is here again after a long time: the quests of a return begin, once in 365 days. How many."""
    require_transaction()
    day = at.astimezone(zone()).date()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT quest.id, quest.code, least(%(at)s + make_interval(days => quest.audience_days), quest.ends_at)
            FROM loyalty_quest AS quest WHERE quest.audience = 'returning' AND {OFFERED}
            AND NOT EXISTS (SELECT FROM loyalty_questrun AS run WHERE run.member_id = %(member)s
                AND run.code = quest.code AND run.begun_at > %(since)s)""",
            {"at": at, "member": member_id, "since": at - WELCOME_EVERY},
        )
        rows = cursor.fetchall()
    begin(runs=[(member_id, quest_id, code, f"back:{day}", ends) for quest_id, code, ends in rows], at=at)
    if rows:
        notices.tell_welcome_back(member_id=member_id, at=at)
    return len(rows)


def read_guide(*, by: int, at: datetime) -> int:
    """A member says that they have read the house guide. We take their word: nobody's reading is watched."""
    require_transaction()
    told = Told(code="guide.read", source="guide")
    return hear(member_id=by, codes=["guide.read"], at=at, tell=lambda _wanted: [told])


def dismiss_checklist(*, by: int, dismissed: bool, at: datetime) -> None:
    """Put the list of first steps away on the front page, or take it out again. The steps count all the same."""
    require_transaction()
    if dismissed:
        ChecklistDismissal.objects.bulk_create([ChecklistDismissal(member_id=by, at=at)], ignore_conflicts=True)
    else:
        ChecklistDismissal.objects.filter(member_id=by).delete()
