"""What a member did here so far, the level of trust that follows from it, and how often they wrote lately."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class MemberActivity(models.Model):
    """How much a member has read here ever, and their level of trust. A member without a row is at level 0.

    What they wrote and what others thought of it is counted where it stands (posts, reactions), so no act that is
    taken back and no event that is told twice can make these numbers wrong.
    """

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member")
    )
    trust = models.PositiveSmallIntegerField(_("level of trust"), default=0, db_default=0)
    trust_since = models.DateTimeField(_("at this level since"), null=True)
    locked_at = models.DateTimeField(_("held at this level since"), null=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("held by")
    )
    topics_opened = models.PositiveIntegerField(_("topics opened"), default=0, db_default=0)
    posts_read = models.PositiveIntegerField(_("posts read"), default=0, db_default=0)
    seconds = models.PositiveIntegerField(_("seconds of reading"), default=0, db_default=0)
    days_visited = models.PositiveIntegerField(_("days with reading"), default=0, db_default=0)
    noted_at = models.DateTimeField(_("last reading noted"))

    class Meta:
        verbose_name = _("activity of a member")
        verbose_name_plural = _("activity of members")
        constraints = [
            models.CheckConstraint(condition=Q(trust__lte=4), name="community_trust_level"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True, locked_by__isnull=True)
                | Q(locked_at__isnull=False, locked_by__isnull=False),
                name="community_trust_locked_by",
            ),
        ]
        indexes = [
            # The console's list, and whom the nightly review looks at.
            models.Index(fields=["trust", "-trust_since"], name="community_trust_list"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.trust}"


class ActivityDay(models.Model):
    """What a member read on one day of the site's calendar (TIME_ZONE); kept for as long as level 3 looks back."""

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    day = models.DateField(_("day"))
    topics_opened = models.PositiveIntegerField(_("topics opened"), default=0, db_default=0)
    posts_read = models.PositiveIntegerField(_("posts read"), default=0, db_default=0)
    seconds = models.PositiveIntegerField(_("seconds of reading"), default=0, db_default=0)

    class Meta:
        verbose_name = _("day of a member")
        verbose_name_plural = _("days of members")
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="community_activity_day_once")]
        indexes = [
            # The nightly clearing.
            models.Index(fields=["day"], name="community_activity_day_old"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.day}"


class TrustChange(models.Model):
    """A member's level of trust became another. Rows are only added."""

    wagtail_reference_index_ignore = True  # a log

    class Reason(models.TextChoices):
        RULE = "rule", _("by the rules")
        HAND = "hand", _("by hand")
        GROUP = "group", _("by a group")
        LEFT = "left", _("left a group")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    before = models.PositiveSmallIntegerField(_("level before"))
    after = models.PositiveSmallIntegerField(_("level after"))
    reason = models.CharField(_("why"), max_length=10, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )
    at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("change of trust")
        verbose_name_plural = _("changes of trust")
        constraints = [
            models.CheckConstraint(
                condition=Q(before__lte=4) & Q(after__lte=4) & ~Q(before=F("after")), name="community_trust_change"
            )
        ]
        indexes = [
            # A member's way, newest first.
            models.Index(fields=["member", "-at"], name="community_trust_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.before} → {self.after}"


class GroupTrust(models.Model):
    """A group whose people are held at a level of trust (teachers, partners). Of several, the highest counts."""

    wagtail_reference_index_ignore = True  # configuration, points at no page

    group = models.OneToOneField("auth.Group", models.CASCADE, related_name="+", verbose_name=_("group"))
    level = models.PositiveSmallIntegerField(
        _("level of trust"), choices=[(level, str(level)) for level in (1, 2, 3, 4)]
    )

    class Meta:
        verbose_name = _("level of trust of a group")
        verbose_name_plural = _("levels of trust of groups")
        constraints = [models.CheckConstraint(condition=Q(level__range=(1, 4)), name="community_group_trust")]

    def __str__(self) -> str:
        return f"{self.group}: {self.level}"


class Spending(models.Model):
    """When a member last did an act that has a limit, newest first, while Valkey is away; see `limits.py`.

    `keys` are those of the forms, so that one form sent twice counts once.
    """

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    act = models.CharField(_("act"), max_length=20)
    times = ArrayField(models.DateTimeField(), default=list, verbose_name=_("when"))
    keys = ArrayField(models.CharField(max_length=64), default=list, verbose_name=_("keys of the forms"))
    quiet_until = models.DateTimeField(_("not before"), null=True)

    class Meta:
        verbose_name = _("pace of a member")
        verbose_name_plural = _("paces of members")
        constraints = [models.UniqueConstraint(fields=["member", "act"], name="community_spending_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.act}"
