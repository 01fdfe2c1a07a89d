"""Orders as shops tell them: always the whole order, with everything that was given back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Order(models.Model):
    """One purchase. Amounts are minor units of its own currency; points follow its state, never the messages about it."""

    class State(models.TextChoices):
        PLACED = "placed", _("Placed")
        PAID = "paid", _("Paid")
        PARTLY_REFUNDED = "partly_refunded", _("Partly refunded")
        REFUNDED = "refunded", _("Refunded")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("number in the shop"), max_length=120)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("member"),
    )
    email_hash = models.CharField(_("hashed e-mail address"), max_length=64, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    placed_at = models.DateTimeField(_("placed at"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    net = models.BigIntegerField(_("net"))
    refunded = models.BigIntegerField(_("refunded"), default=0)
    tax = models.BigIntegerField(_("tax"), default=0)
    shipping = models.BigIntegerField(_("shipping"), default=0)
    discount = models.BigIntegerField(_("discount"), default=0)
    paid_with_points = models.BigIntegerField(_("paid with points"), default=0)
    revision = models.CharField(_("revision"), max_length=120)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    told_refunds = models.PositiveIntegerField(_("refunds in the revision"), default=0)
    occurred_at = models.DateTimeField(_("time of the revision"))
    is_first = models.BooleanField(_("the member's first paid order"), default=False)
    # The versions of the rules that judged the purchase: a refund is judged by them, not by today's.
    rules = ArrayField(models.BigIntegerField(), verbose_name=_("rule versions"), default=list, blank=True)
    # What was known when it first earned: the member's tier and groups, the rate, what caps allowed each rule.
    context = models.JSONField(
        _("judged by"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )
    coupons_used = models.PositiveSmallIntegerField(_("coupons of ours"), default=0, db_default=0)
    waits = models.BooleanField(_("waits for a rate"), default=False, db_default=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="loyalty_order_once"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(is_first=True), name="loyalty_order_first_once_per_member"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=False) | ~Q(email_hash=""), name="loyalty_order_has_somebody"
            ),
            models.CheckConstraint(
                condition=Q(net__gte=0)
                & Q(refunded__gte=0)
                & Q(tax__gte=0)
                & Q(shipping__gte=0)
                & Q(discount__gte=0)
                & Q(paid_with_points__gte=0),
                name="loyalty_order_amounts",
            ),
        ]
        indexes = [
            # A member's purchases, newest first; the stages read them too.
            models.Index(fields=["member", "-placed_at"], name="loyalty_order_member"),
            # Orders that wait for somebody who confirms the address.
            models.Index(fields=["email_hash"], condition=Q(member__isnull=True), name="loyalty_order_waiting"),
            # Orders that earn when their currency has a rate.
            models.Index(fields=["currency", "id"], condition=Q(waits=True), name="loyalty_order_no_rate"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class OrderLine(models.Model):
    """One line of an order. A line that a newer revision no longer names stays with nothing left, for the ledger points at it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("order"))
    external_id = models.CharField(_("line"), max_length=120)
    position = models.PositiveIntegerField(_("position"), default=0)
    sku = models.CharField(_("article number"), max_length=120, blank=True)
    product = models.CharField(_("product"), max_length=255, blank=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    quantity = models.PositiveBigIntegerField(_("quantity"))
    net = models.BigIntegerField(_("net"))
    tax = models.BigIntegerField(_("tax"), default=0)
    earns = models.BooleanField(_("earns"), default=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="loyalty_line_once"),
            models.CheckConstraint(condition=Q(net__gte=0) & Q(tax__gte=0), name="loyalty_line_amounts"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.external_id}"


class Refund(models.Model):
    """Money given back for an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds", verbose_name=_("order"))
    external_id = models.CharField(_("number in the shop"), max_length=120)
    occurred_at = models.DateTimeField(_("given back at"))
    amount = models.BigIntegerField(_("amount"))
    spread = models.BooleanField(_("spread over the lines by value"), default=False)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="loyalty_refund_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="loyalty_refund_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.external_id}"


class RefundLine(models.Model):
    """The part of a refund that belongs to one line."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines", verbose_name=_("refund"))
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+", verbose_name=_("line"))
    quantity = models.PositiveBigIntegerField(_("quantity"))
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("refunded line")
        verbose_name_plural = _("refunded lines")
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="loyalty_refund_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="loyalty_refund_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id}/{self.line_id}"


class RefundNotice(models.Model):
    """A refund told by itself, perhaps before its order: kept, and part of the order until a newer whole order denies it."""

    source = models.CharField(_("source"), max_length=60)
    order_external_id = models.CharField(_("number of the order"), max_length=120)
    external_id = models.CharField(_("number in the shop"), max_length=120)
    occurred_at = models.DateTimeField(_("given back at"))
    amount = models.BigIntegerField(_("amount"))
    lines = models.JSONField(_("lines"), default=list)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("refund notice")
        verbose_name_plural = _("refund notices")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "order_external_id", "external_id"], name="loyalty_refund_notice_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="loyalty_refund_notice_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.order_external_id}/{self.external_id}"


class OrderRevision(models.Model):
    """A message that did not win: older than what we had, or another body under the same revision. Evidence only."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+", verbose_name=_("order"))
    revision = models.CharField(_("revision"), max_length=120)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    body = models.JSONField(_("body"))
    reason = models.CharField(_("reason"), max_length=40)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("order revision")
        verbose_name_plural = _("order revisions")
        constraints = [
            models.UniqueConstraint(fields=["order", "revision", "fingerprint"], name="loyalty_order_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.revision}"
