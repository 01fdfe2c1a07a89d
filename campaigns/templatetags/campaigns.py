"""Small words for the managers' pages."""

from django import template
from django.utils.formats import number_format

from messaging.reasons import say

register = template.Library()


@register.filter
def reason(code: str) -> str:
    """Why a message is where it is, in words."""
    return say(code)


@register.filter
def percent(share: float) -> str:
    """0.0614 as 6.1 %."""
    return f"{number_format(share * 100, 1)} %"


@register.filter
def signed_points(share: float) -> str:
    """A difference of shares in percentage points, with its sign: 0.012 as +1.2."""
    value = round(share * 100, 1)
    sign = "−" if value < 0 else "+"
    return f"{sign}{number_format(abs(value), 1)}"
