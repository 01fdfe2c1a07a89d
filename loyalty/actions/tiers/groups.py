"""Tiers as groups: who is in a tier is in its group and in those of all tiers below it (docs/adr/0011)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection

from outbox.require import require_transaction


def group_name(code: str) -> str:
    """The group of everybody in this tier or a higher one."""
    return f"tier:{code}"


def settle_groups(*, codes: Iterable[str], member_ids: Iterable[int] | None) -> None:
    """Let the groups of these tiers say what the open tier memberships say, for some members or (None) for everybody.

    One statement, which writes only what differs. It runs in the transaction that moves a member, so rights and tier change
    together, and every night for everybody: a tier that was put between two others, or ranks that were exchanged, are made up.
    """
    require_transaction()
    names = [group_name(code) for code in codes]
    groups = dict(Group.objects.filter(name__in=names).values_list("name", "id"))
    for name in names:
        if name not in groups:
            groups[name] = Group.objects.get_or_create(name=name)[0].id
    through: Any = get_user_model()._meta.get_field("groups").remote_field.through
    table = through._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH meant AS (
                SELECT held.member_id, "group".id AS group_id
                FROM loyalty_tiermembership AS held
                JOIN loyalty_tier AS own ON own.id = held.tier_id
                JOIN loyalty_tier AS reached ON reached.program_id = own.program_id AND reached.rank <= own.rank
                JOIN auth_group AS "group" ON "group".name = 'tier:' || reached.code
                WHERE held.until IS NULL AND "group".id = ANY(%(groups)s)
                  AND (%(everybody)s OR held.member_id = ANY(%(members)s))
            ), left_behind AS (
                DELETE FROM {table} AS inside
                WHERE inside.group_id = ANY(%(groups)s) AND (%(everybody)s OR inside.user_id = ANY(%(members)s))
                  AND NOT EXISTS (SELECT 1 FROM meant
                                  WHERE meant.member_id = inside.user_id AND meant.group_id = inside.group_id)
            )
            INSERT INTO {table} (user_id, group_id)
            SELECT meant.member_id, meant.group_id FROM meant
            WHERE NOT EXISTS (SELECT 1 FROM {table} AS inside
                              WHERE inside.user_id = meant.member_id AND inside.group_id = meant.group_id)
            ORDER BY 1, 2
            ON CONFLICT DO NOTHING
            """,
            {
                "groups": list(groups.values()),
                "everybody": member_ids is None,
                "members": sorted(set(member_ids or ())),
            },
        )
