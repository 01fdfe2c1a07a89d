"""What a member is told inside the site."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.models.mail import Delivery
from outbox.ids import new_id


class Notice(models.Model):
    """One thing told to one member. It holds ids and no words: whoever made the kind writes it when it is shown, so
    that it is in the reader's language, true at that moment, and silent about what they may no longer read.

    `cause` makes it exactly one; unseen notices of one `merge_key` are one row with `count` people in `by_ids`.

    `mail_at` and `push_at`: when it may leave the site if it is still unread; empty once it is in a message (`mail`,
    `push`) or when it shall not. Set and emptied in one statement, so that no message tells it twice.
    """

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    public_id = models.CharField(max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=40)
    cause = models.CharField(_("cause"), max_length=160)
    merge_key = models.CharField(_("told together with"), max_length=160, blank=True)
    data = models.JSONField(_("ids"), default=dict)
    by_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("by whom, the first fifty"))
    count = models.PositiveIntegerField(_("how many times"), default=1)
    created_at = models.DateTimeField(_("told at"))
    updated_at = models.DateTimeField(_("last added to at"))
    seen_at = models.DateTimeField(_("seen at"), null=True)
    read_at = models.DateTimeField(_("opened at"), null=True)
    in_site = models.BooleanField(_("shown in the site"), default=True, db_default=True)
    urgent = models.BooleanField(_("urgent"), default=False, db_default=False)
    mail_at = models.DateTimeField(_("by e-mail from"), null=True)
    push_at = models.DateTimeField(_("by push from"), null=True)
    mail = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name=_("the mail that told it")
    )
    push = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name=_("the push that told it")
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["member", "cause"], name="messaging_notice_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="messaging_notice_counts"),
        ]
        indexes = [
            # A member's notices, newest first.
            models.Index(fields=["member", "-updated_at", "-id"], name="messaging_notice_newest"),
            # The number on the bell, and what a new notice may be told together with.
            models.Index(
                fields=["member", "merge_key"], condition=Q(seen_at__isnull=True), name="messaging_notice_unseen"
            ),
            # What waits to leave the site, by its time and by its member.
            models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="messaging_notice_mail_due"),
            models.Index(fields=["push_at"], condition=Q(push_at__isnull=False), name="messaging_notice_push_due"),
            models.Index(
                fields=["member"],
                condition=Q(mail_at__isnull=False) | Q(push_at__isnull=False),
                name="messaging_notice_waits",
            ),
            # What a message tells.
            models.Index(fields=["mail"], condition=Q(mail__isnull=False), name="messaging_notice_mail"),
            models.Index(fields=["push"], condition=Q(push__isnull=False), name="messaging_notice_push"),
            # Old ones are cleaned away.
            models.Index(fields=["updated_at"], name="messaging_notice_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
