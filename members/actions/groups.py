"""Joining and leaving the groups that people see. Groups that rules or roles fill are out of reach here."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from members.models import GroupProfile, GroupRequest
from members.queries import is_system_group
from outbox.require import require_transaction


class GroupRefused(Exception):
    """This does not go; the message says why, for the member."""


def make_group(*, name: str, by: int, at: datetime) -> int:
    """The group behind a new circle; its id. (`by` and `at`: who asks and when; the group itself keeps neither.)"""
    require_transaction()
    return Group.objects.create(name=name).pk


def join(*, profile_id: int, by: int, at: datetime) -> bool:
    """Join an open group, or ask to be let in; True when inside. Raises GroupRefused."""
    require_transaction()
    group = _checked(profile_id)
    if group.joining == GroupProfile.Joining.OPEN:
        group.group.user_set.add(by)
        return True
    if group.joining == GroupProfile.Joining.CLOSED or group.owner_id is None:
        raise GroupRefused(_("The team decides who is in this group."))
    if not group.group.user_set.filter(pk=by).exists():
        GroupRequest.objects.bulk_create(
            [GroupRequest(group=group, member_id=by, created_at=at)], ignore_conflicts=True
        )
    return False


def leave(*, profile_id: int, by: int, at: datetime) -> None:
    """Leave a group, or take back the wish to be in it; who is not inside changes nothing. Raises GroupRefused."""
    require_transaction()
    group = _checked(profile_id)
    GroupRequest.objects.filter(group=group, member_id=by).delete()
    if group.joining == GroupProfile.Joining.CLOSED and group.group.user_set.filter(pk=by).exists():
        raise GroupRefused(_("The team decides who is in this group. Write to them."))
    group.group.user_set.remove(by)


def answer(*, profile_id: int, member_id: int, accept: bool, by: int, at: datetime) -> bool:
    """The owner lets somebody in who asked, or not; False when nobody asks (any more). Raises GroupRefused."""
    require_transaction()
    group = _checked(profile_id)
    if group.owner_id != by:
        raise GroupRefused(_("Only the owner of the group may answer."))
    asked, __ = GroupRequest.objects.filter(group=group, member_id=member_id).delete()
    if asked and accept:
        group.group.user_set.add(member_id)
    return bool(asked)


def _checked(profile_id: int) -> GroupProfile:
    """The group, locked, if people may enter it at all: one that opens the console is not for asking."""
    from members.queries import is_system_group

    profile = GroupProfile.objects.select_for_update(of=("self",)).select_related("group").get(pk=profile_id)
    if (
        is_system_group(profile.group.name)
        or Group.objects.filter(pk=profile.group_id, permissions__isnull=False).exists()
    ):
        raise GroupRefused(_("The team decides who is in this group."))
    return profile


def fillable(*, slugs: Iterable[str]) -> dict[str, int]:
    """Group ids of those of these circles that a shop may fill: never a group of the system or one that opens the console."""
    circles = GroupProfile.objects.filter(
        slug__in=list(slugs), group__permissions=None, group__page_permissions=None, group__collection_permissions=None
    )
    rows = circles.values_list("slug", "group_id", "group__name")
    return {slug: group_id for slug, group_id, name in rows if not is_system_group(name)}


def fill(*, member_id: int, allowed: Iterable[str], wanted: Iterable[str], by: int | None, at: datetime) -> None:
    """Put a member into those of the allowed circles that are wanted, and out of the others."""
    require_transaction()
    inside = set(wanted)
    for slug, group_id in fillable(slugs=allowed).items():
        people = Group.objects.get(id=group_id).user_set
        if slug in inside:
            people.add(member_id)
        else:
            people.remove(member_id)
