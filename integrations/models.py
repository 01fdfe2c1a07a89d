"""Keys of shops and machines, and the answers that are repeated when they repeat themselves."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.shops.models import InboundMessage, Shop
from integrations.signin.models import SignInNonce, SignInService
from integrations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from outbox.ids import new_id

__all__ = [
    "ApiKey",
    "IdempotencyRecord",
    "InboundMessage",
    "Shop",
    "SignInNonce",
    "SignInService",
    "ToldEvent",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]


class ApiKey(models.Model):
    """One machine's way in. The secret is shown once when it is made; here is only its hash."""

    name = models.CharField(_("name"), max_length=80)
    public = models.CharField(_("public part"), max_length=16, unique=True)
    # SHA-256 is enough for 160 random bits; a slow hash would only slow every request.
    secret_hash = models.CharField(_("hash of the secret"), max_length=64)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    sources = ArrayField(
        models.CharField(max_length=60), verbose_name=_("sources it speaks for"), default=list, blank=True
    )  # empty: every one
    allowed_addresses = ArrayField(models.CharField(max_length=50), verbose_name=_("allowed addresses"), default=list)
    sandbox = models.BooleanField(_("sandbox"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    # The form that asked for it: a reloaded page must not make a second key.
    asked_as = models.CharField(_("request"), max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(("secret_hash__regex", r"^[0-9a-f]{64}$")), name="integrations_key_is_hashed"
            ),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="integrations_key_has_scope"),
        ]

    def __str__(self) -> str:
        return self.name


class IdempotencyRecord(models.Model):
    """What was answered to a request, written in the transaction of its effect; kept for 30 days.

    A row without status is only ever seen by the transaction that is making the effect.
    """

    owner = models.CharField(_("owner"), max_length=40)  # "key:<id of the API key>"
    key = models.CharField(_("idempotency key"), max_length=255)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)  # SHA-256 of method, path, body
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    body = models.TextField(_("body"), blank=True)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="integrations_idempotency_once")]
        indexes = [
            # Forgetting what is older than 30 days.
            models.Index(fields=["created_at"], name="integrations_idempotency_age"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"


class ToldEvent(models.Model):
    """What a business's own system told us of a member, once for ever: (source, external_id) is its name."""

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("external id"), max_length=120)
    name = models.CharField(_("name"), max_length=60)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64)  # SHA-256 of what was told
    occurred_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"))
    points = models.BigIntegerField(_("points"), default=0)
    credit = models.BigIntegerField(_("tier credit"), default=0)
    refusals = models.JSONField(_("rules that paid nothing"), default=list)

    class Meta:
        verbose_name = _("told event")
        verbose_name_plural = _("told events")
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="integrations_event_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"
