"""What the owner says of the whole site, among Wagtail's settings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="home")
class SiteSettings(BaseSiteSetting):  # type: ignore[misc]
    """Words and addresses that pages show."""

    tagline = models.CharField(_("tagline"), max_length=120, blank=True)
    contact_address = models.EmailField(_("contact address"), blank=True, help_text=_("Shown on pages by themselves."))
    demo_notice = models.CharField(
        _("notice on the front page"), max_length=200, blank=True, help_text=_("Such as: this is a demonstration.")
    )

    panels = [FieldPanel("tagline"), FieldPanel("contact_address"), FieldPanel("demo_notice")]

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
