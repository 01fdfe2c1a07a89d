"""Tiers: how well an old friend is known here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TierProgram(models.Model):
    """How tiers are reached: by credit earned in a rolling window of days; down one level after a grace."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    window_days = models.PositiveIntegerField(_("days that count"), default=365)
    grace_days = models.PositiveIntegerField(_("days of grace before a tier is lost"), default=30)

    class Meta:
        verbose_name = _("tier programme")
        verbose_name_plural = _("tier programmes")

    def __str__(self) -> str:
        return self.name


class Tier(models.Model):
    """One step. Its members and those of higher tiers are the group `tier:<code>`, so that boards and rooms can be theirs."""

    program = models.ForeignKey(
        TierProgram, on_delete=models.PROTECT, related_name="tiers", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    rank = models.PositiveSmallIntegerField(_("rank"), help_text=_("0 is where everybody begins."))
    threshold = models.PositiveBigIntegerField(_("credit to reach it"))
    keep_threshold = models.PositiveBigIntegerField(
        _("credit to keep it"), null=True, blank=True, help_text=_("Empty: the same as to reach it.")
    )
    benefits = models.TextField(_("benefits"), blank=True, help_text=_("One a line; members read them."))

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["program", "rank"], name="loyalty_tier_rank_once"),
            models.UniqueConstraint(fields=["program", "threshold"], name="loyalty_tier_threshold_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TierMembership(models.Model):
    """A member's time in a tier; the open one (until is empty) is where they are."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+", verbose_name=_("tier"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    basis = models.BigIntegerField(_("credit that counted"), default=0)
    grace_until = models.DateTimeField(_("grace until"), null=True, blank=True)

    class Meta:
        verbose_name = _("tier membership")
        verbose_name_plural = _("tier memberships")
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(until__isnull=True), name="loyalty_tier_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.tier_id}"
