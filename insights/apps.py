from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = _("Insights")

    def ready(self) -> None:
        from insights import panels
        from members import slots

        slots.profile_summary.register(panels.stage_panel)
        slots.settings_items.register(panels.privacy_item)
        slots.console_cards.register(panels.console_card)
