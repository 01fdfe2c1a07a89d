"""Points put aside for something that is not settled yet: a redemption in progress."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.models.ledger import Txn, Wallet


class Hold(models.Model):
    """Points that left a wallet and have not arrived: they are kept until the hold is confirmed or released.

    wallet.held = the sum of its open holds. Rows are written by the SQL functions `loyalty_hold` and `loyalty_close_hold` alone.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Reserved")
        CONFIRMED = "confirmed", _("Confirmed")
        RELEASED = "released", _("Given back")

    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="+", verbose_name=_("wallet"), db_index=False
    )
    txn = models.OneToOneField(Txn, on_delete=models.PROTECT, related_name="+", verbose_name=_("transaction"))
    closing = models.OneToOneField(
        Txn, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    source_type = models.CharField(_("kind of source"), max_length=20)
    source_id = models.BigIntegerField(_("source"), null=True, blank=True)
    held_at = models.DateTimeField(_("reserved at"))
    expires_at = models.DateTimeField(_("reserved until"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reserved points")
        verbose_name_plural = _("reserved points")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="loyalty_hold_amount"),
            models.CheckConstraint(
                condition=Q(state="open", closing__isnull=True, closed_at__isnull=True)
                | Q(state__in=["confirmed", "released"], closing__isnull=False, closed_at__isnull=False),
                name="loyalty_hold_closed_by",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet"], condition=Q(state="open"), name="loyalty_hold_open"),
            # The nightly release.
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="loyalty_hold_timed_out"),
            models.Index(fields=["source_type", "source_id"], name="loyalty_hold_source"),
        ]

    def __str__(self) -> str:
        return f"{self.wallet_id}: {self.amount} {self.state}"
