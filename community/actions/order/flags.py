"""Flags of members, what they weigh, and what follows at exactly which weight. Source: specs/community.md, section 8."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from community import rules
from community.actions.forum import topics, writing
from community.actions.order import sanctions
from community.actions.order.audit import record_act
from community.actions.order.review import open_item
from community.models import ReviewFlag, ReviewItem, Sanction, Topic
from community.problems import FlagRefused, TooFast
from community.rules import flags as order_rules
from community.slots import Located, ReviewKind, review_kinds
from members import access
from members.access import SILENCED
from messaging.actions.notices import notify
from outbox.require import require_transaction


@dataclass(frozen=True)
class Flagged:
    """A flag that counts. `again`: it was there already. `consequences`: hidden, silenced, closed."""

    item_id: int
    again: bool = False
    consequences: tuple[str, ...] = ()


def flag(
    *, kind: str, target: int, reason: str, note: str = "", by: int, trust: int, staff: bool = False,
    act_now: bool = False, at: datetime,
) -> Flagged:  # fmt: skip
    """Tell the moderators of something; with enough weight behind it, it acts at once.

    `trust` and `staff` are the flagger's. The same member's second flag of an open item is the first one. Raises
    FlagRefused (reason, note, own, judged fine lately) and TooFast.
    """
    require_transaction()
    known = review_kinds.get(kind)
    found = known.locate(target=target) if known and known.locate else None
    if known is None or found is None:
        raise FlagRefused("gone", _("This is not there any more."))
    note = note.strip()[:500]
    _check(reason, note, found, by, trust)
    _lock(f"community:flagger:{by}")
    sanctions.serialise(found.author_id)
    if found.topic_id is not None:
        writing.lock_topic(found.topic_id)

    item = _item(kind, target)
    if item and ReviewFlag.objects.filter(item=item, by_id=by).exists():
        return Flagged(item.pk, again=True)
    if _judged_fine(kind, target, at):
        raise FlagRefused("judged_fine", _("A moderator has looked at this within the last day and found it fine."))
    _keep_count(by, trust, at)
    if item is None:
        item = open_item(
            kind=kind, target=target, author_id=found.author_id, board_id=found.board_id, topic_id=found.topic_id, at=at
        )
    accuracy = accuracy_of(member_id=by)
    weight = order_rules.weight(trust=trust, staff=staff, accuracy=accuracy, bonus=known.bonus, act_now=act_now)
    ReviewFlag.objects.create(
        item=item, by_id=by, reason=reason, note=note, weight=weight, trust=trust, staff=staff,
        act_now=staff and act_now, accuracy=accuracy, at=at,
    )  # fmt: skip
    item.score += weight
    ReviewItem.objects.filter(pk=item.pk).update(score=item.score, version=F("version") + 1, touched_at=at)
    return Flagged(item.pk, consequences=tuple(_consequences(known, item, found, reason, trust, by, at)))


def accuracy_of(*, member_id: int) -> Decimal:
    """What the member's judged flags add to the next one."""
    judged = ReviewFlag.objects.filter(by_id=member_id, verdict__in=["agreed", "disagreed"])
    row = judged.aggregate(judged=Count("id"), agreed=Count("id", filter=Q(verdict="agreed")))
    return order_rules.accuracy(row["agreed"], row["judged"])


def _check(reason: str, note: str, found: Located, by: int, trust: int) -> None:
    if reason not in ReviewFlag.Reason.values:
        raise FlagRefused("no_reason", _("Choose what is wrong with it."))
    if reason in order_rules.NOTE_NEEDED and not note:
        raise FlagRefused("note_needed", _("Please say in a few words what is wrong."))
    if found.author_id == by:
        raise FlagRefused("own", _("This is your own. You can edit or remove it."))
    if trust < order_rules.FLAG_TRUST:
        raise FlagRefused(
            "trust", _("Trust level 1 may flag. You reach it by reading: five topics, thirty posts, ten minutes.")
        )


def _item(kind: str, target: int) -> ReviewItem | None:
    """The open item, locked."""
    open_ones = ReviewItem.objects.select_for_update(no_key=True)
    return open_ones.filter(kind=kind, target=target, state=ReviewItem.State.PENDING).first()


def _judged_fine(kind: str, target: int, at: datetime) -> bool:
    since = at - order_rules.FLAGGED_AGAIN_AFTER
    fine = ReviewItem.objects.filter(kind=kind, target=target, state=ReviewItem.State.REJECTED, decided_at__gt=since)
    return fine.exists()


