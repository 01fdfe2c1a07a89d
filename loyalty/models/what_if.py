"""Drafts of rules that nobody is paid by, and what they would have done."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class DraftSet(models.Model):
    """Rules, numbers of tiers and a way of expiry that are tried together before they are published. `changes` counts edits:
    a result speaks of one of them."""

    wagtail_reference_index_ignore = True

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    tiers = models.JSONField(_("tier table"), null=True)
    expiry = models.JSONField(_("expiry of points"), null=True)
    changes = models.PositiveIntegerField(_("changes"), default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"),
        db_index=False,
    )  # fmt: skip
    # Everybody who wrote something of it: none of them is its second person.
    writers = ArrayField(models.BigIntegerField(), verbose_name=_("written by"), default=list, db_default=[])
    made_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed at"))
    published_at = models.DateTimeField(_("published at"), null=True)
    # Whoever wrote it asked Finance to publish it; a change afterwards takes that back.
    waits_since = models.DateTimeField(_("waits for a second person since"), null=True)

    class Meta:
        verbose_name = _("draft of rules")
        verbose_name_plural = _("drafts of rules")
        indexes = [
            models.Index(fields=["-changed_at"], name="loyalty_draft_newest"),
            models.Index(
                fields=["waits_since"], condition=Q(published_at=None, waits_since__isnull=False),
                name="loyalty_draft_waits",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class RuleDraft(models.Model):
    """One rule of a draft: the values that its form gave. `base`: the published version it was made from; 0: a new rule."""

    wagtail_reference_index_ignore = True

    draft = models.ForeignKey(DraftSet, on_delete=models.CASCADE, related_name="rules", verbose_name=_("draft"))
    code = models.SlugField(_("code"), max_length=40)
    base = models.PositiveIntegerField(_("made from version"), default=0)
    values = models.JSONField(_("values"))

    class Meta:
        verbose_name = _("rule of a draft")
        verbose_name_plural = _("rules of drafts")
        constraints = [models.UniqueConstraint(fields=["draft", "code"], name="loyalty_draft_rule_once")]

    def __str__(self) -> str:
        return self.code


class Trial(models.Model):
    """One replay of a period by a draft (or, without one, by the published rules): asked for, worked through in batches, kept."""

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a worker")
        RUNNING = "running", _("is being counted")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("stopped")
        FAILED = "failed", _("failed")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    draft = models.ForeignKey(
        DraftSet, on_delete=models.CASCADE, null=True, related_name="trials", verbose_name=_("draft")
    )
    changes = models.PositiveIntegerField(_("of the draft after so many changes"), default=0)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by"),
        db_index=False,
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked at"))
    # Whose work it is: a worker that comes back after another has taken over finds a newer number, and stops.
    turn = models.PositiveIntegerField(_("times begun"), default=0)
    seen_at = models.DateTimeField(_("last sign of life"), null=True)
    done = models.PositiveBigIntegerField(_("cases done"), default=0)
    total = models.PositiveBigIntegerField(_("cases"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    result = models.JSONField(_("result"), null=True)

    class Meta:
        verbose_name = _("trial of rules")
        verbose_name_plural = _("trials of rules")
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state__in=["waiting", "running"]), name="loyalty_trial_open"),
            models.Index(fields=["-asked_at"], name="loyalty_trial_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="loyalty_trial_period"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False, finished_at__isnull=False),
                name="loyalty_trial_done_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class TrialDecision(models.Model):
    """Which result stood before somebody who published a version: who decided on what."""

    wagtail_reference_index_ignore = True

    rule = models.OneToOneField(
        "loyalty.EarningRule", on_delete=models.CASCADE, related_name="+", verbose_name=_("rule version")
    )
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="+", verbose_name=_("trial"))

    class Meta:
        verbose_name = _("decision on a trial")
        verbose_name_plural = _("decisions on trials")

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.trial_id}"


class PointsValue(models.Model):
    """What managers say of the worth of points where nothing can be measured yet. One row."""

    wagtail_reference_index_ignore = True

    id = models.SmallIntegerField(primary_key=True, default=1)
    redemption_percent = models.DecimalField(
        _("share that will be redeemed, in percent"), max_digits=5, decimal_places=2, default=100,
        help_text=_("Used until twelve months of points can be measured. 100 is the careful answer."),
    )  # fmt: skip
    point_value = models.DecimalField(
        _("what one point is worth"), max_digits=12, decimal_places=6, null=True, blank=True,
        help_text=_("In the programme's currency, like 0.01. Empty: what rewards cost a point in the last twelve months."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("worth of points")
        verbose_name_plural = _("worth of points")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="loyalty_points_value_once"),
            models.CheckConstraint(
                condition=Q(redemption_percent__gte=0, redemption_percent__lte=100), name="loyalty_points_value_percent"
            ),
            models.CheckConstraint(
                condition=Q(point_value__isnull=True) | Q(point_value__gt=0), name="loyalty_points_value_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.redemption_percent} %"
