"""Codes that a shop takes, and the lists they come from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class CouponPool(models.Model):
    """A list of codes that the shop made. What they are worth is said once, here.

    `added` codes were put in; `warned_at` is when staff heard that less than a tenth is left.
    """

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    percent = models.PositiveSmallIntegerField(_("percent off"), default=0)
    amount = models.PositiveBigIntegerField(_("amount off, in minor units"), default=0)
    currency = models.CharField(_("currency of the amount"), max_length=3, blank=True)
    minimum_net = models.PositiveBigIntegerField(_("least net of the order"), default=0)
    valid_days = models.PositiveIntegerField(
        _("days a code is valid"),
        default=90,
        help_text=_("From the day a member gets it, and never past the last day."),
    )
    last_day = models.DateTimeField(_("no code is valid after"), null=True, blank=True)
    added = models.PositiveIntegerField(_("codes put in"), default=0, editable=False)
    warned_at = models.DateTimeField(_("staff were told at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("list of codes")
        verbose_name_plural = _("lists of codes")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="loyalty_pool_percent")]

    def __str__(self) -> str:
        return self.name


class Coupon(models.Model):
    """A code that a shop takes. `cause` is unique, so asking twice gives the same coupon.

    One of a pool is free until a member gets it; then it carries the pool's words and dates.
    """

    class State(models.TextChoices):
        FREE = "free", _("In the list")
        ASSIGNED = "assigned", _("Ready to use")
        USED = "used", _("Used")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    pool = models.ForeignKey(
        CouponPool, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("list of codes")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("member"),
    )
    cause = models.CharField(_("cause"), max_length=120, unique=True, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASSIGNED)
    percent = models.PositiveSmallIntegerField(_("percent off"), default=0)
    amount = models.PositiveBigIntegerField(_("amount off"), default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    minimum_net = models.PositiveBigIntegerField(_("least net of the order"), default=0)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    order = models.ForeignKey(
        "loyalty.Order", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order")
    )

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="loyalty_coupon_percent"),
            models.CheckConstraint(
                condition=(Q(state="used") & Q(used_at__isnull=False)) | (~Q(state="used") & Q(used_at__isnull=True)),
                name="loyalty_coupon_used",
            ),
            models.CheckConstraint(
                condition=(Q(state="free") & Q(member__isnull=True, cause__isnull=True, pool__isnull=False))
                | (Q(state="assigned") & Q(member__isnull=False, cause__isnull=False, issued_at__isnull=False))
                | Q(state__in=["used", "expired", "revoked"]),
                name="loyalty_coupon_held",
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "id"], condition=Q(state="free"), name="loyalty_coupon_free"),
            models.Index(fields=["member", "-id"], name="loyalty_coupon_of_member"),
            models.Index(fields=["expires_at"], condition=Q(state="assigned"), name="loyalty_coupon_running_out"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"
