"""The books as the staff see them: each proof that was made, and the seal of each day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BooksProof(models.Model):
    """One proof of the ledger: asked for by a person or by the night, then made, with what it counted and found."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
        db_index=False,
    )
    asked_at = models.DateTimeField(_("asked at"))
    made_at = models.DateTimeField(_("made at"), null=True)
    seconds = models.FloatField(_("seconds"), null=True)
    txns = models.BigIntegerField(_("transactions"), null=True)
    entries = models.BigIntegerField(_("entries"), null=True)
    wallets = models.BigIntegerField(_("wallets"), null=True)
    lots = models.BigIntegerField(_("lots"), null=True)
    points = models.BigIntegerField(_("points with members"), null=True)
    balanced = models.BooleanField(_("balances"), null=True)
    findings = models.JSONField(_("findings"), default=list)

    class Meta:
        verbose_name = _("proof of the books")
        verbose_name_plural = _("proofs of the books")
        indexes = [models.Index(fields=["-asked_at"], name="loyalty_proof_newest")]
        constraints = [
            # One proof waits at a time: asking twice is asking once.
            models.UniqueConstraint(models.Value(1), condition=Q(made_at__isnull=True), name="loyalty_proof_asked_once")
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}: {self.balanced}"


class BooksDay(models.Model):
    """The seal of one day: the Merkle root of its transactions, chained to the day before. Append-only.

    seal = SHA-256(0x02, the previous seal, the root): whoever keeps one seal can prove every day up to it.
    """

    day = models.DateField(_("day"), unique=True)
    txns = models.BigIntegerField(_("transactions"))
    root = models.CharField(_("root"), max_length=64)
    previous = models.CharField(_("seal of the day before"), max_length=64, blank=True)
    seal = models.CharField(_("seal"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("day of the books")
        verbose_name_plural = _("days of the books")

    def __str__(self) -> str:
        return f"{self.day}: {self.seal[:12]}"
