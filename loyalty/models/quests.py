"""Quests: what to do next, and how far each member is."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox.ids import new_id


class Quest(models.Model):
    """One version of one quest. Versions are never changed: saving makes the next one and ends the one before.

    Whoever has begun keeps the version they began with: what was promised holds.
    """

    class Kind(models.TextChoices):
        NEWCOMER = "newcomer", _("First steps")
        DAILY = "daily", _("Of the day")
        WEEKLY = "weekly", _("Of the week")
        MENTOR = "mentor", _("For those who look after newcomers")
        COME_BACK = "come_back", _("Welcome back")
        SEASON = "season", _("Of the season")
        CAMPAIGN = "campaign", pgettext_lazy("quest", "Campaign")

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        NEWCOMERS = "newcomers", _("Newcomers, for their first days")
        RETURNING = "returning", _("Who came back after a long time")
        GROUP = "group", _("A group of members")
        TIER = "tier", _("A tier and those above")

    class Repeat(models.TextChoices):
        NEVER = "never", _("Once in a life")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")
        SEASON = "season", _("Every quarter")

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    about = models.CharField(_("why it is worth doing"), max_length=300, blank=True)
    audience = models.CharField(_("for whom"), max_length=12, choices=Audience.choices, default=Audience.EVERYBODY)
    audience_days = models.PositiveSmallIntegerField(
        _("days"), default=60, help_text=_("Newcomers: days after joining. Who came back: days after their return.")
    )
    group = models.ForeignKey(
        "auth.Group", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    tier = models.ForeignKey(
        "loyalty.Tier", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tier")
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    repeat = models.CharField(_("repeats"), max_length=8, choices=Repeat.choices, default=Repeat.NEVER)
    ordered = models.BooleanField(_("steps one after the other"), default=False)
    points = models.PositiveIntegerField(_("points"), default=0)
    credit = models.PositiveIntegerField(_("tier credit"), default=0)
    gift = models.ForeignKey(
        "loyalty.Reward", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gift")
    )
    gift_days = models.PositiveSmallIntegerField(_("days to take the gift"), default=30)
    badge = models.ForeignKey(
        "community.BadgeKind", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("badge"), help_text=_("One that is given by hand."),
    )  # fmt: skip
    active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    published_at = models.DateTimeField(_("published at"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("quest")
        verbose_name_plural = _("quests")
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="loyalty_quest_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(replaced_at__isnull=True), name="loyalty_quest_one_current"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="loyalty_quest_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(audience="group") | Q(group__isnull=False), name="loyalty_quest_names_group"
            ),
            models.CheckConstraint(
                condition=~Q(audience="tier") | Q(tier__isnull=False), name="loyalty_quest_names_tier"
            ),
            models.CheckConstraint(condition=Q(audience_days__gte=1), name="loyalty_quest_some_days"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (v{self.version})"


class QuestStep(models.Model):
    """One thing to do: `count` times the act `event` (`rules/quest_steps.py`) that fits the filter, each time another
    `distinct_by`."""

    quest = models.ForeignKey(Quest, on_delete=models.CASCADE, related_name="steps", verbose_name=_("quest"))
    position = models.PositiveSmallIntegerField(_("position"))
    event = models.CharField(_("what to do"), max_length=40)
    filter = models.JSONField(_("only when"), default=dict, blank=True)
    count = models.PositiveSmallIntegerField(_("how often"), default=1)
    distinct_by = models.CharField(_("each time another"), max_length=20, blank=True, default="")
    name = models.CharField(pgettext_lazy("step", "words"), max_length=160)

    class Meta:
        verbose_name = _("step of a quest")
        verbose_name_plural = _("steps of quests")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["quest", "position"], name="loyalty_quest_step_place"),
            models.CheckConstraint(condition=Q(count__gte=1) & Q(count__lte=1000), name="loyalty_quest_step_count"),
        ]
        indexes = [models.Index(fields=["event", "quest"], name="loyalty_quest_steps_hear")]

    def __str__(self) -> str:
        return self.name


class QuestRun(models.Model):
    """A member's way through a quest in one period ("" | "2026-11-22" | "2026-W47" | "2026-Q4" | "back:2026-11-22")."""

    class State(models.TextChoices):
        OPEN = "open", _("under way")
        DONE = "done", _("done")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    quest = models.ForeignKey(Quest, on_delete=models.PROTECT, related_name="+", verbose_name=_("quest"))
    code = models.SlugField(_("code"), max_length=40, db_index=False)
    period = models.CharField(_("period"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=4, choices=State.choices, default=State.OPEN)
    begun_at = models.DateTimeField(_("begun at"))
    ends_at = models.DateTimeField(_("open until"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    points = models.PositiveIntegerField(_("points paid"), default=0)
    credit = models.PositiveIntegerField(_("credit paid"), default=0)

    class Meta:
        verbose_name = _("run of a quest")
        verbose_name_plural = _("runs of quests")
        constraints = [
            # Once in a period, so at most one is open: a finished one keeps its place and cannot be begun again.
            models.UniqueConstraint(fields=["member", "code", "period"], name="loyalty_quest_run_once"),
            models.CheckConstraint(
                condition=Q(state="open", done_at__isnull=True) | Q(state="done", done_at__isnull=False),
                name="loyalty_quest_run_done_at",
            ),
        ]
        indexes = [models.Index(fields=["quest", "state"], name="loyalty_quest_runs_of")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.code} {self.period}"


class StepProgress(models.Model):
    """One event that counted for a step, by the newest word about it: told twice it counts once, taken back not at all.

    `subject` is what it hangs on ("post:17"): while that is withdrawn, nothing that hangs on it counts.
    """

    run = models.ForeignKey(
        QuestRun, on_delete=models.CASCADE, related_name="progress", verbose_name=_("run"), db_index=False
    )
    step = models.ForeignKey(QuestStep, on_delete=models.CASCADE, related_name="+", verbose_name=_("step"))
    source = models.CharField(_("source"), max_length=80)
    subject = models.CharField(_("hangs on"), max_length=40, blank=True)
    distinct = models.CharField(_("another"), max_length=60, blank=True)
    stands = models.BooleanField(_("stands"))
    at = models.DateTimeField(_("last word at"))

    class Meta:
        verbose_name = _("progress of a step")
        verbose_name_plural = _("progress of steps")
        constraints = [models.UniqueConstraint(fields=["run", "step", "source"], name="loyalty_quest_source_once")]
        indexes = [
            models.Index(fields=["subject"], condition=~Q(subject=""), name="loyalty_quest_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.step_id} {self.source}"


class QuestWithdrawal(models.Model):
    """A post that was removed or restored, by the newest word: what came before it or after it is judged the same."""

    subject = models.CharField(_("subject"), max_length=40, primary_key=True)
    gone = models.BooleanField(_("gone"))
    at = models.DateTimeField(_("last word at"))

    class Meta:
        verbose_name = _("withdrawn subject")
        verbose_name_plural = _("withdrawn subjects")

    def __str__(self) -> str:
        return self.subject


class ChecklistDismissal(models.Model):
    """A newcomer does not want to see the list of first steps on the front page; the steps still count."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("dismissed checklist")
        verbose_name_plural = _("dismissed checklists")

    def __str__(self) -> str:
        return str(self.member_id)


class RhythmWeek(models.Model):
    """A week in which a member did something for others. `week` is its Monday, in the programme's time zone."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member"), db_index=False
    )
    week = models.DateField(_("week"))
    act = models.CharField(_("what for"), max_length=40)

    class Meta:
        verbose_name = _("week of a rhythm")
        verbose_name_plural = _("weeks of rhythms")
        constraints = [models.UniqueConstraint(fields=["member", "week"], name="loyalty_rhythm_week_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.week}"
