"""Keys of shops and machines, and the answers that are repeated when they repeat themselves."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.shops.models import InboundMessage, Shop
from integrations.signin.models import SignInNonce, SignInService
from integrations.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiKey",
    "IdempotencyRecord",
    "InboundMessage",
    "Shop",
    "SignInNonce",
    "SignInService",
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
