"""Order among people: sanctions, word rules, staff notes, and the log of what the staff did."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Sanction(models.Model):
    """A member may not write (silence) or not sign in (suspension) for a while. At most one of a kind is open.

    What somebody imposes always has a reason and an end. Without `by` it is the flags' doing: a newcomer is silent
    until a moderator has looked. The group of the same name is what every page and socket asks; this is the truth.
    """

    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        SILENCE = "silence", _("silenced")
        SUSPENSION = "suspension", _("suspended")

    class Ended(models.TextChoices):
        OPEN = "", _("open")
        TIME = "time", _("its time was over")
        HAND = "hand", _("ended by the team")
        UNDO = "undo", _("taken back")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason, as the member reads it"), max_length=500)
    item = models.ForeignKey(
        "community.ReviewItem", models.SET_NULL, null=True, related_name="+", verbose_name=_("item of the queue")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("imposed by")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_how = models.CharField(_("how it ended"), max_length=5, choices=Ended.choices, blank=True, default="")
    objection = models.TextField(_("what the member objects"), blank=True)
    objected_at = models.DateTimeField(_("objected at"), null=True)
    answer = models.TextField(_("our answer"), blank=True)

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"], condition=Q(ended_at__isnull=True), name="community_sanction_one_open"
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(ends_at__isnull=False), name="community_sanction_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="community_sanction_ends_later",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="community_sanction_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(ended_at__isnull=True), name="community_sanction_due"),
            models.Index(fields=["member", "-starts_at"], name="community_sanction_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class WordRule(models.Model):
    """What happens when somebody writes this. Rules are switched off, not deleted: what they did stays explained."""

    wagtail_reference_index_ignore = True

    class Act(models.TextChoices):
        BLOCK = "block", _("refuse it")
        HOLD = "hold", _("hold it until a moderator has looked")
        CENSOR = "censor", _("replace the word")
        FLAG = "flag", _("publish it and put it into the queue")
        LINK = "link", _("make the word a link")
        TAG = "tag", _("give the topic a tag")
        SILENCE = "silence", _("hold it and silence a newcomer until a moderator has looked")

    class Place(models.TextChoices):
        POST = "post", _("posts")
        TITLE = "title", _("titles")
        MESSAGE = "message", _("chat messages")
        NAME = "name", _("names of members")

    phrase = models.CharField(_("word or phrase"), max_length=100)
    act = models.CharField(_("what happens"), max_length=10, choices=Act.choices)
    places = ArrayField(models.CharField(max_length=10, choices=Place.choices), verbose_name=_("where"))
    with_what = models.CharField(_("with what"), max_length=200, blank=True)
    note = models.CharField(_("why, for the team"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("word rule")
        verbose_name_plural = _("word rules")
        constraints = [
            models.CheckConstraint(condition=~Q(phrase=""), name="community_word_not_empty"),
            models.CheckConstraint(condition=~Q(places=[]), name="community_word_somewhere"),
            models.CheckConstraint(
                condition=~Q(act__in=["link", "tag"]) | ~Q(with_what=""), name="community_word_with_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phrase}: {self.act}"


class StaffNote(models.Model):
    """What the team should know of a member. Never shown to members; in the member's own export on request."""

    wagtail_reference_index_ignore = True

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member"))
    text = models.CharField(_("note"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    removed_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("staff note")
        verbose_name_plural = _("staff notes")
        indexes = [models.Index(fields=["member", "-at"], name="community_note_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.at}"


class AuditEntry(models.Model):
    """One act of the staff: who, what, to what, why, before and after (ids and states, no texts). Never changed.

    A trigger refuses UPDATE and DELETE. Targets are plain numbers, so that nothing that goes takes its history along.
    """

    wagtail_reference_index_ignore = True

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    act = models.CharField(_("what"), max_length=40)
    target_kind = models.CharField(_("kind of target"), max_length=30)
    target = models.BigIntegerField(_("number of the target"), null=True)
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("about whom")
    )
    board_number = models.BigIntegerField(_("board"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["-at", "-id"], name="community_audit_newest"),
            models.Index(fields=["about", "-at"], name="community_audit_about"),
            models.Index(fields=["by", "-at"], name="community_audit_by"),
            models.Index(fields=["target_kind", "target"], name="community_audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}"
