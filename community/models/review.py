"""The review queue: what somebody should look at, who flagged it, and what was decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class ReviewItem(models.Model):
    """One thing to look at: a target of a kind that `slots.review_kinds` knows. One open item per target.

    `score` is the sum of the open flags' weights, in hundredths, so that a threshold is reached exactly. `version` rises with
    every change of what a moderator sees; a decision names the one it was made upon. `undo` is what brings the
    target back to where it was (ids and states only). `done` lists the consequences that the score already had.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        APPROVED = "approved", _("agreed")
        REJECTED = "rejected", _("declined")
        IGNORED = "ignored", _("ignored")
        REMOVED = "removed", _("deleted with its author's posts")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    target = models.BigIntegerField(_("number of the target"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("about whom")
    )
    board = models.ForeignKey("community.Board", models.SET_NULL, null=True, related_name="+", verbose_name=_("board"))
    topic = models.ForeignKey("community.Topic", models.CASCADE, null=True, related_name="+", verbose_name=_("topic"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    score = models.DecimalField(_("score"), max_digits=9, decimal_places=2, default=0)
    reasons = models.JSONField(_("what raised it"), default=list)
    done = models.JSONField(_("consequences so far"), default=list)
    version = models.PositiveIntegerField(_("version"), default=1)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("claimed by")
    )
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    created_at = models.DateTimeField(_("raised at"))
    touched_at = models.DateTimeField(_("last change"))
    reminded_at = models.DateTimeField(_("moderators reminded at"), null=True)
    decision = models.CharField(_("decision"), max_length=30, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    undo = models.JSONField(_("how to take it back"), null=True)

    class Meta:
        verbose_name = _("item of the review queue")
        verbose_name_plural = _("items of the review queue")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target"], condition=Q(state="pending"), name="community_review_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | ~Q(state="pending") & Q(decided_at__isnull=False),
                name="community_review_decided",
            ),
        ]
        indexes = [
            # The queue, the heaviest first.
            models.Index(fields=["-score", "created_at"], condition=Q(state="pending"), name="community_review_queue"),
            # What waits too long.
            models.Index(fields=["created_at"], condition=Q(state="pending"), name="community_review_waiting"),
            # What was ever raised about a member, and about one target.
            models.Index(fields=["author", "-created_at"], name="community_review_author"),
            models.Index(fields=["kind", "target", "-decided_at"], name="community_review_target"),
            models.Index(fields=["-decided_at"], condition=~Q(state="pending"), name="community_review_decisions"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}: {self.state}"


class ReviewFlag(models.Model):
    """One member's one flag. `verdict` is empty until a moderator judged it."""

    wagtail_reference_index_ignore = True

    class Reason(models.TextChoices):
        SPAM = "spam", _("Advertising or spam")
        OFF_TOPIC = "off_topic", _("Off topic")
        INAPPROPRIATE = "inappropriate", _("Inappropriate")
        HARASSMENT = "harassment", _("Harassment")
        ILLEGAL = "illegal", _("Against the law")
        OTHER = "other", _("Something else")

    class Verdict(models.TextChoices):
        OPEN = "", _("open")
        AGREED = "agreed", _("agreed")
        DISAGREED = "disagreed", _("declined")
        IGNORED = "ignored", _("ignored")

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="flags", verbose_name=_("item"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("flagged by"))
    reason = models.CharField(_("reason"), max_length=15, choices=Reason.choices)
    note = models.CharField(_("in their words"), max_length=500, blank=True)
    weight = models.DecimalField(_("weight"), max_digits=7, decimal_places=2)
    trust = models.PositiveSmallIntegerField(_("level of trust"))
    staff = models.BooleanField(_("flagged by staff"), default=False)
    act_now = models.BooleanField(_("act now"), default=False)
    accuracy = models.DecimalField(_("accuracy"), max_digits=7, decimal_places=2, default=0)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, blank=True, default="")
    at = models.DateTimeField(_("flagged at"))

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [models.UniqueConstraint(fields=["item", "by"], name="community_flag_once")]
        indexes = [
            # How right a member was, and how often they flagged today.
            models.Index(fields=["by", "verdict"], name="community_flag_accuracy"),
            models.Index(fields=["by", "-at"], name="community_flag_by"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} {self.reason} {self.item_id}"
