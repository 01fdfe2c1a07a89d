from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from cms import panels
        from members import slots

        for item in panels.FOOTER:
            slots.footer_items.register(item)
