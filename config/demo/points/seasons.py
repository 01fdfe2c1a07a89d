"""Two seasons, as one pours tea: the first infusion is over and has its winners, the second one runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from community import access
from config.demo.points import shelf
from loyalty.actions.seasons.closing import close_season, reward_result, unrewarded
from loyalty.actions.seasons.editing import Plan, plan_season
from loyalty.actions.seasons.playing import join_season
from loyalty.queries.seasons import current_season
from loyalty.rules.seasons import CLOSES_AFTER_DAYS, Prize

DAY = timedelta(days=1)
FIRST, SECOND = gettext_noop("First infusion"), gettext_noop("Second infusion")
PLAYERS = (
    "lin", "wen", "hana", "jun", "kofi", "tomas", "oleg", "pierre", "aisha", "nora", "xiaoyu", "laochen", "bea", "georg", "sofia",
)  # fmt: skip
BOARDS = ("brewing", "zhongwen")


def run(ids: Mapping[str, int], at: datetime) -> None:
    """In a transaction, when what the seasons count has happened."""
    if current_season(at=at) is not None:
        return
    turn = at - 31 * DAY
    boards = [access.get_board(None, slug).id for slug in BOARDS]
    letter, sampler = shelf.reward_id(shelf.LETTER, at), shelf.reward_id(shelf.TENTH, at)
    prizes = (
        Prize(0, "everybody", 1, 1, 150, letter, None), Prize(0, "everybody", 2, 3, 80, None, None),
        Prize(0, "newcomers", 1, 1, 60, sampler, None), Prize(0, "board", 1, 1, 50, None, None),
    )  # fmt: skip
    for name, starts, ends in ((FIRST, at - 94 * DAY, turn), (SECOND, turn, at + 32 * DAY)):
        season_id = plan_season(
            season_id=None, by=ids["marek"], at=starts,
            plan=Plan(
                name=name, starts_at=starts, ends_at=ends, counts_purchases=False, daily_cap=60, newcomer_days=60,
                continues=True, boards=boards, prizes=prizes,
            ),
        )  # fmt: skip
        for number, member in enumerate(PLAYERS):
            joined = starts + timedelta(days=1, hours=5 * number)
            if name == SECOND or member not in ("nora", "bea"):
                join_season(season_id=season_id, member_id=ids[member], by=ids[member], at=joined)
        if ends <= at:
            closed = ends + CLOSES_AFTER_DAYS * DAY
            close_season(season_id=season_id, at=closed)
            for result_id in unrewarded(at=closed):
                reward_result(result_id=result_id, at=closed)
