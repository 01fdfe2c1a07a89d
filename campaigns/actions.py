"""What can be done with a campaign: write it, start it once, rest it, stop it, see it finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.events import CampaignFinished, CampaignStarted
from campaigns.models import Assignment, Campaign
from campaigns.queries import audience_batches
from campaigns.rules import letter
from members.rules import bucket
from messaging import actions as messaging
from messaging import queries as mail
from messaging.actions import Planned
from outbox.publish import publish
from outbox.require import require_transaction

KIND = "campaigns.letter"
State = Campaign.State
WRITABLE = (
    "name", "stages", "holdout_percent", "expected_percent", "outcome", "window_days", "subject", "body", "offer",
    "offer_percent", "offer_amount", "offer_currency", "offer_days", "keeps_quiet_hours",
)  # fmt: skip


class NotADraft(Exception):
    """The campaign was started meanwhile; nothing was changed."""


class AlreadyStarted(Exception):
    """Somebody started it a moment ago; it runs once."""


class NotPossibleNow(Exception):
    """The campaign is not in the state this act needs."""


class Unwritable(Exception):
    """The text has problems that would reach people."""

    def __init__(self, problems: Sequence[letter.Problem]) -> None:
        super().__init__(", ".join(f"{one.code} {one.word}" for one in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Launched:
    """What a start decided."""

    audience: int
    eligible: int
    held_out: int


def save_draft(*, campaign_id: int | None, values: dict[str, Any], by: int, at: datetime) -> str:
    """Write a draft and return its public id. Raises Unwritable for a text that must not leave, NotADraft when it left."""
    require_transaction()
    values = {name: values[name] for name in WRITABLE if name in values}
    _check_text(values["subject"], values["body"], values.get("offer", Campaign.Offer.NONE))
    if campaign_id is None:
        made = Campaign.objects.create(**values, created_at=at, changed_at=at, created_by_id=by)
        return made.public_id
    if not Campaign.objects.filter(id=campaign_id, state=State.DRAFT).update(**values, changed_at=at):
        raise NotADraft
    return Campaign.objects.values_list("public_id", flat=True).get(id=campaign_id)


def start(*, campaign_id: int, by: int, at: datetime) -> Launched:
    """Draw the audience and queue its mail; every member gets one row that says what was decided and why.

    Order: stage, eligibility (reachable, consent, not suppressed, no pause), draw of the held-out, queue. Two starts at the
    same moment wait for each other on the campaign's row; the second is told AlreadyStarted.
    """
    require_transaction()
    changed = Campaign.objects.filter(id=campaign_id, state=State.DRAFT).update(
        state=State.RUNNING, started_at=at, started_by_id=by
    )
    if not changed:
        raise AlreadyStarted
    campaign = Campaign.objects.get(id=campaign_id)
    _check_text(campaign.subject, campaign.body, campaign.offer)
    total = eligible = held_out = 0
    for ids in audience_batches(stages=campaign.stages):
        planned = _plan(campaign, ids, at)
        drawn = [one for one in planned if one.state in ("", "held_out")]
        total, eligible = total + len(ids), eligible + len(drawn)
        held_out += sum(one.state == "held_out" for one in drawn)
        _assign(campaign, drawn, at)
        messaging.queue_many(
            kind=KIND,
            campaign_key=campaign.public_id,
            step=1,
            purpose="marketing",
            planned=planned,
            at=at,
            by=by,
            keeps_quiet_hours=campaign.keeps_quiet_hours,
        )
    publish(CampaignStarted(campaign_id=campaign.pk, eligible=eligible, held_out=held_out, at=at))
    return Launched(total, eligible, held_out)


def pause(*, campaign_id: int, by: int, at: datetime) -> int:
    """Rest a running campaign; returns how many messages rest. What is being handed over goes on."""
    require_transaction()
    return messaging.hold(campaign_key=_move(campaign_id, [State.RUNNING], state=State.PAUSED), by=by, at=at)


def resume(*, campaign_id: int, by: int, at: datetime) -> int:
    """Let a paused campaign go on; everything is decided again for each message."""
    require_transaction()
    return messaging.release(campaign_key=_move(campaign_id, [State.PAUSED], state=State.RUNNING), by=by, at=at)


def stop(*, campaign_id: int, by: int, at: datetime) -> int:
    """End a campaign for good; returns how many messages were taken out. What was sent is still measured."""
    require_transaction()
    key = _move(campaign_id, [State.RUNNING, State.PAUSED], state=State.STOPPED, ended_at=at)
    publish(CampaignFinished(campaign_id=campaign_id, stopped=True, at=at))
    return messaging.cancel(campaign_key=key, by=by, at=at)


def finish_sent(*, at: datetime) -> int:
    """Mark running campaigns of which nothing waits any more; returns how many."""
    require_transaction()
    finished = 0
    for campaign_id, key in Campaign.objects.filter(state=State.RUNNING).values_list("id", "public_id"):
        if mail.open_deliveries(campaign_key=key):
            continue
        if Campaign.objects.filter(id=campaign_id, state=State.RUNNING).update(state=State.FINISHED, ended_at=at):
            publish(CampaignFinished(campaign_id=campaign_id, stopped=False, at=at))
            finished += 1
    return finished


def is_held_out(*, campaign: Campaign, member_id: int) -> bool:
    """The draw: `members.rules.bucket` under the campaign's own key."""
    return bucket(campaign.draw_key, member_id) < 100 * campaign.holdout_percent


def _plan(campaign: Campaign, ids: Sequence[int], at: datetime) -> list[Planned]:
    refused = mail.refusals(member_ids=ids, at=at)
    planned = []
    for member_id in ids:
        reason = refused.get(member_id)
        if reason:
            planned.append(Planned(member_id, "no_consent" if reason == "no_consent" else "suppressed", reason))
        elif is_held_out(campaign=campaign, member_id=member_id):
            planned.append(Planned(member_id, "held_out", "drawn_to_be_held_out"))
        else:
            planned.append(Planned(member_id))
    return planned


def _assign(campaign: Campaign, drawn: Sequence[Planned], at: datetime) -> None:
    arms = {"held_out": Assignment.Arm.HELD_OUT, "": Assignment.Arm.TREATED}
    Assignment.objects.bulk_create(
        [Assignment(campaign=campaign, member_id=one.member_id, arm=arms[one.state], at=at) for one in drawn],
        batch_size=5_000,
    )


def _move(campaign_id: int, before: Sequence[str], **changes: Any) -> str:
    if not Campaign.objects.filter(id=campaign_id, state__in=before).update(**changes):
        raise NotPossibleNow
    return Campaign.objects.values_list("public_id", flat=True).get(id=campaign_id)


def _check_text(subject: str, body: str, offer: str) -> None:
    found = letter.problems(subject=subject, body=body, has_offer=offer != Campaign.Offer.NONE)
    if found:
        raise Unwritable(found)
