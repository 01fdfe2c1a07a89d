"""Texts that are not sent yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """What a member is writing in one place, so that another device or another day can go on with it.

    `key` is `new:<board's address>`, `reply:<topic>`, `edit:<topic>/<number>` or `room:<room>`; `meta` the other fields
    of the form. `revision` grows with each save, so that two windows notice each other.
    """

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    key = models.CharField(_("place"), max_length=140)
    raw = models.TextField(_("text"), blank=True)
    meta = models.JSONField(_("other fields"), default=dict)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="community_draft_once")]
        indexes = [
            # What is too old.
            models.Index(fields=["saved_at"], name="community_draft_saved"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.key}"
