from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        from integrations import console_cards
        from integrations.signin import panels
        from integrations.webhooks import trouble
        from members import slots
        from messaging.rules import SERVICE
        from messaging.slots import composers

        slots.sign_in_ways.register(panels.ways)
        slots.settings_items.register(panels.connections)
        slots.console_cards.register(console_cards.shops)
        composers.register(trouble.KIND, trouble.compose, purpose=SERVICE)
