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
        COUPON_POOL = "coupon_pool", _("Code from a list")
        PHYSICAL = "physical", _("Something we send")
        PERK = "perk", _("Perk")
        DONATION = "donation", _("Donation")
        GIFT = "gift_to_friend", _("Gift to a friend")
        PROMISE = "promise", _("Something we do for you")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    category = models.CharField(
        _("category"), max_length=40, blank=True, help_text=_("Rewards of one category stand together.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    # Storage names of our own re-made files, never of what was sent.
    picture = models.CharField(_("picture"), max_length=100, blank=True, default="", editable=False)
    picture_small = models.CharField(_("small picture"), max_length=100, blank=True, default="", editable=False)
    picture_alt = models.CharField(_("what the picture shows"), max_length=200, blank=True, default="")
    how_to_use = models.TextField(_("how to use it"), blank=True, default="")
    terms = models.TextField(_("terms"), blank=True, default="")
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
    groups = models.ManyToManyField(
        "auth.Group",
        blank=True,
        related_name="+",
        verbose_name=_("for these groups"),
        help_text=_("Empty: for everybody. A member of any of them may claim it."),
    )
    early_access = models.BooleanField(
        _("early for tiers"), default=True, help_text=_("Tiers with early access may claim it before it starts.")
    )
    return_days = models.PositiveSmallIntegerField(
        _("days it can be returned"), default=0, help_text=_("Counted from the day it was handed over. 0: not at all.")
    )
    percent = models.PositiveSmallIntegerField(
        _("percent off"), default=0, help_text=_("For coupon codes: percent off, or an amount.")
    )
    amount = models.PositiveBigIntegerField(_("amount off, in minor units"), default=0)
    currency = models.CharField(_("currency of the amount"), max_length=3, blank=True)
    valid_days = models.PositiveIntegerField(_("days the coupon is valid"), default=90)
    minimum_net = models.PositiveBigIntegerField(
        _("least net of the order"), default=0, help_text=_("In minor units of the currency; 0: any order.")
    )
    pool = models.ForeignKey(
        "loyalty.CouponPool", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("list of codes"),
    )  # fmt: skip
    badge = models.ForeignKey(
        "community.BadgeKind", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("badge"),
    )  # fmt: skip
    group = models.ForeignKey(
        "auth.Group", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    perk_days = models.PositiveSmallIntegerField(
        _("days of the perk"), default=30, help_text=_("After these the badge or the group is taken back. 0: it stays.")
    )
    goal = models.PositiveIntegerField(
        _("goal of the donation, in points"), null=True, blank=True, help_text=_("What all give together towards it.")
    )
    gives = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("what the friend gets"),
    )
    gift_days = models.PositiveSmallIntegerField(
        _("days the friend has to accept"), default=14, help_text=_("After these everything goes back to the giver.")
    )
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
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="loyalty_reward_window",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Redemption(models.Model):
    """One claim of a reward. `slot` is the member's number for it (given back when it is cancelled).

    `txn` took the points out of the wallet. Held: the member still has to say where to or to whom, until `expires_at`.
    Requested: the team has to agree first. Cancelled, expired and returned gave points, stock and slot back.
    """

    class State(models.TextChoices):
        HELD = "held", _("Waiting for you")
        REQUESTED = "requested", _("Waiting for the team")
        CONFIRMED = "confirmed", _("Confirmed")
        FULFILLING = "fulfilling", _("On its way")
        FULFILLED = "fulfilled", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Ran out")
        RETURNED = "returned", _("Returned")

    OPEN = (State.HELD, State.REQUESTED, State.CONFIRMED, State.FULFILLING)
    UNDONE = (State.CANCELLED, State.EXPIRED, State.RETURNED)

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
        "loyalty.Coupon", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coupon")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    cost = models.PositiveIntegerField(_("cost in points"))
    slot = models.PositiveIntegerField(_("number for this member"), null=True, blank=True)
    slot_limit = models.PositiveIntegerField(_("most for one member"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"))
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("taken by"),
    )  # fmt: skip
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True, default="")
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True, default="")
    fulfilled_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=~Q(state="held") | Q(expires_at__isnull=False), name="loyalty_redemption_held_until"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "expired", "returned"]) | Q(slot__isnull=True),
                name="loyalty_redemption_undone_slot",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="held"), name="loyalty_redemption_held"),
            models.Index(fields=["member", "-claimed_at"], name="loyalty_redemption_of_member"),
            models.Index(
                fields=["state", "id"],
                condition=Q(state__in=["requested", "confirmed", "fulfilling"]),
                name="loyalty_redemption_desk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class RedemptionStep(models.Model):
    """One change of a claim: what it became, who did it (nobody: the night), when, with what note."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    redemption = models.ForeignKey(
        Redemption, on_delete=models.CASCADE, related_name="steps", verbose_name=_("redemption")
    )
    state = models.CharField(_("state"), max_length=10, choices=Redemption.State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("step of a redemption")
        verbose_name_plural = _("steps of redemptions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.redemption_id} {self.state}"


class ShippingAddress(models.Model):
    """Where a parcel goes. The row is erased some days after the parcel arrived or the claim was undone; managers alone
    read it, and never in lists or logs."""

    wagtail_reference_index_ignore = True  # private

    redemption = models.OneToOneField(
        Redemption, on_delete=models.CASCADE, related_name="address", verbose_name=_("redemption")
    )
    name = models.CharField(_("name"), max_length=100)
    lines = models.CharField(_("street and number"), max_length=300)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=100)
    region = models.CharField(_("province or state"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("shipping address")
        verbose_name_plural = _("shipping addresses")

    def __str__(self) -> str:
        return f"{self.redemption_id}"
