"""What a member wants to be told of, where and when; and the devices that may be rung."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class NoticeSettings(models.Model):
    """A member's own choices; who has no row, and whatever a row does not say, has the site's defaults.

    `choices` holds only what differs: {group: {channel: how}} (`messaging.choices`).
    """

    wagtail_reference_index_ignore = True

    class Digest(models.TextChoices):
        NEVER = "never", _("Never")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member")
    )
    choices = models.JSONField(_("choices"), default=dict)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)  # both or none: none is the site's
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=10, choices=Digest.choices, default=Digest.WEEKLY)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the digest"), default=9)
    digest_day = models.PositiveSmallIntegerField(_("day of the weekly digest"), default=1)  # ISO: 1 is Monday
    digest_always = models.BooleanField(_("also when I was here that day"), default=False)
    push_words = models.BooleanField(_("show the words on the screen"), default=False)

    class Meta:
        verbose_name = _("choices of notices")
        verbose_name_plural = _("choices of notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="messaging_quiet_both_ends",
            ),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="messaging_digest_hour"),
            models.CheckConstraint(condition=Q(digest_day__range=(1, 7)), name="messaging_digest_day"),
        ]

    def __str__(self) -> str:
        return f"{self.digest} {self.digest_hour}"


class PushSubscription(models.Model):
    """One browser that a member allowed to be rung: an address at its maker's push service, and the keys to write to it."""

    wagtail_reference_index_ignore = True

    public_id = models.CharField(max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("member")
    )
    endpoint = models.TextField(_("address at the push service"))
    endpoint_hash = models.CharField(_("hash of the address"), max_length=64, unique=True)  # a browser is one row
    p256dh = models.CharField(_("public key of the browser"), max_length=100)
    auth = models.CharField(_("secret shared with the browser"), max_length=40)
    label = models.CharField(_("device"), max_length=60)
    created_at = models.DateTimeField(_("since"))
    last_success_at = models.DateTimeField(_("last rung"), null=True)
    failures = models.PositiveSmallIntegerField(
        _("failures in a row"), default=0, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("device that is rung")
        verbose_name_plural = _("devices that are rung")
        indexes = [models.Index(fields=["member", "id"], name="messaging_push_member")]

    def __str__(self) -> str:
        return f"{self.label} {self.public_id}"
