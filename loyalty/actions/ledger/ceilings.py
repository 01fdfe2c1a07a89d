"""What a prize, a quest, a rung or a birthday may give one person when a manager says so alone."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from loyalty.models import Currency
from loyalty.rules.ceilings import FINANCE
from members.queries import in_groups


def too_much(*, amount: int, by: int | None, before: int = 0, currency: str = "points") -> str:
    """Why this person may not set so much, in words; empty when they may.

    Above the limit of corrections by hand (Currency.approval_above) it is Finance's to set. What stands already (`before`) may
    stay; `by` None is the house itself.
    """
    if by is None or amount <= before:
        return ""
    limit = Currency.objects.values_list("approval_above", flat=True).get(code=currency)
    if amount <= limit or by in in_groups(names=[FINANCE], superusers=True):
        return ""
    words = _("More than %(limit)s for one person at once: somebody of the group “Finance” sets this.")
    return words % {"limit": number_format(limit)}
