from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = _("Events")

    def ready(self) -> None:
        # All models are loaded by now; each app's subscribers register themselves by being imported.
        autodiscover_modules("events")
        autodiscover_modules("subscribers")
