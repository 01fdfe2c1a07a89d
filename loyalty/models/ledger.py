"""The ledger: append-only double entry with lots. Rows are written by the SQL functions of `loyalty.ledger` alone.

An account is a wallet (its id) or a negative system account: -(1000 x kind + currency). System accounts have no balance row,
because one row would serialise the whole site.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _


class Currency(models.Model):
    """A kind of point. Two to start: `points` (spent on rewards) and `credit` (counts for tiers, never spent)."""

    class NegativePolicy(models.TextChoices):
        DEBT = "debt", _("A debt that the next earnings repay")
        WRITE_OFF = "write_off", _("Stop at zero")
        DEBT_LIMIT = "debt_limit", _("A debt up to a limit; the rest is written off")

    class ExpiryPolicy(models.TextChoices):
        NONE = "none", _("They never expire")
        MONTHS = "months", _("Some months after they were earned")
        FIXED = "fixed", _("On fixed days of the year")
        SLIDING = "sliding", _("Some months after the last time points were earned or spent")

    class Rounding(models.TextChoices):
        MONTH = "month", _("the end of the month")
        QUARTER = "quarter", _("the end of the quarter")
        YEAR = "year", _("the end of the year")

    id = models.SmallIntegerField(primary_key=True)
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    spendable = models.BooleanField(_("can be spent"), default=False)
    qualifies_tier = models.BooleanField(_("counts for tiers"), default=False)
    expiry_policy = models.CharField(
        _("when they expire"), max_length=8, choices=ExpiryPolicy.choices, default=ExpiryPolicy.NONE
    )
    expiry_months = models.PositiveSmallIntegerField(
        _("months until they expire"),
        null=True,
        blank=True,
        help_text=_("With fixed days: the least number of months they live; empty for none."),
    )
    expiry_rounding = models.CharField(_("counted to"), max_length=8, choices=Rounding.choices, default=Rounding.MONTH)
    expiry_dates = models.CharField(
        _("fixed days"),
        max_length=60,
        blank=True,
        help_text=_("Month and day, the last on which they can be used, for example: 06-30, 12-31"),
    )
    least_validity_days = models.PositiveSmallIntegerField(_("days that points given back live at least"), default=30)
    max_balance = models.BigIntegerField(
        _("most that can be kept"),
        null=True,
        blank=True,
        help_text=_("What is earned beyond it is lost, and the statement says so. Empty: no limit."),
    )
    negative_policy = models.CharField(
        _("when a refund takes more than there is"),
        max_length=12,
        choices=NegativePolicy.choices,
        default=NegativePolicy.DEBT,
    )
    debt_limit = models.BigIntegerField(_("largest debt"), null=True, blank=True)
    transferable = models.BooleanField(_("members may send them to each other"), default=False)
    transfer_daily = models.PositiveIntegerField(_("most that a member may send in a day"), default=500)
    transfer_trust = models.PositiveSmallIntegerField(_("level of trust needed to send"), default=2)
    proof_above = models.PositiveIntegerField(
        _("a member proves who they are before claims and gifts of a day above"),
        default=300,
        db_default=300,
        help_text=_(
            "In points, within 24 hours. Whoever signed in or proved it within five minutes is not asked. 0: always."
        ),
    )
    approval_above = models.PositiveIntegerField(
        _("a second person approves adjustments above"),
        default=5000,
        help_text=_("Somebody of the group “Finance”, and never the one who proposed it."),
    )
    approval_day_above = models.PositiveIntegerField(
        _("most that one person moves by hand alone in a day, over all members"),
        null=True,
        blank=True,
        help_text=_(
            "Above it a second person approves too. What their API keys moved counts. Empty: four times the limit for one "
            "member."
        ),
    )

    class Meta:
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(expiry_policy__in=["months", "sliding"]) | Q(expiry_months__gte=1),
                name="loyalty_currency_months",
            ),
            models.CheckConstraint(
                condition=~Q(expiry_policy="fixed") | ~Q(expiry_dates=""), name="loyalty_currency_dates"
            ),
            models.CheckConstraint(
                condition=~Q(negative_policy="debt_limit") | Q(debt_limit__gte=1), name="loyalty_currency_debt_limit"
            ),
            models.CheckConstraint(
                condition=Q(max_balance__isnull=True) | Q(max_balance__gte=1), name="loyalty_currency_max"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def alone_in_a_day(self) -> int:
        """What one person may give and take by hand in a day, over all members, before a second one has to agree."""
        return 4 * self.approval_above if self.approval_day_above is None else self.approval_day_above


class Wallet(models.Model):
    """A member's account in one currency; the only mutable balance.

    posted = sum of its entries = open lots (pending ones too) - open debts.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+", verbose_name=_("currency"))
    posted = models.BigIntegerField(_("posted"), default=0, db_default=0)
    held = models.BigIntegerField(_("held"), default=0, db_default=0)
    lifetime = models.BigIntegerField(_("earned in all, net of reversals"), default=0, db_default=0)
    allow_negative = models.BooleanField(_("may be negative"), default=False, db_default=False)

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")
        constraints = [
            models.UniqueConstraint(fields=["member", "currency"], name="loyalty_wallet_once"),
            models.CheckConstraint(
                condition=Q(posted__gte=0) | Q(allow_negative=True), name="loyalty_wallet_not_negative"
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="loyalty_wallet_held"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.currency_id}"


class Txn(models.Model):
    """One posting with its cause. Append-only: a trigger refuses UPDATE and DELETE."""

    class Kind(models.TextChoices):
        EARN = "earn", _("Earned")
        SPEND = "spend", _("Spent")
        HOLD = "hold", _("Reserved")
        RELEASE = "release", _("Released")
        EXPIRE = "expire", _("Expired")
        ADJUST = "adjust", _("Adjusted")
        TRANSFER = "transfer", _("Transferred")
        REVERSE = "reverse", _("Taken back")
        CONVERT = "convert", _("Converted")
        IMPORT = "import", _("Imported")

    class Origin(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        ACTIVITY = "activity", _("Activity")
        REFERRAL = "referral", _("Invitation")
        CAMPAIGN = "campaign", _("Campaign")
        GOODWILL = "goodwill", _("Goodwill")
        IMPORT = "import", _("Import")

    key = models.UUIDField(_("key of the cause"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=60)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        db_index=False,
    )
    source_type = models.CharField(_("kind of source"), max_length=20)
    source_id = models.BigIntegerField(_("source"), null=True, blank=True)
    rule = models.ForeignKey(
        "loyalty.EarningRule",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rule"),
        db_index=False,
    )
    reverses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("takes back"),
        db_index=False,
    )
    effective_at = models.DateTimeField(_("effective at"))
    created_at = models.DateTimeField(_("written at"), db_default=Now())
    facts = models.JSONField(_("facts"))

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        constraints = [
            # One undo for one posting.
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="loyalty_txn_undone_once"
            )
        ]
        indexes = [
            # What the ledger holds for an order line or a post.
            models.Index(
                fields=["source_type", "source_id"], condition=Q(source_id__isnull=False), name="loyalty_txn_source"
            ),
            # A day of the books. Rows come in the order of their time, so a few pages of index are enough and cost nothing.
            BrinIndex(fields=["created_at"], name="loyalty_txn_written", autosummarize=True, pages_per_range=32),
            # What happens later than it was written (a clock that is wrong, or moved): hardly a row. A statement asks it
            # whether older postings may be among the newest lines.
            models.Index(
                fields=["effective_at"],
                condition=Q(GreaterThan(F("effective_at") - F("created_at"), timedelta(hours=1))),
                name="loyalty_txn_ahead",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reason} {self.key}"


class Entry(models.Model):
    """One leg. The legs of a transaction sum to zero in each currency, which a deferred trigger proves at the commit."""

    txn = models.ForeignKey(Txn, on_delete=models.PROTECT, related_name="entries", verbose_name=_("transaction"))
    account = models.BigIntegerField(_("account"))
    currency = models.ForeignKey(
        Currency, on_delete=models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="loyalty_entry_not_zero"),
            models.CheckConstraint(condition=~Q(account=0), name="loyalty_entry_account"),
        ]
        indexes = [
            # A member's statement, newest first, from the index alone: how long it is, the planner cannot know, and without what
            # it needs in the index it would fetch and sort a long one whole for its newest lines. System accounts are summed by
            # reports, never looked up.
            models.Index(
                fields=["account", "-id"],
                include=["txn", "amount"],
                condition=Q(account__gt=0),
                name="loyalty_entry_lines",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.amount}"


class Lot(models.Model):
    """Points that came together: they become available together and expire together."""

    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="+", verbose_name=_("wallet"), db_index=False
    )
    txn = models.ForeignKey(Txn, on_delete=models.PROTECT, related_name="+", verbose_name=_("transaction"))
    amount = models.BigIntegerField(_("amount"))
    remaining = models.BigIntegerField(_("remaining"))
    earned_at = models.DateTimeField(_("earned at"))
    available_at = models.DateTimeField(_("available at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Txn.Origin.choices)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("amount")) & Q(amount__gt=0),
                name="loyalty_lot_remaining",
            )
        ]
        indexes = [
            # Spending: the wallet's open lots, soonest expiry first.
            models.Index(
                F("wallet"),
                F("expires_at").asc(nulls_last=True),
                F("id"),
                condition=Q(remaining__gt=0),
                name="loyalty_lot_open",
            ),
            # The expiry job.
            models.Index(
                fields=["expires_at"],
                condition=Q(remaining__gt=0, expires_at__isnull=False),
                name="loyalty_lot_expiring",
            ),
            # What became available since yesterday: announced and reviewed nightly.
            models.Index(fields=["available_at"], name="loyalty_lot_available"),
        ]

    def __str__(self) -> str:
        return f"{self.wallet_id}: {self.remaining}/{self.amount}"


