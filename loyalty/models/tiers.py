"""Tiers: how well an old friend is known here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class TierProgram(models.Model):
    """How tiers are reached and lost. What counts is the credit (or the spend) of a window; spending points costs no tier."""

    class Window(models.TextChoices):
        ROLLING = "rolling", _("The last days, every day anew")
        CALENDAR = "calendar", _("The calendar year")
        ANNIVERSARY = "anniversary", _("The year since the day of joining")

    class Basis(models.TextChoices):
        CREDIT = "credit", _("Tier credit")
        SPEND = "spend", _("What was paid for orders, after refunds")

    class Down(models.TextChoices):
        ONE = "one", _("One level at a time")
        FULL = "full", _("To what the last window supports")
        NEVER = "never", _("Never")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    window = models.CharField(_("what counts"), max_length=12, choices=Window.choices, default=Window.ROLLING)
    window_days = models.PositiveIntegerField(_("days that count"), default=365, help_text=_("Only for the last days."))
    basis = models.CharField(_("measured by"), max_length=8, choices=Basis.choices, default=Basis.CREDIT)
    spend_currency = models.CharField(
        _("currency of what was paid"), max_length=3, blank=True, help_text=_("Three capital letters, like EUR.")
    )
    down = models.CharField(_("who falls, falls"), max_length=8, choices=Down.choices, default=Down.ONE)
    grace_days = models.PositiveIntegerField(
        _("days of grace before a tier is lost"), default=30, help_text=_("Members hear of it when the grace begins.")
    )
    # Until when the nightly review has looked; empty: everybody is looked at in the next night.
    reviewed_at = models.DateTimeField(_("reviewed until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("tier programme")
        verbose_name_plural = _("tier programmes")
        constraints = [
            models.CheckConstraint(condition=Q(window_days__range=(1, 3660)), name="loyalty_program_window"),
            models.CheckConstraint(condition=Q(grace_days__lte=366), name="loyalty_program_grace"),
            models.CheckConstraint(
                condition=Q(basis="credit") | Q(spend_currency__regex=r"^[A-Z]{3}$"), name="loyalty_program_currency"
            ),
        ]

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
    lifetime_threshold = models.PositiveBigIntegerField(
        _("credit of a whole life that gives it for good"),
        null=True,
        blank=True,
        help_text=_("Empty: it has to be kept. Always tier credit, whatever the programme measures."),
    )
    by_invitation = models.BooleanField(
        _("by invitation only"), default=False, db_default=False, help_text=_("Nobody can earn it; managers invite.")
    )
    benefits = models.TextField(
        _("further benefits"), blank=True, help_text=_("One a line; members read them after those below.")
    )
    multiplier_percent = models.PositiveSmallIntegerField(
        _("points earned, in percent"), default=100, db_default=100, help_text=_("150: half as many again.")
    )
    pending_days = models.PositiveSmallIntegerField(
        _("longest wait for points, in days"), null=True, blank=True, help_text=_("Empty: as long as the rules say.")
    )
    early_hours = models.PositiveSmallIntegerField(
        _("hours of early access"), default=0, db_default=0, help_text=_("To rewards and places in live sessions.")
    )
    birthday_points = models.PositiveIntegerField(_("points for the birthday"), default=0, db_default=0)
    birthday_reward = models.ForeignKey(
        "loyalty.Reward",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gift for the birthday"),
    )
    welcome_reward = models.ForeignKey(
        "loyalty.Reward",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gift for whoever reaches it"),
        help_text=_("Once in a life, however often somebody comes back."),
    )
    gift_days = models.PositiveSmallIntegerField(_("days to take a gift"), default=30, db_default=30)
    service_promise = models.CharField(
        _("service promise"), max_length=200, blank=True, help_text=_("“We answer you within four hours.”")
    )

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["program", "rank"], name="loyalty_tier_rank_once"),
            models.UniqueConstraint(
                fields=["program", "threshold"],
                condition=Q(by_invitation=False),
                name="loyalty_tier_threshold_once",
            ),
            models.CheckConstraint(
                condition=Q(keep_threshold__isnull=True) | Q(keep_threshold__lte=F("threshold")),
                name="loyalty_tier_keep_below_reach",
            ),
            models.CheckConstraint(condition=Q(multiplier_percent__range=(100, 500)), name="loyalty_tier_multiplier"),
            models.CheckConstraint(condition=Q(early_hours__lte=720), name="loyalty_tier_early"),
            models.CheckConstraint(condition=Q(gift_days__range=(1, 366)), name="loyalty_tier_gift_days"),
            models.CheckConstraint(condition=Q(rank__gt=0) | Q(by_invitation=False), name="loyalty_tier_lowest_open"),
        ]

    def __str__(self) -> str:
        return self.name


class TierMembership(models.Model):
    """A member's time in a tier; the open one (until is empty) is where they are."""

    class Ground(models.TextChoices):
        EARNED = "earned", _("earned")
        LIFETIME = "lifetime", _("for good")
        INVITATION = "invitation", _("invited")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+", verbose_name=_("tier"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    ground = models.CharField(_("why"), max_length=10, choices=Ground.choices, default=Ground.EARNED)
    basis = models.BigIntegerField(_("credit that counted"), default=0)
    grace_until = models.DateTimeField(_("grace until"), null=True, blank=True)
    # A grace that ended well keeps the tier for the rest of a fixed period.
    secured_until = models.DateTimeField(_("secured until"), null=True, blank=True)
    # The next moment at which the answer may be another one without any posting; empty: look at the next review.
    next_review = models.DateTimeField(_("next review"), null=True, blank=True)

    class Meta:
        verbose_name = _("tier membership")
        verbose_name_plural = _("tier memberships")
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(until__isnull=True), name="loyalty_tier_one_open")
        ]
        indexes = [
            # The nightly review: who is due.
            models.Index(fields=["next_review"], condition=Q(until__isnull=True), name="loyalty_tier_due"),
            # Who is about to lose a tier.
            models.Index(
                fields=["grace_until"],
                condition=Q(until__isnull=True, grace_until__isnull=False),
                name="loyalty_tier_in_grace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.tier_id}"


class TierInvitation(models.Model):
    """A manager invites a member into a tier, with a reason and for a time. Ending it early is written down, too."""

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+", verbose_name=_("tier"))
    reason = models.CharField(_("reason"), max_length=200)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("invited by"),
        db_index=False,
    )
    invited_at = models.DateTimeField(_("invited at"))
    ends_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
        db_index=False,
    )
    end_reason = models.CharField(_("why it ended early"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("invitation into a tier")
        verbose_name_plural = _("invitations into tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "tier"], condition=Q(ended_at__isnull=True), name="loyalty_tier_invited_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("invited_at")), name="loyalty_tier_invited_for_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.tier_id}"


class BirthdayGift(models.Model):
    """That somebody had a birthday gift, for a little more than a year: a changed birthday gives no second one."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    day = models.DateField(_("day it was for"))
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+", verbose_name=_("tier"))
    points = models.PositiveIntegerField(_("points"), default=0)
    reward = models.ForeignKey(
        "loyalty.Reward",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reward"),
        db_index=False,
    )
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("birthday gift")
        verbose_name_plural = _("birthday gifts")
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="loyalty_birthday_once")]
        indexes = [models.Index(fields=["given_at"], name="loyalty_birthday_old")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.day}"
