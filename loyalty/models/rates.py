"""What another currency is worth here, day by day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ProgrammeCurrency(models.Model):
    """The currency that rules count in: one row. Without it, a unit of any currency counts as one."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    code = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("currency of the programme")
        verbose_name_plural = _("currency of the programme")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="loyalty_programme_currency_one"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{3}$"), name="loyalty_programme_currency_code"),
        ]

    def __str__(self) -> str:
        return self.code


class ExchangeRate(models.Model):
    """One unit of `source` is `rate` units of `target` on this day."""

    day = models.DateField(_("day"))
    source = models.CharField(_("from"), max_length=3)
    target = models.CharField(_("to"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-day", "source", "target"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "day"], name="loyalty_rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="loyalty_rate_positive"),
            models.CheckConstraint(
                condition=Q(source__regex=r"^[A-Z]{3}$") & Q(target__regex=r"^[A-Z]{3}$") & ~Q(source=F("target")),
                name="loyalty_rate_currencies",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: 1 {self.source} = {self.rate} {self.target}"
