from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns import panels
        from campaigns.actions import KIND
        from campaigns.mail import compose
        from members import slots
        from messaging.rules import MARKETING
        from messaging.slots import composers

        composers.register(KIND, compose, purpose=MARKETING)
        slots.console_cards.register(panels.console_card)
