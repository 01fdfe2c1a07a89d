"""Levels of the first months, and the gifts that hang on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox.ids import new_id


class LevelSettings(models.Model):
    """The one row (id 1): how steep the levels are, and how many newcomers see no ladder so that its effect is known."""

    curve = models.PositiveSmallIntegerField(
        _("steepness"), default=1, help_text=_("Level L begins at this times L × (L − 1) credit.")
    )
    ladder_holdout = models.PositiveSmallIntegerField(
        _("newcomers without a ladder, in percent"),
        default=0,
        help_text=_("Drawn at joining, for good. Without them nobody can say whether the gifts bring people back."),
    )

    class Meta:
        verbose_name = _("settings of levels")
        verbose_name_plural = _("settings of levels")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="loyalty_level_settings_one"),
            models.CheckConstraint(condition=Q(curve__gte=1), name="loyalty_level_curve"),
            models.CheckConstraint(condition=Q(ladder_holdout__lte=50), name="loyalty_ladder_holdout_share"),
        ]

    def __str__(self) -> str:
        return str(_("settings of levels"))


class LevelStanding(models.Model):
    """The highest level a member ever reached: each level is told once in a life, whatever is taken back later."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+", verbose_name=_("member")
    )
    highest = models.PositiveIntegerField(_("highest level"))
    at = models.DateTimeField(_("reached at"))

    class Meta:
        verbose_name = _("level of a member")
        verbose_name_plural = _("levels of members")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.highest}"


class LadderRung(models.Model):
    """A level at which a gift waits."""

    level = models.PositiveSmallIntegerField(pgettext_lazy("by credit", "level"), unique=True)
    name = models.CharField(_("what waits there"), max_length=120)
    points = models.PositiveIntegerField(_("points"), default=0)
    reward = models.ForeignKey(
        "loyalty.Reward", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gift"),
        help_text=_("From the catalogue: a coupon, a parcel, a perk. It costs the member nothing."),
    )  # fmt: skip
    badge = models.ForeignKey(
        "community.BadgeKind", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("badge"), help_text=_("One that is given by hand."),
    )  # fmt: skip
    min_trust = models.PositiveSmallIntegerField(
        _("from this trust on"), default=1, help_text=_("Anything worth money waits for trust 1.")
    )
    valid_days = models.PositiveSmallIntegerField(_("days to take it"), default=30)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("rung of the gift ladder")
        verbose_name_plural = _("rungs of the gift ladder")
        ordering = ["level"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=2), name="loyalty_rung_level"),
            models.CheckConstraint(condition=Q(valid_days__gte=1), name="loyalty_rung_days"),
            models.CheckConstraint(condition=Q(min_trust__lte=4), name="loyalty_rung_trust"),
            models.CheckConstraint(
                condition=Q(points__gt=0) | Q(reward__isnull=False) | Q(badge__isnull=False),
                name="loyalty_rung_gives_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.name}"


class LadderGift(models.Model):
    """A gift that a level brought; one for each rung in a life. Taken by a click until `expires_at`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for you")
        CLAIMED = "claimed", _("taken")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    rung = models.ForeignKey(LadderRung, on_delete=models.PROTECT, related_name="+", verbose_name=_("rung"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    granted_at = models.DateTimeField(_("granted at"))
    expires_at = models.DateTimeField(_("waits until"))
    claimed_at = models.DateTimeField(_("taken at"), null=True, blank=True)

    class Meta:
        verbose_name = _("gift of the ladder")
        verbose_name_plural = _("gifts of the ladder")
        constraints = [
            models.UniqueConstraint(fields=["member", "rung"], name="loyalty_ladder_gift_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", claimed_at__isnull=True) | Q(state="claimed", claimed_at__isnull=False),
                name="loyalty_ladder_gift_claimed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="waiting"), name="loyalty_ladder_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.rung_id}"


class LadderDraw(models.Model):
    """How a newcomer was drawn at joining: with the gift ladder, or without it so that its effect can be known."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member")
    )
    held_out = models.BooleanField(_("without a ladder"))
    percent = models.PositiveSmallIntegerField(_("share held out then, in percent"))
    at = models.DateTimeField(_("drawn at"))

    class Meta:
        verbose_name = _("draw of the ladder")
        verbose_name_plural = _("draws of the ladder")
        indexes = [models.Index(fields=["at"], name="loyalty_ladder_draws")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.held_out}"
