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


class Points(SnippetViewSetGroup):  # type: ignore[misc]
    """How points are earned, and where they went."""

    menu_label = gettext_lazy("Points")
    menu_icon = "pick"
    menu_order = 316
    submenu_hook = "register_points_menu_item"
    items = (RuleViewSet, CurrencyViewSet, OrderViewSet, TxnViewSet)


class Rewards(SnippetViewSetGroup):  # type: ignore[misc]
    """What members get for points and for staying: rewards, tiers, quests, seasons."""

    menu_label = gettext_lazy("Rewards")
    menu_name = "rewards-and-tiers"
    menu_icon = "order"
    menu_order = 317
    submenu_hook = "register_rewards_menu_item"
    items = (RewardViewSet, PoolViewSet, RedemptionViewSet, TierViewSet)


register_snippet(Points)
register_snippet(Rewards)

__all__ = ["Points", "Rewards", "claims", "desk", "quests", "seasons", "what_if"]
