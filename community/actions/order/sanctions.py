"""Silence, suspension, their end, and objecting to them."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from community.actions.order.audit import record_act
from community.events import MemberSilenced, MemberSuspended, SanctionEnded
from community.models import ReviewItem, Sanction
from community.problems import SanctionRefused
from community.rules import flags as order_rules
from members import access
from members.access import SILENCED, SUSPENDED, Member
from members.actions import end_sessions, join_group, leave_group
from messaging.actions.notices import notify
from outbox.publish import publish
from outbox.require import require_transaction

GROUP_OF = {Sanction.Kind.SILENCE.value: SILENCED, Sanction.Kind.SUSPENSION.value: SUSPENDED}
LONGEST_HOURS = 24 * 366


def impose(
    *,
    member_id: int,
    kind: str,
    reason: str,
    hours: int | None,
    by: int | None,
    at: datetime,
    item_id: int | None = None,
) -> int:
    """Silence or suspend a member; returns the sanction's id. One that is open is ended and replaced.

    People give a reason and hours (1 to a year); only flags (`by` None) silence without an end, until somebody looked.
    A suspension ends the member's sessions. Raises SanctionRefused.
    """
    require_transaction()
    reason = reason.strip()[:500]
    if not reason:
        raise SanctionRefused("reason_needed", _("Give a reason: the member reads it."))
    if by is not None and (hours is None or not 1 <= hours <= LONGEST_HOURS):
        raise SanctionRefused("end_needed", _("Say for how many hours, at most a year."))
    if by == member_id:
        raise SanctionRefused("yourself", _("You cannot do this to yourself."))
    if is_team(member_id):
        raise SanctionRefused(
            "team", _("First take moderators and managers out of their group; the owner decides about that.")
        )
    serialise(member_id)
    for earlier in Sanction.objects.filter(member_id=member_id, kind=kind, ended_at__isnull=True):
        _close(earlier, how=Sanction.Ended.HAND, by=by, at=at)
    made = Sanction.objects.create(
        member_id=member_id, kind=kind, reason=reason, by_id=by, item_id=item_id, starts_at=at,
        ends_at=at + timedelta(hours=hours) if hours else None,
    )  # fmt: skip
    join_group(member_id=member_id, group=GROUP_OF[kind], by=by, at=at)
    if kind == Sanction.Kind.SUSPENSION:
        end_sessions(member_id=member_id, by=by, at=at)
        publish(MemberSuspended(member_id=member_id, until=made.ends_at, by_id=by, at=at))
    else:
        publish(MemberSilenced(member_id=member_id, until=made.ends_at, by_id=by, at=at))
    record_act(
        act=f"member.{'suspended' if kind == Sanction.Kind.SUSPENSION else 'silenced'}", target_kind="sanction",
        target=made.pk, about=member_id, by=by, at=at, reason=reason, after={"hours": hours, "item": item_id},
    )  # fmt: skip
    notify(member_ids=[member_id], kind="sanction", cause=f"sanction:{made.pk}", data={"sanction": made.pk}, at=at)
    return made.pk


def lift(*, sanction_id: int, by: int | None, at: datetime, how: str = Sanction.Ended.HAND, reason: str = "") -> bool:
    """End a sanction before its time, or because it has come. False when it is over already."""
    require_transaction()
    member_id = Sanction.objects.values_list("member_id", flat=True).get(pk=sanction_id)
    serialise(member_id)
    held = Sanction.objects.filter(pk=sanction_id, ended_at__isnull=True).first()
    if held is None:
        return False
    _close(held, how=how, by=by, at=at)
    forget_objections(sanction_id=held.pk, by=by, at=at)
    leave_group(member_id=member_id, group=GROUP_OF[held.kind], by=by, at=at)
    publish(SanctionEnded(member_id=member_id, kind=held.kind, by_id=by, at=at))
    record_act(
        act="sanction.ended", target_kind="sanction", target=held.pk, about=member_id, by=by, at=at, reason=reason,
        before={"ends_at": held.ends_at.isoformat() if held.ends_at else None}, after={"how": str(how)},
    )  # fmt: skip
    notify(
        member_ids=[member_id], kind="sanction", cause=f"sanction:{held.pk}:ended", data={"sanction": held.pk}, at=at
    )
    return True


def end_due(*, at: datetime, limit: int = 200) -> int:
    """End what has come to its end; how many."""
    require_transaction()
    due = (
        Sanction.objects.filter(ended_at__isnull=True, ends_at__lte=at).order_by("ends_at").values_list("id", flat=True)
    )
    return sum(lift(sanction_id=pk, by=None, at=at, how=Sanction.Ended.TIME) for pk in due[:limit])


def object_to(*, sanction_id: int, text: str, by: int, at: datetime) -> int:
    """The member says why it is not right; once a sanction. It goes into the queue; returns the item's id.

    Raises SanctionRefused.
    """
    require_transaction()
    from community.actions.order.review import raise_item

    text = text.strip()[: order_rules.OBJECTION_LONGEST]
    if not text:
        raise SanctionRefused("empty", _("Write something first."))
    told = Sanction.objects.filter(
        pk=sanction_id, member_id=by, objected_at__isnull=True, ended_at__isnull=True
    ).update(objection=text, objected_at=at)
    if not told:
        raise SanctionRefused("objected", _("Your words have reached us already. You will read our answer here."))
    return raise_item(kind="objection", target=sanction_id, author_id=by, reasons=[{"code": "objection"}], at=at)


def answer(*, sanction_id: int, text: str, by: int, at: datetime) -> None:
    """Our answer to an objection, where the member reads it."""
    require_transaction()
    Sanction.objects.filter(pk=sanction_id).update(answer=text[: order_rules.OBJECTION_LONGEST])
    member_id = Sanction.objects.values_list("member_id", flat=True).get(pk=sanction_id)
    notify(
        member_ids=[member_id], kind="sanction", cause=f"sanction:{sanction_id}:answer:{at.isoformat()}",
        data={"sanction": sanction_id}, by=by, at=at,
    )  # fmt: skip


def reopen(*, sanction_id: int, by: int, at: datetime) -> bool:
    """Take back that a sanction was ended; False when its time is over or another one of its kind is open."""
    require_transaction()
    held = Sanction.objects.get(pk=sanction_id)
    serialise(held.member_id)
    others = Sanction.objects.filter(member_id=held.member_id, kind=held.kind, ended_at__isnull=True)
    if others.exists() or (held.ends_at and held.ends_at <= at):
        return False
    Sanction.objects.filter(pk=sanction_id).update(ended_at=None, ended_by=None, ended_how="")
    join_group(member_id=held.member_id, group=GROUP_OF[held.kind], by=by, at=at)
    kind: Any = MemberSuspended if held.kind == Sanction.Kind.SUSPENSION else MemberSilenced
    publish(kind(member_id=held.member_id, until=held.ends_at, by_id=by, at=at))
    record_act(act="sanction.reopened", target_kind="sanction", target=held.pk, about=held.member_id, by=by, at=at)
    return True


def serialise(member_id: int) -> None:
    """What is decided about one member happens one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"community:order:{member_id}"])


def is_team(member_id: int) -> bool:
    """Whether the member keeps order here themselves."""
    found: Member | None = access.member_by_id(member_id)
    return access.is_moderator(found) or bool(found and found.is_staff)


def _close(held: Sanction, *, how: str, by: int | None, at: datetime) -> None:
    Sanction.objects.filter(pk=held.pk).update(ended_at=at, ended_by=by, ended_how=how)


def forget_objections(*, sanction_id: int, by: int | None, at: datetime) -> None:
    """Words about a sanction that is over need no decision any more."""
    ReviewItem.objects.filter(kind="objection", target=sanction_id, state=ReviewItem.State.PENDING).update(
        state=ReviewItem.State.IGNORED, decided_at=at, decided_by=by, decision="over", version=F("version") + 1
    )
