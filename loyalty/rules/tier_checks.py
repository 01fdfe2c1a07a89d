"""What is wrong with a table of tiers before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class TierDraft:
    """One row of the table as somebody wants to have it."""

    key: str
    rank: int
    threshold: int
    keep: int | None
    lifetime: int | None
    by_invitation: bool


@dataclass(frozen=True)
class Fault:
    """A fault of one tier: `field` and a stable `code`."""

    key: str
    field: str
    code: str


def faults(drafts: Sequence[TierDraft]) -> list[Fault]:
    """Codes: no_lowest, lowest_threshold, rank_twice, not_ascending, keep_above_reach, keep_not_ascending,
    lifetime_below_reach, lifetime_not_ascending, invited_not_lasting."""
    rows = sorted(drafts, key=lambda draft: draft.rank)
    earned = [row for row in rows if not row.by_invitation]
    return [*_ranks(rows), *(fault for row in rows for fault in _alone(row)), *_order(earned)]


def _ranks(rows: Sequence[TierDraft]) -> list[Fault]:
    found = [Fault(one.key, "rank", "rank_twice") for before, one in pairwise(rows) if before.rank == one.rank]
    if rows and (rows[0].rank != 0 or rows[0].by_invitation):
        found.append(Fault(rows[0].key, "rank", "no_lowest"))
    elif rows and rows[0].threshold:
        found.append(Fault(rows[0].key, "threshold", "lowest_threshold"))
    return found


def _alone(row: TierDraft) -> list[Fault]:
    if row.by_invitation:
        return [Fault(row.key, "lifetime_threshold", "invited_not_lasting")] if row.lifetime else []
    found = []
    if row.keep is not None and row.keep > row.threshold:
        found.append(Fault(row.key, "keep_threshold", "keep_above_reach"))
    if row.lifetime is not None and row.lifetime < row.threshold:
        found.append(Fault(row.key, "lifetime_threshold", "lifetime_below_reach"))
    return found


def _order(earned: Sequence[TierDraft]) -> list[Fault]:
    found = []
    for before, row in pairwise(earned):
        if row.threshold <= before.threshold:
            found.append(Fault(row.key, "threshold", "not_ascending"))
        if _kept(row) < _kept(before):
            found.append(Fault(row.key, "keep_threshold", "keep_not_ascending"))
    for before, row in pairwise([row for row in earned if row.lifetime is not None]):
        if (row.lifetime or 0) <= (before.lifetime or 0):
            found.append(Fault(row.key, "lifetime_threshold", "lifetime_not_ascending"))
    return found


def _kept(draft: TierDraft) -> int:
    return draft.threshold if draft.keep is None else draft.keep
