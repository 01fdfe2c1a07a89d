"""Pictures that members brought for their texts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Upload(models.Model):
    """A picture as we made it anew; the file that was sent is not kept. Its file names cannot be guessed.

    One that no text names a day after it was last offered is removed, file and row.
    """

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member"))
    # Of the bytes that were sent: the same file from the same member is the same picture.
    digest = models.CharField(_("SHA-256"), max_length=64, editable=False)
    name = models.CharField(_("file"), max_length=100, unique=True, editable=False)
    small_name = models.CharField(_("small file"), max_length=100, blank=True, editable=False)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    bytes = models.PositiveIntegerField(_("size in bytes"))
    created_at = models.DateTimeField(_("brought at"))
    offered_at = models.DateTimeField(_("last brought at"))
    used_at = models.DateTimeField(_("first used at"), null=True)

    class Meta:
        verbose_name = _("picture in a text")
        verbose_name_plural = _("pictures in texts")
        constraints = [
            models.UniqueConstraint(fields=["member", "digest"], name="community_upload_once"),
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1, bytes__gte=1), name="community_upload_size"
            ),
            models.CheckConstraint(condition=Q(offered_at__gte=F("created_at")), name="community_upload_offered"),
        ]
        indexes = [
            # What no text names.
            models.Index(fields=["offered_at"], condition=Q(used_at__isnull=True), name="community_upload_unused"),
        ]

    def __str__(self) -> str:
        return self.name
