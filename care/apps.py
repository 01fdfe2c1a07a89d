from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "care"
    verbose_name = _("Care")

    def ready(self) -> None:
        from care import panels
        from members import slots

        slots.footer_items.register(panels.tell_us)
        slots.console_cards.register(panels.console_card)
