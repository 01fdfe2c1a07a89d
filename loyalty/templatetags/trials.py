"""On which results the versions of a rule were published."""

from typing import Any

from django import template

from loyalty.queries.trial_results import decisions

register = template.Library()


@register.inclusion_tag("loyalty/admin/trials/decisions.html")
def trial_decisions(code: str) -> dict[str, Any]:
    """The results that stood before those who published, in one statement."""
    return {"decisions": decisions(code=code)}
