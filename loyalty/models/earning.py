"""What earns, and how often."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox.ids import new_id


class EarningRule(models.Model):
    """One version of one rule. Versions are never changed: saving makes the next one and ends the one before."""

    class Trigger(models.TextChoices):
        ORDER = "order.paid", _("A paid order")
        ANSWER = "answer.accepted", _("Your answer is accepted")
        REACTION = "reaction.added", _("Somebody likes your post")
        ATTENDANCE = "session.attended", _("You were at a live session")
        REVIEW = "review.published", _("Your review is published")
        BIRTHDAY = "member.birthday", _("The member's birthday")
        CUSTOM = "custom", _("Something your own systems tell us")

    class Formula(models.TextChoices):
        FIXED = "fixed", _("A fixed number")
        PER_UNIT = "per_unit", _("For each currency unit")
        PER_ITEM = "per_item", _("For each piece bought")
        MULTIPLIER = "multiplier", _("Multiplies what the other rules pay")

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
    conditions = models.JSONField(
        _("conditions"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )
    categories = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("only these categories"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Of orders. Separate them by commas; empty: every line that earns."),
    )
    skus = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("only these article numbers"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Of orders. Separate them by commas."),
    )
    percent = models.PositiveIntegerField(
        _("percent"),
        default=100,
        db_default=100,
        validators=[MinValueValidator(0), MaxValueValidator(500)],
        help_text=_("Of a multiplier: 200 pays twice. All multipliers together pay at most five times."),
    )
    stack = models.SlugField(
        _("one of many"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of the rules with the same word here, only the best for the member pays."),
    )
    priority = models.SmallIntegerField(
        _("priority"), default=0, db_default=0, help_text=_("Of two equally good rules, the higher one pays.")
    )
    audience_tiers = ArrayField(
        models.CharField(max_length=60), verbose_name=_("only in these tiers"), default=list, db_default=[], blank=True
    )
    audience_groups = ArrayField(
        models.CharField(max_length=150),
        verbose_name=_("only in these groups"),
        default=list,
        db_default=[],
        blank=True,
    )
    weekly_cap = models.PositiveIntegerField(_("times a week"), null=True, blank=True)
    monthly_cap = models.PositiveIntegerField(_("times a month"), null=True, blank=True)
    lifetime_cap = models.PositiveIntegerField(_("times in a life"), null=True, blank=True)
    rolling_cap = models.PositiveIntegerField(_("times in any … days"), null=True, blank=True)
    rolling_days = models.PositiveSmallIntegerField(_("those days"), null=True, blank=True)
    weekly_points = models.PositiveIntegerField(_("points a week"), null=True, blank=True)
    monthly_points = models.PositiveIntegerField(_("points a month"), null=True, blank=True)
    lifetime_points = models.PositiveIntegerField(_("points in a life"), null=True, blank=True)
    cooldown_minutes = models.PositiveIntegerField(_("minutes between two awards"), null=True, blank=True)
    budget = models.PositiveBigIntegerField(
        _("points for everybody together"),
        null=True,
        blank=True,
        help_text=_(
            "When they are gone, the rule pays nothing more. Only for rules that need it: everybody waits in one line."
        ),
    )
    note = models.CharField(_("why this version"), max_length=200, blank=True, default="", db_default="")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
        db_index=False,
    )
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
            models.CheckConstraint(condition=Q(percent__lte=500), name="loyalty_rule_ceiling"),
            models.CheckConstraint(
                condition=Q(rolling_cap__isnull=True, rolling_days__isnull=True)
                | Q(rolling_cap__isnull=False, rolling_days__gt=0),
                name="loyalty_rule_rolling",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="loyalty_rule_time_box",
            ),
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
    facts = models.JSONField(_("facts"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    refusal = models.CharField(_("why nothing was paid"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("merit")
        verbose_name_plural = _("merits")
        constraints = [
            models.UniqueConstraint(
                fields=["rule_code", "source_type", "source_id", "member"], name="loyalty_merit_once"
            )
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
    seq = models.PositiveIntegerField(pgettext_lazy("of one day", "number"))
    cap = models.PositiveIntegerField(_("cap"))
    source_type = models.CharField(_("kind of source"), max_length=20)
    source_id = models.BigIntegerField(_("source"))
    at = models.DateTimeField(_("at"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule hit")
        verbose_name_plural = _("rule hits")
        constraints = [
            models.UniqueConstraint(fields=["rule_code", "member", "period", "seq"], name="loyalty_hit_slot"),
            models.CheckConstraint(condition=Q(seq__gte=1) & Q(seq__lte=F("cap")), name="loyalty_hit_within_cap"),
        ]
        indexes = [
            # Cooldowns and rolling windows.
            models.Index(
                fields=["rule_code", "member", "-at"], condition=Q(at__isnull=False), name="loyalty_hit_recent"
            )
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


class RuleBudget(models.Model):
    """What a rule has paid everybody of its budget; raised by a conditional update. One row, so only for rules that need it."""

    rule_code = models.SlugField(_("rule"), max_length=40, unique=True)
    points = models.PositiveBigIntegerField(_("points"), default=0)
    cap = models.PositiveBigIntegerField(_("budget"))

    class Meta:
        verbose_name = _("rule budget")
        verbose_name_plural = _("rule budgets")
        constraints = [models.CheckConstraint(condition=Q(points__lte=F("cap")), name="loyalty_budget_within_cap")]

    def __str__(self) -> str:
        return f"{self.rule_code} {self.points}/{self.cap}"


class RuleRefusal(models.Model):
    """Why a rule paid nothing for an act: kept ninety days, so that a member can be told."""

    rule = models.ForeignKey(EarningRule, on_delete=models.CASCADE, related_name="+", verbose_name=_("rule"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member"), db_index=False
    )
    source_type = models.CharField(_("kind of source"), max_length=20)
    source_id = models.BigIntegerField(_("source"))
    code = models.CharField(_("reason"), max_length=40)
    detail = models.JSONField(_("detail"), default=dict)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("refusal of a rule")
        verbose_name_plural = _("refusals of rules")
        constraints = [
            models.UniqueConstraint(fields=["member", "source_type", "source_id", "rule"], name="loyalty_refusal_once")
        ]
        indexes = [models.Index(fields=["at"], name="loyalty_refusal_old")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.source_type} {self.source_id}: {self.code}"


class PointsQuestion(models.Model):
    """A member says that a line of their statement is wrong, until a person has answered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        GRANTED = "granted", _("You were right")
        DECLINED = "declined", _("It stays as it is")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    txn = models.ForeignKey("loyalty.Txn", on_delete=models.PROTECT, related_name="+", verbose_name=_("transaction"))
    words = models.TextField(_("words"), max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(pgettext_lazy("question", "asked"))
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    amount = models.BigIntegerField(_("points granted"), default=0)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
        db_index=False,
    )

    class Meta:
        verbose_name = _("question about points")
        verbose_name_plural = _("questions about points")
        constraints = [
            models.UniqueConstraint(
                fields=["txn", "member"], condition=Q(state="waiting"), name="loyalty_question_one_waiting"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="loyalty_question_says_something"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_at__isnull=False)),
                name="loyalty_question_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"
