from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoyaltyConfig(AppConfig):
    name = "loyalty"
    verbose_name = _("Loyalty")

    def ready(self) -> None:
        from community.slots import drop_sources, early_access, name_badges, rank_names, seat_priority
        from loyalty import console_cards, drops, panels, quest_panels, rewards_panel, sending_panel
        from loyalty.notices import ledger as ledger_notices
        from loyalty.notices import points as point_notices
        from loyalty.notices import quests as quest_notices
        from loyalty.notices import rewards as reward_notices
        from loyalty.notices import seasons as season_notices
        from loyalty.notices import tiers as tier_notices
        from members import slots
        from messaging.streams import greetings

        slots.standings.register(panels.own_balance_with_identity)
        slots.header_items.register(panels.points_pill)
        slots.navigation.register(panels.rewards_link)
        slots.navigation.register(panels.points_link)
        slots.settings_items.register(panels.seasons_item)
        slots.profile_panels.register(panels.profile)
        slots.console_cards.register(console_cards.handing_out)
        slots.console_cards.register(console_cards.corrections)
        slots.console_cards.register(console_cards.drafts)
        greetings.register(panels.greeting)
        name_badges.register(panels.badges)
        seat_priority.register(drops.ranks)
        early_access.register(drops.early_access)
        rank_names.register(drops.rank_names)
        drop_sources.register(drops.REWARDS)
        tier_notices.register()
        season_notices.register()
        point_notices.register()
        reward_notices.register()
        panels.wallet_sections.register(20, "loyalty/rewards/section.html", rewards_panel.overview, place="next")
        quest_notices.register()
        ledger_notices.register()
        panels.wallet_sections.register(60, "loyalty/sending/section.html", sending_panel.overview, place="side")
        panels.wallet_sections.register(40, "loyalty/quests/section.html", quest_panels.overview, place="side")
