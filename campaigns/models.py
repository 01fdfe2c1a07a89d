"""A campaign, and who was drawn into which arm of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


def new_draw_key() -> str:
    """A secret name for a draw: who knows only public ids cannot compute who is held out."""
    return new_id(24)


class Campaign(models.Model):
    """One message to an audience, with a held-out group that proves what it did.

    A draft may be changed; a started campaign never: its text, audience and outcome are what was measured.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        FINISHED = "finished", _("all sent")
        STOPPED = "stopped", _("stopped")

    class Offer(models.TextChoices):
        NONE = "none", _("no coupon")
        PERCENT = "percent", _("percent off")
        AMOUNT = "amount", _("amount off")

    class Outcome(models.TextChoices):
        ANY = "any", _("bought or wrote something")
        ORDER = "order", _("bought something")
        TALK = "talk", _("wrote something")

    public_id = models.CharField(max_length=16, unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    stages = ArrayField(models.CharField(max_length=12), verbose_name=_("stages"))
    holdout_percent = models.PositiveSmallIntegerField(_("held out, percent"), default=20)
    draw_key = models.CharField(max_length=40, default=new_draw_key, editable=False)
    expected_percent = models.PositiveSmallIntegerField(_("would return anyway, percent"), default=5)
    outcome = models.CharField(
        _("what counts as a return"), max_length=10, choices=Outcome.choices, default=Outcome.ANY
    )
    window_days = models.PositiveSmallIntegerField(_("read-out after days"), default=30)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=20_000)
    offer = models.CharField(_("coupon"), max_length=10, choices=Offer.choices, default=Offer.NONE)
    offer_percent = models.PositiveSmallIntegerField(_("percent off"), default=0)
    offer_amount = models.PositiveBigIntegerField(_("amount off, in minor units"), default=0)
    offer_currency = models.CharField(_("currency"), max_length=3, blank=True)
    offer_days = models.PositiveSmallIntegerField(_("valid for days"), default=14)
    keeps_quiet_hours = models.BooleanField(_("keeps quiet hours"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("created by")
    )
    changed_at = models.DateTimeField(_("changed at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(condition=Q(holdout_percent__lte=90), name="campaigns_holdout"),
            models.CheckConstraint(condition=Q(expected_percent__range=(1, 90)), name="campaigns_expected"),
            models.CheckConstraint(condition=Q(window_days__range=(1, 365)), name="campaigns_window"),
            models.CheckConstraint(
                condition=Q(offer="none")
                | Q(offer="percent", offer_percent__range=(1, 100), offer_days__gte=1)
                | (Q(offer="amount", offer_amount__gte=1, offer_days__gte=1) & ~Q(offer_currency="")),
                name="campaigns_offer_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", started_at__isnull=True) | (~Q(state="draft") & Q(started_at__isnull=False)),
                name="campaigns_started_unless_draft",
            ),
        ]
        # The managers' list, newest first, and the tick's search for what runs.
        indexes = [models.Index(fields=["state", "-created_at"], name="campaigns_state")]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """The arm of one eligible member, drawn before anything was sent. Never changed: analysis is by assignment."""

    class Arm(models.TextChoices):
        TREATED = "treated", _("written to")
        HELD_OUT = "held_out", _("held out")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="assignments")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    arm = models.CharField(_("arm"), max_length=10, choices=Arm.choices)
    at = models.DateTimeField(_("drawn at"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "member"], name="campaigns_assigned_once"),
            models.CheckConstraint(condition=Q(arm__in=["treated", "held_out"]), name="campaigns_arm"),
        ]
        # The result page counts by arm.
        indexes = [models.Index(fields=["campaign", "arm"], name="campaigns_arms")]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.member_id} {self.arm}"