def _keep_count(by: int, trust: int, at: datetime) -> None:
    """Twenty a day (more for the trusted): counted where the flags are, so that nothing lost opens the gate."""
    most, since = order_rules.flags_a_day(trust), at - timedelta(days=1)
    times = list(ReviewFlag.objects.filter(by_id=by, at__gt=since).order_by("-at").values_list("at", flat=True)[:most])
    if len(times) >= most:
        wait = int((times[-1] - since).total_seconds()) + 1
        raise TooFast(_("You have flagged %(most)s things today. Thank you; tomorrow again.") % {"most": most}, wait)


def _consequences(
    kind: ReviewKind, item: ReviewItem, found: Located, reason: str, trust: int, by: int, at: datetime
) -> list[str]:
    """What this flag tips over, each once: hidden, silenced, closed. The caller holds author, topic and item."""
    acts: list[str] = []
    author_trust = trust_of_member(found.author_id)
    heavy = _since_it_came_back(item)
    if kind.hide and order_rules.hides(
        score=heavy, reason=reason, flagger_trust=trust, author_trust=author_trust
    ) and kind.hide(target=item.target, by=None, at=at):  # fmt: skip
        acts.append("hidden")
        notify(
            member_ids=[found.author_id], kind="hidden", cause=f"hidden:{item.pk}:{len(item.done)}",
            data={"item": item.pk, "kind": item.kind, "target": item.target}, at=at,
        )  # fmt: skip
    if _silence_newcomer(item, found.author_id, author_trust, at):
        acts.append("silenced")
    if found.topic_id is not None and _close_topic(found.topic_id, at):
        acts.append("closed")
    if acts:
        done: list[Mapping[str, Any]] = [*item.done, *({"code": act, "at": at.isoformat()} for act in acts)]
        ReviewItem.objects.filter(pk=item.pk).update(done=done)
        for act in acts:
            record_act(
                act=f"flags.{act}", target_kind=item.kind, target=item.target, about=found.author_id,
                board_id=found.board_id, by=None, at=at, after={"item": item.pk, "score": str(item.score)},
            )  # fmt: skip
    return acts


def _since_it_came_back(item: ReviewItem) -> Decimal:
    """The score of flags about the text as it is: an edit that brought it back answers those before."""
    back = max((entry["at"] for entry in item.done if entry["code"] == "back"), default="")
    if not back:
        return item.score
    later = ReviewFlag.objects.filter(item=item, at__gt=datetime.fromisoformat(back))
    return later.aggregate(sum=Sum("weight"))["sum"] or Decimal(0)


def _silence_newcomer(item: ReviewItem, author_id: int, author_trust: int, at: datetime) -> bool:
    flags = ReviewFlag.objects.filter(item__author_id=author_id, item__state=ReviewItem.State.PENDING)
    row = flags.aggregate(score=Sum("weight"), flaggers=Count("by", distinct=True))
    if not order_rules.silences(
        score=row["score"] or Decimal(0), flaggers=row["flaggers"], author_trust=author_trust
    ) or sanctions.is_team(author_id):
        return False
    if Sanction.objects.filter(member_id=author_id, ended_at__isnull=True).exists():
        return False
    sanctions.impose(
        member_id=author_id, kind=Sanction.Kind.SILENCE, reason="flags", hours=None, by=None, at=at, item_id=item.pk
    )
    return True


def _close_topic(topic_id: int, at: datetime) -> bool:
    flags = ReviewFlag.objects.filter(
        item__topic_id=topic_id, item__kind="flagged_post", item__state=ReviewItem.State.PENDING
    )
    row = flags.aggregate(score=Sum("weight"), flaggers=Count("by", distinct=True))
    if not order_rules.closes(score=row["score"] or Decimal(0), flaggers=row["flaggers"]):
        return False
    topic = writing.lock_topic(topic_id)
    if topic.state != Topic.State.OPEN:
        return False
    topics.close_topic(
        topic,
        Topic.State.CLOSED,
        by=topic.author_id,
        at=at,
        opens_at=at + order_rules.CLOSED_FOR,
        code="closed_by_flags",
    )
    return True


def trust_of_member(member_id: int) -> int:
    """The member's level of trust at this moment; whoever keeps order here has 4."""
    found = access.member_by_id(member_id)
    if found is None:
        return 0
    return 4 if access.is_moderator(found) else rules.trust_of(access.group_names(found) - {SILENCED})


def _lock(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
