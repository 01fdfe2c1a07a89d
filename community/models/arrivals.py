"""What came from another forum: which of our rows is which of theirs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Arrived(models.Model):
    """A board, topic or post that was brought here. It makes an import harmless to repeat, and old addresses lead on."""

    wagtail_reference_index_ignore = True

    source = models.CharField(_("source"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10)
    external_id = models.CharField(_("id over there"), max_length=120)
    object_id = models.BigIntegerField(_("id here"))

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "external_id"], name="community_arrived_once"),
        ]
        indexes = [
            # An old address names the id alone.
            models.Index(fields=["kind", "external_id"], name="community_arrived_address"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.external_id}"
