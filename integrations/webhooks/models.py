"""Endpoints of the shop's machines, what they are told, and every attempt to tell it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


def new_message_id() -> str:
    return "msg_" + new_id(24)


class WebhookEndpoint(models.Model):
    """One address of one machine. Its secrets lie sealed; they sign, so a hash would not do."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused: events are kept for it")
        OFF = "off", _("switched off")

    class Why(models.TextChoices):
        PERSON = "person", _("by a manager")
        GONE = "gone", _("it answered 410 Gone")
        FAILING = "failing", _("nothing reached it for five days")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    secret = models.BinaryField(_("sealed secret"))
    old_secret = models.BinaryField(_("sealed secret before it"), default=bytes, blank=True)
    old_secret_until = models.DateTimeField(_("the one before signs until"), null=True, blank=True)
    events = ArrayField(models.CharField(max_length=80), verbose_name=_("events"))
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("scopes"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    why_off = models.CharField(_("why it is off"), max_length=10, choices=Why.choices, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    slow_until = models.DateTimeField(_("left alone until"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    # A replay is worked off by the worker, page by page: where it stands, and what it is to cover.
    replay_since = models.DateTimeField(_("replay from"), null=True, blank=True)
    replay_until = models.DateTimeField(_("replay to"), null=True, blank=True)
    replay_after = models.BigIntegerField(_("replayed up to event"), default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    # The form that asked for it: a reloaded page must not make a second endpoint.
    asked_as = models.CharField(_("request"), max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        constraints = [
            models.CheckConstraint(condition=Q(events__len__gt=0), name="integrations_endpoint_has_event"),
            models.CheckConstraint(
                condition=(Q(state="off") & ~Q(why_off="")) | (~Q(state="off") & Q(why_off="")),
                name="integrations_endpoint_off_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(replay_since__isnull=True, replay_until__isnull=True)
                | Q(replay_since__isnull=False, replay_until__isnull=False),
                name="integrations_endpoint_replay_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event for one endpoint: the body is made once, so that each attempt says the same under the same id."""

    class State(models.TextChoices):
        DUE = "due", _("waiting")
        DONE = "done", _("delivered")
        PARKED = "parked", _("given up")

    public_id = models.CharField(_("id"), max_length=32, unique=True, default=new_message_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("endpoint"))
    # The number of the outbox's row; no foreign key, because events are forgotten before their deliveries are.
    event_id = models.BigIntegerField(_("event"), null=True, blank=True)
    type = models.CharField(_("type"), max_length=80)
    body = models.TextField(_("body"))
    occurred_at = models.DateTimeField(_("happened at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    claimed_until = models.DateTimeField(_("in a worker's hands until"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="integrations_webhook_once"),
            models.CheckConstraint(
                condition=Q(state="due", settled_at__isnull=True) | (~Q(state="due") & Q(settled_at__isnull=False)),
                name="integrations_webhook_settled",
            ),
        ]
        indexes = [
            # What the worker claims, endpoint by endpoint.
            models.Index(
                fields=["endpoint", "due_at", "id"], condition=Q(state="due"), name="integrations_webhook_due"
            ),
            # The console's list, newest first; and what is thirty days old.
            models.Index(fields=["endpoint", "-id"], name="integrations_webhook_newest"),
            models.Index(fields=["settled_at"], condition=~Q(state="due"), name="integrations_webhook_age"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.type}"


class WebhookAttempt(models.Model):
    """One attempt: what the other side answered, or why nothing came."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="tries", verbose_name=_("delivery"))
    at = models.DateTimeField(_("at"))
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=40, blank=True)
    answer = models.TextField(_("beginning of the answer"), blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        indexes = [models.Index(fields=["at"], name="integrations_attempt_age")]

    def __str__(self) -> str:
        return f"{self.status or self.error}"
