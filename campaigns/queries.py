"""Who a campaign would reach, and what a started one did."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Count

from campaigns.models import Assignment, Campaign
from campaigns.rules import proof
from campaigns.rules.proof import Arm, Lift, Verdict
from insights import queries as insights
from members.queries import MemberCard, member_cards
from messaging import queries as messaging

BATCH = 5_000
RETURN_KINDS = {
    Campaign.Outcome.ORDER: ("order",),
    Campaign.Outcome.TALK: ("post", "message"),
    Campaign.Outcome.ANY: ("order", "post", "message"),
}


@dataclass(frozen=True)
class StageCount:
    """How many members of an audience are in one stage."""

    stage: str
    label: str
    count: int


@dataclass(frozen=True)
class Audience:
    """Who would be reached now, who not and why, and what the numbers could prove."""

    total: int
    by_stage: list[StageCount]
    refused: dict[str, int]
    eligible: int
    held_out: int
    treated: int
    detectable: float | None
    """The smallest lift in percentage points that could be proven, or None."""
    suggested_holdout: int
    """In percent, when more should be held out than planned; else 0."""


def audience(*, stages: Collection[str], holdout_percent: int, expected_percent: int, at: datetime) -> Audience:
    """The live count of the form. It decides nothing: everything is decided again at the start."""
    by_stage = [
        StageCount(name, insights.stage_label(name), insights.members_in_stages(stages=[name]).count())
        for name in stages
    ]
    refused: Counter[str] = Counter()
    total = 0
    for ids in audience_batches(stages=stages):
        total += len(ids)
        refused.update(messaging.refusals(member_ids=ids, at=at).values())
    eligible = total - refused.total()
    held_out, suggested = round(eligible * holdout_percent / 100), proof.suggested_holdout(eligible)
    lift = proof.detectable_lift(eligible=eligible, held_share=holdout_percent / 100, base=expected_percent / 100)
    return Audience(
        total=total,
        by_stage=by_stage,
        refused=dict(refused.most_common()),
        eligible=eligible,
        held_out=held_out,
        treated=eligible - held_out,
        detectable=None if lift is None else lift * 100,
        suggested_holdout=suggested if 0 < holdout_percent < suggested and eligible else 0,
    )


def audience_batches(*, stages: Collection[str]) -> Iterator[list[int]]:
    """Member ids in these stages, in order, a batch at a time."""
    if not stages:
        return
    rows = insights.members_in_stages(stages=stages).order_by("id").values_list("id", flat=True)
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        yield batch


@dataclass(frozen=True)
class CampaignLine:
    """One line of the managers' list."""

    campaign: Campaign
    eligible: int


def campaigns() -> list[CampaignLine]:
    """All campaigns, newest first."""
    rows = Campaign.objects.annotate(eligible=Count("assignments")).order_by("-created_at", "-id")
    return [CampaignLine(row, row.eligible) for row in rows]


@dataclass(frozen=True)
class Result:
    """What a campaign did, and what may be said of it today."""

    audience: int
    eligible: int
    treated: Arm
    held_out: Arm
    counts: list[messaging.Counted]
    unsubscribed: int
    waiting: int
    verdict: Verdict
    lift: Lift | None
    read_out_at: datetime
    read_out: bool
    too_small: bool
    ratio_p: float

    @property
    def refused(self) -> int:
        """Members of the audience who were not eligible at the start."""
        return self.audience - self.eligible

    @property
    def states(self) -> dict[str, int]:
        """How many messages are in each state."""
        found: Counter[str] = Counter()
        for one in self.counts:
            found[one.state] += one.count
        return dict(found)


def result(*, campaign: Campaign, at: datetime) -> Result:
    """The result page of a started campaign. Members stay in the arm they were drawn into, sent to or not."""
    assert campaign.started_at is not None  # noqa: S101  (the page of a draft is its form)
    counts = messaging.campaign_counts(campaign_key=campaign.public_id)
    arms = {
        arm: Arm(len(returned_ids(campaign=campaign, arm=arm)), size)
        for arm, size in campaign.assignments.values_list("arm").annotate(size=Count("id"))
    }
    treated = arms.get(Assignment.Arm.TREATED, Arm(0, 0))
    held_out = arms.get(Assignment.Arm.HELD_OUT, Arm(0, 0))
    read_out_at = campaign.started_at + timedelta(days=campaign.window_days)
    share = campaign.holdout_percent / 100
    verdict, lift = proof.judge(
        treated, held_out, held_share=share, base=campaign.expected_percent / 100, read_out=at >= read_out_at
    )
    eligible = treated.size + held_out.size
    return Result(
        audience=sum(one.count for one in counts),
        eligible=eligible,
        treated=treated,
        held_out=held_out,
        counts=counts,
        unsubscribed=len(messaging.campaign_unsubscribed(campaign_key=campaign.public_id)),
        waiting=messaging.open_deliveries(campaign_key=campaign.public_id),
        verdict=verdict,
        lift=lift,
        read_out_at=read_out_at,
        read_out=at >= read_out_at,
        too_small=eligible < proof.TOO_SMALL,
        ratio_p=proof.ratio_p(treated=treated.size, held_out=held_out.size, held_share=share),
    )


def returned_ids(*, campaign: Campaign, arm: str) -> dict[int, datetime]:
    """Who of an arm came back within the window, and when."""
    assert campaign.started_at is not None  # noqa: S101
    until = campaign.started_at + timedelta(days=campaign.window_days)
    ids = campaign.assignments.filter(arm=arm).order_by("member_id").values_list("member_id", flat=True)
    found: dict[int, datetime] = {}
    for batch in _batches(ids.iterator(chunk_size=BATCH)):
        found |= insights.first_acts(
            member_ids=batch,
            since=campaign.started_at,
            until=until,
            kinds=RETURN_KINDS[Campaign.Outcome(campaign.outcome)],
        )
    return found


@dataclass(frozen=True)
class MemberLine:
    """One member behind a number."""

    card: MemberCard | None
    what: str
    reason: str
    at: datetime | None


def members_behind(
    *, campaign: Campaign, arm: str = "", returned: bool = False, unsubscribed: bool = False, state: str = "",
    reason: str = "", offset: int = 0, limit: int = 50,
) -> tuple[list[MemberLine], int]:  # fmt: skip
    """One page of the members behind a number of the result page, and how many there are."""
    if unsubscribed:
        ids = messaging.campaign_unsubscribed(campaign_key=campaign.public_id)
        return _lines([(id, "", "", None) for id in ids[offset : offset + limit]]), len(ids)
    if returned:
        acts = sorted(returned_ids(campaign=campaign, arm=arm).items())
        label = str(Assignment.Arm(arm).label)
        return _lines([(id, label, "", when) for id, when in acts[offset : offset + limit]]), len(acts)
    if arm:
        rows = campaign.assignments.filter(arm=arm).order_by("member_id")
        page = rows.values_list("member_id", "at")[offset : offset + limit]
        return _lines([(id, str(Assignment.Arm(arm).label), "", when) for id, when in page]), rows.count()
    deliveries, total = messaging.campaign_deliveries(
        campaign_key=campaign.public_id, state=state, reason=reason, offset=offset, limit=limit
    )
    return _lines([(one.member_id, one.state_label, one.reason, one.sent_at) for one in deliveries]), total


def _lines(rows: list[tuple[int, str, str, datetime | None]]) -> list[MemberLine]:
    cards = member_cards(member_ids=[row[0] for row in rows])
    return [MemberLine(cards.get(id), what, reason, at) for id, what, reason, at in rows]


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    found = iter(ids)
    while batch := list(islice(found, BATCH)):
        yield batch