class LotUse(models.Model):
    """How much of a lot a transaction took: what makes every undo exact."""

    txn = models.ForeignKey(Txn, on_delete=models.PROTECT, related_name="+", verbose_name=_("transaction"))
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+", verbose_name=_("lot"))
    amount = models.BigIntegerField(_("amount"))
    returned = models.BigIntegerField(_("given back"), default=0, db_default=0)

    class Meta:
        verbose_name = _("use of a lot")
        verbose_name_plural = _("uses of lots")
        constraints = [
            models.UniqueConstraint(fields=["txn", "lot"], name="loyalty_lot_use_once"),
            models.CheckConstraint(
                condition=Q(returned__gte=0) & Q(returned__lte=F("amount")) & Q(amount__gt=0),
                name="loyalty_lot_use_returned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.amount}"


class Debt(models.Model):
    """Points that a refund took after they were spent. The next earnings repay it first."""

    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="+", verbose_name=_("wallet"), db_index=False
    )
    txn = models.ForeignKey(
        Txn, on_delete=models.PROTECT, related_name="+", verbose_name=_("transaction"), db_index=False
    )
    amount = models.BigIntegerField(_("amount"))
    remaining = models.BigIntegerField(_("remaining"))

    class Meta:
        verbose_name = _("debt")
        verbose_name_plural = _("debts")
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("amount")) & Q(amount__gt=0),
                name="loyalty_debt_remaining",
            )
        ]
        indexes = [models.Index(fields=["wallet", "id"], condition=Q(remaining__gt=0), name="loyalty_debt_open")]

    def __str__(self) -> str:
        return f"{self.wallet_id}: {self.remaining}/{self.amount}"
