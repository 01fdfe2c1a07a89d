"""Quests, levels and the gift ladder: beginning, counting, paying."""

from loyalty.actions.quests.beginning import (
    begin_first_steps,
    dismiss_checklist,
    look_at_profile,
    read_guide,
    welcome,
    welcome_back,
)
from loyalty.actions.quests.counting import withdraw
from loyalty.actions.quests.hearing import Told, hear
from loyalty.actions.quests.ladder import LadderRefused, TakenGift, reach_rung, take_gift
from loyalty.actions.quests.levels import review_levels
from loyalty.actions.quests.publishing import BadQuest, publish_quest

__all__ = [
    "BadQuest",
    "LadderRefused",
    "TakenGift",
    "Told",
    "begin_first_steps",
    "dismiss_checklist",
    "hear",
    "look_at_profile",
    "publish_quest",
    "reach_rung",
    "read_guide",
    "review_levels",
    "take_gift",
    "welcome",
    "welcome_back",
    "withdraw",
]
