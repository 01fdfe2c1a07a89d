"""Shops that are connected, and every message they sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Shop(models.Model):
    """One connection. Secrets and tokens are sealed (integrations.sealing); `source` names the shop in loyalty for ever."""

    class Kind(models.TextChoices):
        SHOPIFY = "shopify", "Shopify"
        WOOCOMMERCE = "woocommerce", "WooCommerce"
        SALEOR = "saleor", "Saleor"
        MEDUSA = "medusa", "Medusa"
        FEED = "feed", _("Signed feed")

    class State(models.TextChoices):
        CONNECTED = "connected", _("connected")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    base_url = models.CharField(_("address of the shop"), max_length=300, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.CONNECTED)
    secret = models.BinaryField(_("secret"), default=bytes)
    old_secret = models.BinaryField(_("old secret"), default=bytes)
    old_secret_until = models.DateTimeField(_("old secret is valid until"), null=True, blank=True)
    token = models.BinaryField(_("token"), default=bytes)
    keys = models.JSONField(_("the shop's public keys"), default=dict)
    keys_asked_at = models.DateTimeField(_("keys asked for at"), null=True, blank=True)
    refused = models.PositiveBigIntegerField(_("refused messages"), default=0)
    refused_at = models.DateTimeField(_("last refused at"), null=True, blank=True)
    # Where the comparison with the shop stands: asked from `since`, page by page (reconcile.py).
    asked_until = models.DateTimeField(_("compared until"), null=True, blank=True)
    ask = models.JSONField(_("where the comparison stands"), default=dict)
    ask_due_at = models.DateTimeField(_("next comparison"), null=True, blank=True)
    # Topics of the webhooks that were seen in the shop, or that a manager had us make: they are made again (hooks.py).
    hooks = models.JSONField(_("webhooks in the shop"), default=list, blank=True)
    ask_problem = models.CharField(_("last problem of the comparison"), max_length=120, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        constraints = [
            models.CheckConstraint(
                condition=Q(("source__regex", r"^[a-z0-9][a-z0-9._-]{0,59}$")), name="integrations_shop_source"
            ),
            models.CheckConstraint(condition=Q(("currency__regex", r"^[A-Z]{3}$")), name="integrations_shop_currency"),
        ]

    def __str__(self) -> str:
        return self.name


class InboundMessage(models.Model):
    """What a shop said, as it said it. `raw` is emptied after 30 days; its hash and what came of it stay."""

    class Origin(models.TextChoices):
        SENT = "sent", _("sent by the shop")
        ASKED = "asked", _("found by asking")

    class Verdict(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RECORDED = "recorded", _("recorded")
        UNCHANGED = "unchanged", _("nothing new")
        OLDER = "older", _("older than what we have")
        NO_EFFECT = "no_effect", _("not about an order")
        OPEN = "open", _("needs an answer by you")
        FAILED = "failed", _("failed")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="messages", verbose_name=_("shop"))
    # SHA-256 of what makes a message of this kind of shop the same one again (adapters' `key`).
    key = models.CharField(_("key"), max_length=64)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices)
    topic = models.CharField(_("topic"), max_length=60)
    delivery_id = models.CharField(_("number of the delivery"), max_length=120, blank=True)
    external_id = models.CharField(_("number of the order"), max_length=120, blank=True)
    customer_hash = models.CharField(_("hashed customer"), max_length=64, blank=True)
    revision = models.CharField(_("revision"), max_length=120, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    raw = models.BinaryField(_("body"), default=bytes)
    raw_hash = models.CharField(_("hash of the body"), max_length=64)
    raw_removed_at = models.DateTimeField(_("body removed at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices, default=Verdict.WAITING)
    problem = models.CharField(_("problem"), max_length=40, blank=True)
    detail = models.CharField(_("in words"), max_length=500, blank=True)
    # Another body came under the same revision: the shop was asked, or the rule decided (specs: integrations 13).
    contradicts = models.BooleanField(_("contradicts another message"), default=False)
    # Asking found what the shop had not told by itself.
    missed = models.BooleanField(_("not told by the shop"), default=False)
    points = models.BigIntegerField(_("points"), default=0)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message of a shop")
        verbose_name_plural = _("messages of shops")
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="integrations_message_once")]
        indexes = [
            # The workers' queue.
            models.Index(fields=["due_at"], condition=Q(verdict="waiting"), name="integrations_message_due"),
            # The page of a shop, newest first, all or of one verdict.
            models.Index(fields=["shop", "-received_at"], name="integrations_message_shop"),
            models.Index(fields=["shop", "verdict", "-received_at"], name="integrations_message_verdict"),
            # Other bodies of the same revision, and what must go when a shop asks to forget an order.
            models.Index(fields=["shop", "external_id", "revision"], name="integrations_message_order"),
            models.Index(fields=["shop", "customer_hash"], name="integrations_message_about"),
            # Bodies whose days are over.
            models.Index(
                fields=["received_at"], condition=Q(raw_removed_at__isnull=True), name="integrations_message_raw"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.topic} {self.external_id}"
