"""What points are good for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Reward(models.Model):
    """Something a member can claim. `claimed` counts what is out; the database lets it never pass `stock`."""

    class Kind(models.TextChoices):
        GENERATED_CODE = "generated_code", _("Coupon code")
        PERK = "perk", _("Perk")
        PHYSICAL = "physical", _("Something we send")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    cost = models.PositiveIntegerField(_("cost in points"))
    unit_cost = models.PositiveBigIntegerField(
        _("what one costs us, in minor units"), default=0, help_text=_("For the economics; members never see it.")
    )
    stock = models.PositiveIntegerField(_("stock put in"), null=True, blank=True, help_text=_("Empty: unlimited."))
    claimed = models.PositiveIntegerField(_("claimed"), default=0, db_default=0, editable=False)
    per_member = models.PositiveIntegerField(
        _("most for one member"), null=True, blank=True, help_text=_("Empty: unlimited.")
    )
    min_tier = models.ForeignKey(
        "loyalty.Tier",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from this tier on"),
    )
    percent = models.PositiveSmallIntegerField(
        _("percent off"), default=0, help_text=_("For coupon codes: percent off, or an amount.")
    )
    amount = models.PositiveBigIntegerField(_("amount off, in minor units"), default=0)
    currency = models.CharField(_("currency of the amount"), max_length=3, blank=True)
    valid_days = models.PositiveIntegerField(_("days the coupon is valid"), default=90)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        ordering = ["position", "cost", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(claimed__lte=F("stock")), name="loyalty_reward_stock"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="loyalty_reward_percent"),
            models.CheckConstraint(condition=Q(cost__gt=0), name="loyalty_reward_cost"),
        ]

    def __str__(self) -> str:
        return self.name


class Coupon(models.Model):
    """A code that a shop takes. `cause` is unique, so asking twice gives the same coupon."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("Ready to use")
        USED = "used", _("Used")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    cause = models.CharField(_("cause"), max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASSIGNED)
    percent = models.PositiveSmallIntegerField(_("percent off"), default=0)
    amount = models.PositiveBigIntegerField(_("amount off"), default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    minimum_net = models.PositiveBigIntegerField(_("least net of the order"), default=0)
    issued_at = models.DateTimeField(_("issued at"))
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
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class Redemption(models.Model):
    """One claim of a reward. `slot` is the member's number for it (given back when it is cancelled)."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("On its way")
        FULFILLED = "fulfilled", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    key = models.UUIDField(_("idempotency key"), unique=True, editable=False)
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="+", verbose_name=_("reward"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    # What was given cost its holder nothing, so the ledger has nothing to say of it.
    txn = models.OneToOneField(
        "loyalty.Txn", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("transaction")
    )
    coupon = models.OneToOneField(
        Coupon, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coupon")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    cost = models.PositiveIntegerField(_("cost in points"))
    slot = models.PositiveIntegerField(_("number for this member"), null=True, blank=True)
    slot_limit = models.PositiveIntegerField(_("most for one member"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = [
            models.UniqueConstraint(fields=["reward", "member", "slot"], name="loyalty_redemption_slot"),
            models.CheckConstraint(
                condition=Q(slot__isnull=True) | Q(slot_limit__isnull=True) | Q(slot__lte=F("slot_limit")),
                name="loyalty_redemption_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(txn__isnull=True, cost=0) | Q(txn__isnull=False, cost__gt=0),
                name="loyalty_redemption_paid_or_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class RewardReserve(models.Model):
    """Pieces of a reward put aside to be given away (a drop in a live session). They count as claimed.

    `given` of them became redemptions, `released` went back to the shelf; the rest is still promised.
    """

    cause = models.CharField(_("cause"), max_length=120, unique=True)
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="+", verbose_name=_("reward"))
    count = models.PositiveIntegerField(_("pieces"))
    given = models.PositiveIntegerField(_("given"), default=0)
    released = models.PositiveIntegerField(_("given back"), default=0)
    reserved_at = models.DateTimeField(_("put aside at"))

    class Meta:
        verbose_name = _("pieces put aside")
        verbose_name_plural = _("pieces put aside")
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="loyalty_reserve_count"),
            models.CheckConstraint(condition=Q(count__gte=F("given") + F("released")), name="loyalty_reserve_within"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.given}/{self.count}"
