"""What earns, and how often."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class EarningRule(models.Model):
    """One version of one rule. Versions are never changed: saving makes the next one and ends the one before."""

    class Trigger(models.TextChoices):
        ORDER = "order.paid", _("A paid order")
        ANSWER = "answer.accepted", _("Your answer is accepted")
        REACTION = "reaction.added", _("Somebody likes your post")
        ATTENDANCE = "session.attended", _("You were at a live session")

    class Formula(models.TextChoices):
        FIXED = "fixed", _("A fixed number")
        PER_UNIT = "per_unit", _("For each unit of the order's currency")

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=120)
    trigger = models.CharField(_("paid for"), max_length=40, choices=Trigger.choices)
    formula = models.CharField(_("formula"), max_length=12, choices=Formula.choices)
    points = models.PositiveIntegerField(_("points"), default=0)
    credit = models.PositiveIntegerField(_("tier credit"), default=0)
    per_units = models.PositiveIntegerField(
        _("for each … currency units"), default=1, help_text=_("Only for rules that count currency units.")
    )
    pending_days = models.PositiveSmallIntegerField(
        _("days until available"),
        default=14,
        help_text=_("For purchases set it to the shop's return window. 0: available at once."),
    )
    daily_cap = models.PositiveIntegerField(_("times a day"), null=True, blank=True)
    giver_cap = models.PositiveIntegerField(_("times a day from one person"), null=True, blank=True)
    points_cap = models.PositiveIntegerField(_("points a day"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    published_at = models.DateTimeField(_("published at"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("earning rule")
        verbose_name_plural = _("earning rules")
        ordering = ["trigger", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="loyalty_rule_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(replaced_at__isnull=True), name="loyalty_rule_one_current"
            ),
            models.CheckConstraint(condition=Q(per_units__gt=0), name="loyalty_rule_units"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (v{self.version})"


class Merit(models.Model):
    """An act that others found good, for one rule: whether it stands now, by the newest event about it.

    Events may come in any order and any number of times; points follow `standing` while the post is not `hidden`.
    `adjustments` numbers the postings.
    """

    rule_code = models.SlugField(_("rule"), max_length=40)
    source_type = models.CharField(_("kind of source"), max_length=20)
    source_id = models.BigIntegerField(_("source"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    standing = models.BooleanField(_("stands"))
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    hidden = models.BooleanField(_("post removed"), default=False)
    hidden_at = models.DateTimeField(_("removed or restored at"), null=True, blank=True)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recognised by"),
        db_index=False,
    )
    adjustments = models.PositiveIntegerField(_("postings"), default=0)
    refusal = models.CharField(_("why nothing was paid"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("merit")
        verbose_name_plural = _("merits")
        constraints = [
            models.UniqueConstraint(fields=["rule_code", "source_type", "source_id"], name="loyalty_merit_once")
        ]
        indexes = [models.Index(fields=["source_type", "source_id"], name="loyalty_merit_source")]

    def __str__(self) -> str:
        return f"{self.rule_code} {self.source_type} {self.source_id}"


class RuleHit(models.Model):
    """One slot of a cap. The unique number and the CHECK hold the cap; a reversed hit keeps its slot."""

    rule_code = models.SlugField(_("rule"), max_length=40, db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    period = models.CharField(_("period"), max_length=60)
    seq = models.PositiveIntegerField(_("number"))
    cap = models.PositiveIntegerField(_("cap"))
    source_type = models.CharField(_("kind of source"), max_length=20)
    source_id = models.BigIntegerField(_("source"))

    class Meta:
        verbose_name = _("rule hit")
        verbose_name_plural = _("rule hits")
        constraints = [
            models.UniqueConstraint(fields=["rule_code", "member", "period", "seq"], name="loyalty_hit_slot"),
            models.CheckConstraint(condition=Q(seq__gte=1) & Q(seq__lte=F("cap")), name="loyalty_hit_within_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_code} {self.member_id} {self.period} {self.seq}/{self.cap}"


class RuleUsage(models.Model):
    """Points that a rule has paid a member in a period; raised by a conditional update, never above the cap."""

    rule_code = models.SlugField(_("rule"), max_length=40, db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    period = models.CharField(_("period"), max_length=60)
    points = models.PositiveBigIntegerField(_("points"))
    cap = models.PositiveBigIntegerField(_("cap"))

    class Meta:
        verbose_name = _("rule usage")
        verbose_name_plural = _("rule usages")
        constraints = [
            models.UniqueConstraint(fields=["rule_code", "member", "period"], name="loyalty_usage_once"),
            models.CheckConstraint(condition=Q(points__lte=F("cap")), name="loyalty_usage_within_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_code} {self.member_id} {self.period} {self.points}/{self.cap}"
