"""The outbox: what happened, and for each durable subscriber whether its effect has been made."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StoredEvent(models.Model):
    """One fact, written in the transaction that made it true. Append-only."""

    uid = models.UUIDField(_("identifier"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    payload = models.JSONField(_("payload"))
    occurred_at = models.DateTimeField(_("occurred at"))
    stored_at = models.DateTimeField(_("stored at"), auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # The newest events of one name: the status page, and later the webhooks.
            models.Index(fields=["name", "-id"], name="outbox_event_name_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.uid}"


class EventDelivery(models.Model):
    """One event for one subscriber. Work is found by state, never by a cursor: ids are given before the commit."""

    event = models.ForeignKey(StoredEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(_("subscriber"), max_length=160)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    parked_at = models.DateTimeField(_("parked at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="outbox_one_delivery_per_subscriber"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(parked_at__isnull=True), name="outbox_done_or_parked"
            ),
        ]
        indexes = [
            # The dispatcher's claim: what is due, oldest first.
            models.Index(
                fields=["due_at", "id"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="outbox_due",
            ),
            # The status page's list of what needs a person.
            models.Index(fields=["parked_at"], condition=Q(parked_at__isnull=False), name="outbox_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}"


class Listening(models.Model):
    """A listener wants the events of this name, from the commit of this row on. Few rows, in every process's reach."""

    handler = models.CharField(_("listener"), max_length=160)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("chosen event")
        verbose_name_plural = _("chosen events")
        constraints = [models.UniqueConstraint(fields=["name", "handler"], name="outbox_listening_once")]

    def __str__(self) -> str:
        return f"{self.name} → {self.handler}"


class Heartbeat(models.Model):
    """When a process that must be alive was last seen; one row a name (beat, worker)."""

    name = models.CharField(_("process"), max_length=40, primary_key=True)
    seen_at = models.DateTimeField(_("last seen"))

    def __str__(self) -> str:
        return self.name
