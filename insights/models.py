"""Acts of members, the stages that follow from them, and every change of a stage."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from insights.rules import Stage

STAGES = [
    (Stage.POTENTIAL.value, pgettext_lazy("stage", "Potential")),
    (Stage.EXPLORATION.value, pgettext_lazy("stage", "Exploration")),
    (Stage.FORMATION.value, pgettext_lazy("stage", "Formation")),
    (Stage.STABLE.value, pgettext_lazy("stage", "Stable")),
    (Stage.DECLINE.value, pgettext_lazy("stage", "Decline")),
    (Stage.LAPSED.value, pgettext_lazy("stage", "Lapsed")),
    (Stage.RECOVERED.value, pgettext_lazy("stage", "Recovered")),
]


class Stream(models.TextChoices):
    """What kind of relation: buying, talking, or both seen as one."""

    COMMERCE = "C", _("buying")
    SOCIAL = "S", _("talking")
    MEMBER = "member", _("both")


class Origin(models.TextChoices):
    """What made a stage be looked at again."""

    EVENT = "event", _("something they did")
    NIGHT = "night", _("the nightly look")
    IMPORT = "import", _("history taken in")


class Act(models.Model):
    """Something a member did of their own accord; one row a source.

    An act that was undone (refund, removed post) stays as a row that no longer stands, so that messages about it may
    come in any order: the newest decides.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("purchase")
        REWARD = "reward", _("reward claimed")
        POST = "post", _("topic or reply")
        MESSAGE = "message", _("chat message")
        ANSWER = "answer", _("accepted answer")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("member")
    )
    stream = models.CharField(_("stream"), max_length=1, choices=[("C", _("buying")), ("S", _("talking"))])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    source_id = models.BigIntegerField(_("source"))
    occurred_at = models.DateTimeField(_("when"))
    day = models.DateField(_("day in the site's time zone"))
    stands = models.BooleanField(_("stands"), default=True)
    changed_at = models.DateTimeField(_("time of the newest message about it"))

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="insights_act_once"),
            models.CheckConstraint(condition=Q(stream__in=["C", "S"]), name="insights_act_stream"),
        ]
        # Distinct days of a member in a stream, straight from the index: the stage pass and one member's evaluation.
        indexes = [models.Index(fields=["stream", "member", "day"], condition=Q(stands=True), name="insights_act_days")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"


class MemberStage(models.Model):
    """Where a member stands in a stream now. A member without a row is `potential`: nothing happened yet."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("member")
    )
    stream = models.CharField(_("stream"), max_length=6, choices=Stream.choices)
    stage = models.CharField(_("stage"), max_length=12, choices=STAGES)
    since = models.DateTimeField(_("since"))
    reason = models.CharField(_("reason"), max_length=12)
    inputs = models.JSONField(_("inputs"), default=dict)
    origin = models.CharField(_("seen by"), max_length=6, choices=Origin.choices)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["member", "stream"], name="insights_stage_once"),
            models.CheckConstraint(condition=Q(stage__in=[one.value for one in Stage]), name="insights_stage_known"),
            models.CheckConstraint(condition=Q(stream__in=["C", "S", "member"]), name="insights_stage_stream"),
        ]
        # Who is in these stages: segments, campaigns and the table's cells.
        indexes = [models.Index(fields=["stream", "stage", "member"], name="insights_stage_members")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.stream}: {self.stage}"


class StageChange(models.Model):
    """One move from a stage to another. Append-only: history is corrected by new rows."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("member")
    )
    stream = models.CharField(_("stream"), max_length=6, choices=Stream.choices)
    from_stage = models.CharField(_("from"), max_length=12, choices=STAGES)
    to_stage = models.CharField(_("to"), max_length=12, choices=STAGES)
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=12)
    inputs = models.JSONField(_("inputs"), default=dict)
    origin = models.CharField(_("seen by"), max_length=6, choices=Origin.choices)

    class Meta:
        verbose_name = _("change of stage")
        verbose_name_plural = _("changes of stage")
        constraints = [
            models.CheckConstraint(condition=~Q(from_stage=models.F("to_stage")), name="insights_change_moves"),
        ]
        indexes = [
            models.Index(fields=["member", "-at"], name="insights_change_story"),  # one member's story
            models.Index(fields=["stream", "at"], name="insights_change_month"),  # movement since a day
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.stream}: {self.from_stage} → {self.to_stage}"


class StageRun(models.Model):
    """One look at the whole site, as of a day, and the site's usual rhythm found then (days between visits)."""

    day = models.DateField(_("day"), unique=True)
    at = models.DateTimeField(_("at"))
    cadence_commerce = models.FloatField(_("usual days between purchases"))
    cadence_social = models.FloatField(_("usual days between talks"))
    changes = models.PositiveIntegerField(_("changes"), default=0)

    class Meta:
        verbose_name = _("nightly look")
        verbose_name_plural = _("nightly looks")
        constraints = [
            # A rhythm of zero days would make every silence infinitely overdue.
            models.CheckConstraint(
                condition=Q(cadence_commerce__gt=0, cadence_social__gt=0), name="insights_run_positive"
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)


class Objection(models.Model):
    """A member who asked not to be scored. While the row exists, no other row about a score of theirs does."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True, verbose_name=_("member")
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("objection to scoring")
        verbose_name_plural = _("objections to scoring")

    def __str__(self) -> str:
        return str(self.member_id)
