"""Corrections by people."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.models.ledger import Currency, Txn
from outbox.ids import new_id


class Adjustment(models.Model):
    """Points that a person gave or took by hand, with the reason; above the currency's limit another person must agree."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second person")
        POSTED = "posted", _("Posted")
        DECLINED = "declined", _("Declined")

    class Reason(models.TextChoices):
        GOODWILL = "goodwill", _("With our apology")
        CORRECTION = "correction", _("Correction of an error")
        QUESTION = "question", _("You asked about a line, and you were right")
        PROMISE = "promise", _("A promise of ours, kept")
        CONTRIBUTION = "contribution", _("Thanks for what you did for others")
        MIGRATION = "migration", _("Points from another programme")
        MISUSE = "misuse", _("Points that were taken unfairly")

    class Because(models.TextChoices):
        OWN_POINTS = "own_points", _("Their own points")
        LIMIT = "limit", _("More than the limit for one member")
        DAY_TOTAL = "day_total", _("More than one person may move in a day, over all members")

    public_id = models.CharField(_("public name"), max_length=12, unique=True, default=new_id, editable=False)
    cause = models.CharField(_("cause"), max_length=120, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    currency = models.ForeignKey(
        Currency, on_delete=models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    amount = models.BigIntegerField(_("amount"))
    reason_code = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    note = models.CharField(_("note for the staff"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    second_person = models.BooleanField(_("needs a second person"))
    because = models.CharField(
        _("why a second person"), max_length=10, choices=Because.choices, blank=True, default="", db_default=""
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
        db_index=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("why not"), max_length=500, blank=True)
    txn = models.OneToOneField(
        Txn, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("transaction")
    )

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="loyalty_adjustment_not_zero"),
            models.CheckConstraint(
                condition=Q(state="posted", txn__isnull=False) | ~Q(state="posted") & Q(txn__isnull=True),
                name="loyalty_adjustment_posted",
            ),
            # What needs a second person is posted only when a second person said so.
            models.CheckConstraint(
                condition=~Q(state="posted", second_person=True)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("member")),
                name="loyalty_adjustment_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["proposed_at"], condition=Q(state="waiting"), name="loyalty_adjustment_waiting"),
            models.Index(fields=["-proposed_at"], name="loyalty_adjustment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.amount} {self.reason_code} {self.state}"
