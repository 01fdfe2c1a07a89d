"""Points that one member gave another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.models.ledger import Currency, Txn
from outbox.ids import new_id


class Transfer(models.Model):
    """One gift of points. The key comes with the form, so that sending it twice is one gift; the note is for the receiver."""

    public_id = models.CharField(_("public name"), max_length=12, unique=True, default=new_id, editable=False)
    key = models.UUIDField(_("key of the form"), unique=True)
    txn = models.OneToOneField(Txn, on_delete=models.PROTECT, related_name="+", verbose_name=_("transaction"))
    currency = models.ForeignKey(
        Currency, on_delete=models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"), db_index=False
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("to")
    )
    amount = models.BigIntegerField(_("amount"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("gift of points")
        verbose_name_plural = _("gifts of points")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="loyalty_transfer_amount"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="loyalty_transfer_to_another"),
        ]
        indexes = [models.Index(fields=["sender", "-sent_at"], name="loyalty_transfer_sent")]

    def __str__(self) -> str:
        return f"{self.sender_id} → {self.receiver_id}: {self.amount}"
