"""Loyalty in the managers' console, by topic: configuration has forms; orders, transactions and claims are looked at.

A form of the console writes by itself, past our actions. So only configuration has forms, and a rule's form publishes the next
version through its action instead of changing the row.
"""

from django.utils.translation import gettext_lazy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from loyalty.wagtail_hooks import claims, desk, quests, seasons, what_if
from loyalty.wagtail_hooks.earning import RuleViewSet
from loyalty.wagtail_hooks.ledger import CurrencyViewSet
from loyalty.wagtail_hooks.looking import OrderViewSet, RedemptionViewSet, TxnViewSet
from loyalty.wagtail_hooks.pools import PoolViewSet
from loyalty.wagtail_hooks.rewards import RewardViewSet
from loyalty.wagtail_hooks.tiers import TierViewSet


class Loyalty(SnippetViewSetGroup):  # type: ignore[misc]
    menu_label = gettext_lazy("Loyalty")
    menu_icon = "pick"
    menu_order = 320
    items = (
        RewardViewSet,
        PoolViewSet,
        TierViewSet,
        RuleViewSet,
        CurrencyViewSet,
        OrderViewSet,
        TxnViewSet,
        RedemptionViewSet,
    )


register_snippet(Loyalty)

__all__ = ["Loyalty", "claims", "desk", "quests", "seasons", "what_if"]
