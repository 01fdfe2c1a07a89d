"""Tags: words that lie across the boards, in groups, with synonyms."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.models.boards import slug_is_clean


class TagGroup(models.Model):
    """Tags that belong together: "Kind of tea". Of a `one_of` group a topic carries at most one."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    one_of = models.BooleanField(
        _("one of these"), default=False, help_text=_("A topic carries at most one tag of this group.")
    )
    least_trust = models.PositiveSmallIntegerField(
        _("from which level of trust"),
        default=0,
        choices=[(level, str(level)) for level in range(5)],
        help_text=_("Who is below may not put these tags on a topic."),
    )
    for_group = models.ForeignKey(
        "auth.Group",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for this group"),
        help_text=_("Empty: everybody. Moderators may always."),
    )

    class Meta:
        verbose_name = _("group of tags")
        verbose_name_plural = _("groups of tags")
        constraints = [models.CheckConstraint(condition=Q(least_trust__lte=4), name="community_tag_group_trust")]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word on topics. `folded` is how it is compared; a synonym leads to its main tag and is never on a topic."""

    name = models.CharField(_("name"), max_length=20)
    folded = models.CharField(_("as compared"), max_length=60, unique=True, editable=False)
    slug = models.CharField(_("address"), max_length=60, unique=True, blank=True, validators=[slug_is_clean])
    description = models.CharField(_("description"), max_length=300, blank=True)
    group = models.ForeignKey(
        TagGroup, models.SET_NULL, null=True, blank=True, related_name="tags", verbose_name=_("group")
    )
    synonym_of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="synonyms",
        verbose_name=_("another word for"),
        help_text=_("Topics of this tag get that one instead; whoever types this word means that one."),
    )
    staff_only = models.BooleanField(
        _("for moderators"), default=False, help_text=_("Only moderators put it on topics and take it off.")
    )
    topic_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.CheckConstraint(condition=~Q(synonym_of=F("id")), name="community_tag_not_its_synonym"),
        ]
        indexes = [
            # Completion: words that begin so.
            models.Index(fields=["folded"], opclasses=["varchar_pattern_ops"], name="community_tag_begins"),
        ]

    def __str__(self) -> str:
        return self.name


class TopicTag(models.Model):
    """A tag on a topic. A database trigger writes these rows from `Topic.tag_ids` and `Topic.last_post_at`, whoever
    changes them, so that the array and the rows are never two truths; nobody else writes here."""

    wagtail_reference_index_ignore = True

    topic = models.ForeignKey("community.Topic", models.CASCADE, related_name="+", verbose_name=_("topic"))
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="+", verbose_name=_("tag"))
    last_post_at = models.DateTimeField(_("last post at"))

    class Meta:
        verbose_name = _("tag of a topic")
        verbose_name_plural = _("tags of topics")
        constraints = [models.UniqueConstraint(fields=["topic", "tag"], name="community_topic_tag_once")]
        indexes = [
            # A tag's list, newest first, by keyset.
            models.Index(fields=["tag", "-last_post_at", "-topic"], name="community_tag_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.tag_id}"
