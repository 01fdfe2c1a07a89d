"""The one clock of the edges. Actions never read it: time comes to them as ``at=``."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present in UTC, moved by ``LAOYOU_CLOCK_OFFSET`` (refused in production)."""
    moment: datetime = timezone.now() + settings.CLOCK_OFFSET
    return moment


def real_now() -> datetime:
    """The present as the machine has it, for what Django itself measures by that: the ends of sessions, which a moved
    clock must not end."""
    return timezone.now()
