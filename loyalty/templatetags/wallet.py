"""What the pages of a member's points have in common."""

from typing import Any

from django import template
from django.utils.formats import number_format

from loyalty.panels import TABS
from members.access import is_member
from members.addresses import address

register = template.Library()


@register.filter
def signed(amount: int) -> str:
    """A movement with its sign: "+1,200", "−40" with the minus of the printed page."""
    return ("+" if amount > 0 else "−" if amount < 0 else "") + number_format(abs(amount), force_grouping=True)


@register.inclusion_tag("loyalty/parts/tabs.html", takes_context=True)
def wallet_tabs(context: dict[str, Any], current: str) -> dict[str, Any]:
    """The pages of one's points, with this one marked; guests are shown those that are open to them, if there are several."""
    own = is_member(context["request"].user)
    tabs = [(tab.name, tab.label, address(tab.page)) for tab in TABS if own or tab.for_guests]
    return {"tabs": tabs if len(tabs) > 1 else [], "current": current}
