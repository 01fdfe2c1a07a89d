"""Votes for ideas, dates of events, and where moved posts were before."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class IdeaVote(models.Model):
    """One member's vote for an idea. `Topic.vote_count` is their number, changed in the same transaction."""

    wagtail_reference_index_ignore = True

    topic = models.ForeignKey("community.Topic", models.CASCADE, related_name="+", verbose_name=_("idea"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    voted_at = models.DateTimeField(_("voted at"))

    class Meta:
        verbose_name = _("vote for an idea")
        verbose_name_plural = _("votes for ideas")
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="community_idea_vote_once")]
        indexes = [models.Index(fields=["member", "-voted_at"], name="community_idea_vote_member")]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.topic_id}"


class EventDetails(models.Model):
    """When and where, of a topic of kind event. `time_zone` is the place's own: its clock decides what "7 pm" is."""

    wagtail_reference_index_ignore = True

    topic = models.OneToOneField("community.Topic", models.CASCADE, related_name="event", verbose_name=_("topic"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=60)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("date of an event")
        verbose_name_plural = _("dates of events")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="community_event_ends_after_start")
        ]
        indexes = [models.Index(fields=["starts_at"], name="community_event_starts")]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.starts_at}"


class PostRedirect(models.Model):
    """A post that lived under this number before it was moved; the old address leads to it for ever."""

    wagtail_reference_index_ignore = True

    from_topic = models.ForeignKey("community.Topic", models.CASCADE, related_name="+", verbose_name=_("topic before"))
    from_number = models.PositiveIntegerField(_("number before"))
    post = models.ForeignKey("community.Post", models.CASCADE, related_name="+", verbose_name=_("post"))

    class Meta:
        verbose_name = _("old address of a post")
        verbose_name_plural = _("old addresses of posts")
        constraints = [models.UniqueConstraint(fields=["from_topic", "from_number"], name="community_redirect_once")]

    def __str__(self) -> str:
        return f"{self.from_topic_id}#{self.from_number} → {self.post_id}"
