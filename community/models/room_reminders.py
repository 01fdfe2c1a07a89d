"""What somebody asked to be reminded of in a room, by `/remind`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RoomReminder(models.Model):
    """One reminder: told once, when it is due, by a task that looks for such rows. Its words are the member's own."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    room = models.ForeignKey("community.Room", models.CASCADE, related_name="+", verbose_name=_("room"))
    # Made by the sender, as a message's: the same command sent again is the same reminder.
    client_id = models.CharField(_("key of the sender"), max_length=64, editable=False)
    words = models.CharField(_("of what"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("due at"))
    told_at = models.DateTimeField(_("told at"), null=True)
    created_at = models.DateTimeField(_("asked at"))

    class Meta:
        verbose_name = _("reminder in a room")
        verbose_name_plural = _("reminders in rooms")
        constraints = [
            models.UniqueConstraint(fields=["member", "room", "client_id"], name="community_room_reminder_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(told_at=None), name="community_room_reminder_due"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.due_at:%Y-%m-%d %H:%M}"
