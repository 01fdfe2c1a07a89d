"""Polls: a question inside a post, and one ballot for each member."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Poll(models.Model):
    """A question with 2 to 20 options. The options never change, so that nobody's vote comes to mean something else.

    A choice is the place of an option, from 0. Results are counted from the ballots, never kept.
    """

    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        SINGLE = "single", _("one choice")
        SEVERAL = "several", _("several choices")
        RANKED = "ranked", _("in order of preference")

    class Results(models.TextChoices):
        ALWAYS = "always", _("at any time")
        VOTED = "voted", _("after one's own vote")
        CLOSED = "closed", _("after the poll has closed")

    post = models.OneToOneField("community.Post", models.CASCADE, related_name="poll", verbose_name=_("post"))
    question = models.CharField(_("question"), max_length=200)
    options = ArrayField(models.CharField(max_length=120), verbose_name=_("options"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SINGLE)
    least = models.PositiveSmallIntegerField(_("least choices"), default=1)
    most = models.PositiveSmallIntegerField(_("most choices"), default=1)
    results = models.CharField(_("results are shown"), max_length=10, choices=Results.choices, default=Results.ALWAYS)
    anonymous = models.BooleanField(_("nobody sees who voted for what"), default=True)
    least_trust = models.PositiveSmallIntegerField(_("from which level of trust"), default=0)
    for_group = models.ForeignKey(
        "auth.Group", models.PROTECT, null=True, related_name="+", verbose_name=_("only for this group")
    )
    closes_at = models.DateTimeField(_("closes at"), null=True)
    created_at = models.DateTimeField(_("asked at"))

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        constraints = [
            models.CheckConstraint(
                condition=Q(options__len__gte=2, options__len__lte=20), name="community_poll_options"
            ),
            models.CheckConstraint(
                condition=Q(least__gte=1, most__gte=F("least"), most__lte=20), name="community_poll_choices"
            ),
            models.CheckConstraint(
                condition=~Q(kind="single") | Q(least=1, most=1), name="community_poll_single_is_one"
            ),
            models.CheckConstraint(condition=Q(least_trust__lte=4), name="community_poll_trust"),
        ]

    def __str__(self) -> str:
        return self.question


class PollVote(models.Model):
    """One member's ballot: the chosen options, of a ranked poll in order of preference. Changing it replaces it."""

    wagtail_reference_index_ignore = True

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes", verbose_name=_("poll"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    choices = ArrayField(models.SmallIntegerField(), verbose_name=_("choices"))
    voted_at = models.DateTimeField(_("voted at"))

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [
            models.UniqueConstraint(fields=["poll", "member"], name="community_ballot_once"),
            models.CheckConstraint(
                condition=Q(choices__len__gte=1, choices__len__lte=20), name="community_ballot_says_something"
            ),
        ]
        indexes = [models.Index(fields=["member", "-voted_at"], name="community_ballot_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.poll_id}"
