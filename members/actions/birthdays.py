"""A member's birthday: told by themselves alone, and taken back by them."""

from calendar import monthrange
from datetime import datetime

from django.utils.translation import gettext as _

from members.models import Birthday
from outbox.require import require_transaction

LEAP_YEAR = 2024


class NoSuchDay(Exception):
    """The calendar has no such day, not even in a leap year."""


def set_birthday(*, member_id: int, month: int, day: int, by: int | None, at: datetime) -> bool:
    """Write the day down; False: it was known already. Raises NoSuchDay."""
    require_transaction()
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(LEAP_YEAR, month)[1]:
        raise NoSuchDay(_("The calendar has no such day."))
    if Birthday.objects.filter(member_id=member_id, month=month, day=day).exists():
        return False
    Birthday.objects.update_or_create(member_id=member_id, defaults={"month": month, "day": day, "given_at": at})
    return True


def forget_birthday(*, member_id: int, by: int | None, at: datetime) -> bool:
    """Nothing of it is kept here. False: it was not known."""
    require_transaction()
    return bool(Birthday.objects.filter(member_id=member_id).delete()[0])
