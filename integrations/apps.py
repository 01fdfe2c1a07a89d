from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        from integrations.webhooks import trouble
        from messaging.rules import SERVICE
        from messaging.slots import composers

        composers.register(trouble.KIND, trouble.compose, purpose=SERVICE)
