"""What a member wants to hear of places and people, how far whole places are read, what they keep for later."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.models.topics import Level
from outbox.ids import new_id


class Reason(models.TextChoices):
    """Why a level is as it is. What a member chose is never changed by what they do afterwards."""

    CHOSEN = "chosen", _("you chose it")
    STARTED = "started", _("you started this topic")
    REPLIED = "replied", _("you replied here")
    READ = "read", _("you have read here for a while")


class PlaceLevel(models.Model):
    """A member's level for a board or a tag; without a row it is normal. After `until` it is normal again."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    board = models.ForeignKey("community.Board", models.CASCADE, null=True, related_name="+", verbose_name=_("board"))
    tag = models.ForeignKey("community.Tag", models.CASCADE, null=True, related_name="+", verbose_name=_("tag"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    reason = models.CharField(_("why this level"), max_length=20, choices=Reason.choices, default=Reason.CHOSEN)
    until = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("level of a place")
        verbose_name_plural = _("levels of places")
        constraints = [
            models.UniqueConstraint(fields=["member", "board"], name="community_board_level_once"),
            models.UniqueConstraint(fields=["member", "tag"], name="community_tag_level_once"),
            models.CheckConstraint(
                condition=Q(board__isnull=False, tag__isnull=True) | Q(board__isnull=True, tag__isnull=False),
                name="community_level_of_one_place",
            ),
        ]
        indexes = [
            # Who is to be told of something new on a board, or under a tag.
            models.Index(fields=["board", "member"], condition=Q(level__gte=3), name="community_board_watchers"),
            models.Index(fields=["tag", "member"], condition=Q(level__gte=3), name="community_tag_watchers"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.board_id or self.tag_id}: {self.level}"


class PersonLevel(models.Model):
    """A member follows (watching) or ignores (muted) another one; without a row neither."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    reason = models.CharField(_("why this level"), max_length=20, choices=Reason.choices, default=Reason.CHOSEN)
    until = models.DateTimeField(_("until"), null=True)
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("level of a person")
        verbose_name_plural = _("levels of people")
        constraints = [
            models.UniqueConstraint(fields=["member", "person"], name="community_person_level_once"),
            models.CheckConstraint(condition=~Q(member=models.F("person")), name="community_person_is_another"),
            models.CheckConstraint(
                condition=Q(level__in=[Level.MUTED, Level.WATCHING]), name="community_person_ignored_or_followed"
            ),
        ]
        indexes = [
            # Who follows this person, and who ignores them.
            models.Index(fields=["person", "level", "member"], name="community_person_levels"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} → {self.person_id}: {self.level}"


class PlaceRead(models.Model):
    """Up to when a member counts a board or a tag as read (`read_until`), and its topics as not new (`new_until`).

    The values before the last dismissal stay until it is settled, so that it can be taken back exactly.
    """

    wagtail_reference_index_ignore = True  # written by everybody, of no interest to the CMS

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    board = models.ForeignKey("community.Board", models.CASCADE, null=True, related_name="+", verbose_name=_("board"))
    tag = models.ForeignKey("community.Tag", models.CASCADE, null=True, related_name="+", verbose_name=_("tag"))
    read_until = models.DateTimeField(_("read until"), null=True)
    new_until = models.DateTimeField(_("not new until"), null=True)
    read_before = models.DateTimeField(_("read until, before"), null=True)
    new_before = models.DateTimeField(_("not new until, before"), null=True)
    dismissed_at = models.DateTimeField(_("dismissed at"), null=True)

    class Meta:
        verbose_name = _("place marked read")
        verbose_name_plural = _("places marked read")
        constraints = [
            models.UniqueConstraint(fields=["member", "board"], name="community_board_read_once"),
            models.UniqueConstraint(fields=["member", "tag"], name="community_tag_read_once"),
            models.CheckConstraint(
                condition=Q(board__isnull=False, tag__isnull=True) | Q(board__isnull=True, tag__isnull=False),
                name="community_read_of_one_place",
            ),
        ]
        indexes = [
            # What the settling task has yet to do.
            models.Index(
                fields=["dismissed_at"], condition=Q(dismissed_at__isnull=False), name="community_read_unsettled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.board_id or self.tag_id}: {self.read_until}"


class ReadingChoice(models.Model):
    """What follows from what a member does, and whether single keys do anything. Without a row: the defaults."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member")
    )
    own_topic = models.PositiveSmallIntegerField(
        _("topics I start"), choices=Level.choices, default=Level.WATCHING, db_default=Level.WATCHING
    )
    replied = models.PositiveSmallIntegerField(
        _("topics I reply to"), choices=Level.choices, default=Level.TRACKING, db_default=Level.TRACKING
    )
    read_long = models.PositiveSmallIntegerField(
        _("topics I read for five minutes"), choices=Level.choices, default=Level.TRACKING, db_default=Level.TRACKING
    )
    shortcuts = models.BooleanField(_("single keys are shortcuts"), default=True, db_default=True)
    nested = models.BooleanField(_("topics are read as branches"), default=False, db_default=False)

    class Meta:
        verbose_name = _("choice of reading")
        verbose_name_plural = _("choices of reading")

    def __str__(self) -> str:
        return str(self.member_id)


class Bookmark(models.Model):
    """A post, a topic or a chat message that a member keeps, perhaps with a note and a reminder."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    topic = models.ForeignKey("community.Topic", models.CASCADE, null=True, related_name="+", verbose_name=_("topic"))
    post = models.ForeignKey("community.Post", models.CASCADE, null=True, related_name="+", verbose_name=_("post"))
    message = models.ForeignKey(
        "community.Message", models.CASCADE, null=True, related_name="+", verbose_name=_("message")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    remind_at = models.DateTimeField(_("remind me at"), null=True)
    created_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        constraints = [
            models.UniqueConstraint(fields=["member", "topic"], name="community_bookmark_topic_once"),
            models.UniqueConstraint(fields=["member", "post"], name="community_bookmark_post_once"),
            models.UniqueConstraint(fields=["member", "message"], name="community_bookmark_message_once"),
            models.CheckConstraint(
                condition=Q(topic__isnull=False, post__isnull=True, message__isnull=True)
                | Q(topic__isnull=True, post__isnull=False, message__isnull=True)
                | Q(topic__isnull=True, post__isnull=True, message__isnull=False),
                name="community_bookmark_of_one_thing",
            ),
        ]
        indexes = [
            # A member's own, newest first.
            models.Index(fields=["member", "-id"], name="community_bookmark_newest"),
            # Whom to remind now.
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="community_bookmark_due"),
        ]

    def __str__(self) -> str:
        return self.public_id


class TopTopic(models.Model):
    """One of the best topics of a span of time on its board: a table that a task makes anew, at most 200 a board."""

    wagtail_reference_index_ignore = True  # made by a task

    class Period(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")
        EVER = "all", _("All time")

    period = models.CharField(_("span of time"), max_length=5, choices=Period.choices)
    topic = models.ForeignKey("community.Topic", models.CASCADE, related_name="+", verbose_name=_("topic"))
    score = models.PositiveIntegerField(_("score"))

    class Meta:
        verbose_name = _("top topic")
        verbose_name_plural = _("top topics")
        constraints = [models.UniqueConstraint(fields=["period", "topic"], name="community_top_topic_once")]
        indexes = [models.Index(fields=["period", "-score", "-topic"], name="community_top_topic_order")]

    def __str__(self) -> str:
        return f"{self.period} {self.topic_id}: {self.score}"


class Mention(models.Model):
    """A post names a member. Rows are only added: who was named once is not told again by an edit."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    post = models.ForeignKey("community.Post", models.CASCADE, related_name="+", verbose_name=_("post"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="community_mention_once")]
        indexes = [models.Index(fields=["member", "-post"], name="community_mention_of_member")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.member_id}"
