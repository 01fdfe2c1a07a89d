"""Badges: what may be recognised, and who was."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BadgeKind(models.Model):
    """One badge. Earned by a rule that counts what others thought (`queries/badges.py`), or given by hand (no rule).

    The built-in ones have no name of their own: `words_badges.py` says it in the reader's language.
    """

    wagtail_reference_index_ignore = True  # configuration, points at no page

    class Grade(models.IntegerChoices):
        JADE = 1, _("jade: a first step")
        INDIGO = 2, _("indigo: a good way")
        CINNABAR = 3, _("cinnabar: years of it")

    code = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    description = models.CharField(_("what it is given for"), max_length=200, blank=True)
    motif = models.CharField(_("picture on the seal"), max_length=20, default="cup")
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade.choices, default=Grade.JADE)
    rule = models.CharField(_("rule"), max_length=30, blank=True, editable=False)
    threshold = models.PositiveIntegerField(_("how many"), default=1)
    repeatable = models.BooleanField(_("may be earned again"), default=False, editable=False)
    taken_back = models.BooleanField(_("goes when its cause goes"), default=False, editable=False)
    active = models.BooleanField(_("can be earned"), default=True, db_default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = [
            models.CheckConstraint(condition=Q(threshold__gte=1), name="community_badge_threshold"),
            models.CheckConstraint(condition=Q(grade__range=(1, 3)), name="community_badge_grade"),
            models.CheckConstraint(condition=~Q(rule="") | ~Q(name=""), name="community_badge_by_hand_has_a_name"),
        ]

    def __str__(self) -> str:
        from community.words.badges import badge_name

        return badge_name(self.code, self.name)


class BadgeAward(models.Model):
    """A member earned a badge. `cause` is empty, or what it was for when it may be earned again ("post:12")."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    kind = models.ForeignKey(BadgeKind, models.CASCADE, related_name="awards", verbose_name=_("badge"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    cause = models.CharField(_("cause"), max_length=40, blank=True)
    post = models.ForeignKey("community.Post", models.SET_NULL, null=True, related_name="+", verbose_name=_("post"))
    note = models.CharField(_("what it was given for"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    worn = models.BooleanField(_("shown beside the name"), default=False, db_default=False)
    at = models.DateTimeField(_("earned at"))

    class Meta:
        verbose_name = _("badge of a member")
        verbose_name_plural = _("badges of members")
        constraints = [
            models.UniqueConstraint(fields=["kind", "member", "cause"], name="community_badge_once"),
            models.UniqueConstraint(fields=["member"], condition=Q(worn=True), name="community_badge_worn_one"),
        ]
        indexes = [
            # A member's badges, and those who have one, newest first.
            models.Index(fields=["member", "-at", "-id"], name="community_badges_of_member"),
            models.Index(fields=["kind", "-at", "-id"], name="community_badge_holders"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind_id}"
