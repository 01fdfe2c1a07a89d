"""Topics and the posts in them, how far people have read, and what they thought of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.models.boards import TopicKind
from outbox.ids import new_id


class Topic(models.Model):
    """A conversation. `highest_number` counts published posts ever, so a number is never given twice."""

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        ARCHIVED = "archived", _("archived")

    class Progress(models.TextChoices):
        """What became of an idea."""

        OPEN = "", _("open to votes")
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        DECLINED = "declined", pgettext_lazy("idea", "declined")

    class Closing(models.TextChoices):
        """Why `closes_at` is set."""

        NONE = "", _("by hand")
        TIMER = "timer", _("by timer")
        SOLVED = "solved", _("some time after it was solved")

    class Pinned(models.TextChoices):
        NO = "no", _("not pinned")
        BOARD = "board", _("on its board")
        EVERYWHERE = "everywhere", _("everywhere")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    board = models.ForeignKey("community.Board", models.PROTECT, related_name="topics", verbose_name=_("board"))
    kind = models.CharField(_("kind"), max_length=20, choices=TopicKind.choices, default=TopicKind.DISCUSSION)
    title = models.CharField(_("title"), max_length=255)
    slug = models.CharField(_("address"), max_length=120, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    client_id = models.CharField(_("key of the form"), max_length=40, null=True, editable=False)  # noqa: DJ001 - null is "no key"
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    pinned = models.CharField(_("pinned"), max_length=10, choices=Pinned.choices, default=Pinned.NO)
    created_at = models.DateTimeField(_("started at"))
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("removed by")
    )
    highest_number = models.PositiveIntegerField(_("highest post number"), default=0)
    visible_posts = models.PositiveIntegerField(_("visible posts"), default=0)
    last_post_at = models.DateTimeField(_("last post at"))
    last_post_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("last post by")
    )
    accepted_post = models.ForeignKey(
        "community.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("accepted answer")
    )
    participants = ArrayField(models.BigIntegerField(), default=list, size=5, verbose_name=_("first participants"))
    last_seq = models.BigIntegerField(_("last change of the stream"), default=0)
    vote_count = models.PositiveIntegerField(_("votes for the idea"), db_default=0)
    tag_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[], verbose_name=_("tags"))
    pinned_until = models.DateTimeField(_("pinned until"), null=True)
    closes_at = models.DateTimeField(_("closes at"), null=True)
    closing = models.CharField(_("why it closes"), max_length=10, choices=Closing.choices, blank=True, db_default="")
    opens_at = models.DateTimeField(_("opens again at"), null=True)
    slow_seconds = models.PositiveIntegerField(_("seconds between a member's posts"), db_default=0)
    progress = models.CharField(
        _("what became of the idea"), max_length=10, choices=Progress.choices, blank=True, db_default=""
    )
    # Nobody sees it before its first post is approved: until then it counts as removed, so that no list can forget it.
    awaiting = models.BooleanField(_("awaiting review"), db_default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("merged into"))
    # The clock of the database, not business time: the counting task finds what changed since it last looked.
    touched_at = models.DateTimeField(_("touched at"), auto_now_add=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.UniqueConstraint(fields=["author", "client_id"], name="community_topic_form_once"),
            models.CheckConstraint(
                condition=Q(accepted_post__isnull=True) | Q(kind="question"), name="community_answer_in_question"
            ),
            models.CheckConstraint(
                # Removed by nobody: flags hid it until somebody has looked.
                condition=Q(removed_by__isnull=True) | Q(removed_at__isnull=False),
                name="community_topic_removed_by",
            ),
            models.CheckConstraint(
                condition=Q(awaiting=False) | Q(removed_at__isnull=False), name="community_topic_awaiting_is_hidden"
            ),
            models.CheckConstraint(
                condition=Q(visible_posts__lte=models.F("highest_number")), name="community_topic_counts"
            ),
        ]
        indexes = [
            # A board's list, newest first, by keyset.
            models.Index(
                fields=["board", "-last_post_at", "-id"],
                condition=Q(removed_at__isnull=True),
                name="community_topic_board_newest",
            ),
            # The same of boards that put their newest topics, or the most wanted, first.
            models.Index(
                fields=["board", "-created_at", "-id"],
                condition=Q(removed_at__isnull=True),
                name="community_topic_board_begun",
            ),
            models.Index(
                fields=["board", "-vote_count", "-id"],
                condition=Q(removed_at__isnull=True),
                name="community_topic_board_votes",
            ),
            # The latest topics of the whole site.
            models.Index(
                fields=["-last_post_at", "-id"], condition=Q(removed_at__isnull=True), name="community_topic_newest"
            ),
            # The few pinned ones, shown above the list.
            models.Index(
                fields=["board"], condition=Q(removed_at__isnull=True) & ~Q(pinned="no"), name="community_topic_pinned"
            ),
            # What waits for an answer: questions without one, conversations that nobody joined.
            models.Index(
                fields=["-last_post_at", "-id"],
                condition=Q(removed_at__isnull=True, state="open", accepted_post__isnull=True)
                & (Q(kind="question") | Q(kind="discussion", visible_posts__lte=1)),
                name="community_topic_unanswered",
            ),
            # What a member started, as a list.
            models.Index(
                fields=["author", "-last_post_at", "-id"],
                condition=Q(removed_at__isnull=True),
                name="community_topic_mine",
            ),
            # What a member started.
            models.Index(fields=["author", "-id"], name="community_topic_author"),
            # The counting task: which boards changed since they were counted.
            models.Index(fields=["board", "touched_at"], name="community_topic_touched"),
            # The timer: what is to be closed, opened again or unpinned.
            models.Index(fields=["closes_at"], condition=Q(closes_at__isnull=False), name="community_topic_closes"),
            models.Index(fields=["opens_at"], condition=Q(opens_at__isnull=False), name="community_topic_opens"),
            models.Index(
                fields=["pinned_until"], condition=Q(pinned_until__isnull=False), name="community_topic_unpins"
            ),
            # Top ideas of a board.
            models.Index(
                fields=["board", "-vote_count", "-id"],
                condition=Q(removed_at__isnull=True, kind="idea"),
                name="community_topic_ideas",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    """One contribution. The number is given under the topic's row lock when it is published, and never changes."""

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    class State(models.TextChoices):
        VISIBLE = "visible", _("visible")
        AWAITING_REVIEW = "awaiting_review", _("awaiting review")
        HIDDEN = "hidden", _("hidden")
        REMOVED = "removed", _("removed")

    class Kind(models.TextChoices):
        POST = "post", _("post")
        WHISPER = "whisper", _("whisper to the team")
        LINE = "line", _("note of the system")

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="posts", verbose_name=_("topic"))
    number = models.PositiveIntegerField(_("number"), null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies", verbose_name=_("in reply to"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.POST)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.VISIBLE)
    raw = models.TextField(_("text as written"))
    cooked = models.TextField(_("text as shown"))
    cook_version = models.PositiveSmallIntegerField(_("version of the cooking"))
    text = models.TextField(_("plain text"))
    mentions = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("members named"))
    links = ArrayField(models.TextField(), default=list, verbose_name=_("links"))
    revision = models.PositiveIntegerField(_("revision"), default=1)
    wiki = models.BooleanField(_("may be edited by many"), db_default=False)
    # Of a note of the system: {"code": "closed", …}, numbers and codes only; a reason in words is `raw`.
    line = models.JSONField(_("what happened"), null=True)
    has_poll = models.BooleanField(_("has a poll"), db_default=False)
    like_count = models.PositiveIntegerField(_("reactions"), default=0)
    reaction_counts = models.JSONField(
        _("reactions by kind"), default=dict, db_default=models.Value({}, models.JSONField())
    )
    client_id = models.CharField(_("key of the form"), max_length=40, null=True, editable=False)  # noqa: DJ001 - null is "no key"
    changed_seq = models.BigIntegerField(_("last change in the stream"), default=0)
    created_at = models.DateTimeField(_("written at"))
    edited_at = models.DateTimeField(_("edited at"), null=True)
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("removed by")
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="community_post_number_once"),
            models.UniqueConstraint(fields=["author", "client_id"], name="community_post_form_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(state__in=["awaiting_review", "removed"]),
                name="community_post_numbered",
            ),
            models.CheckConstraint(
                condition=Q(kind="line", line__isnull=False) | (~Q(kind="line") & Q(line__isnull=True)),
                name="community_line_says_what",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="community_post_revision"),
        ]
        indexes = [
            # A member's posts, newest first: their profile, and what happened since they left.
            models.Index(fields=["author", "-created_at"], name="community_post_author"),
            # Who answered this post.
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="community_post_parent"),
            # The best authors of a span of time.
            models.Index(fields=["created_at"], name="community_post_created"),
            # What a socket missed.
            models.Index(fields=["topic", "changed_seq"], name="community_post_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}#{self.number}"


class PostRevision(models.Model):
    """The text before an edit. Rows are only added."""

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions", verbose_name=_("post"))
    revision = models.PositiveIntegerField(_("revision"))
    raw = models.TextField(_("text before"))
    title = models.CharField(_("title before"), max_length=255, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("edited by"))
    at = models.DateTimeField(_("edited at"))
    # A moderator keeps this text from readers: an address or a name that somebody took out of their post.
    hidden_at = models.DateTimeField(_("hidden at"), null=True)
    # The key of the reply that was joined to the post before it: sent again, it finds what it made.
    client_id = models.CharField(_("key of the form"), max_length=40, null=True, editable=False)  # noqa: DJ001 - null is "no key"

    class Meta:
        verbose_name = _("revision of a post")
        verbose_name_plural = _("revisions of posts")
        constraints = [
            models.UniqueConstraint(fields=["post", "revision"], name="community_revision_once"),
            models.UniqueConstraint(fields=["by", "client_id"], name="community_joined_form_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} v{self.revision}"


class Reaction(models.Model):
    """One member's one reaction to one post."""

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    class Kind(models.TextChoices):
        LIKE = "like", _("like")
        LAUGH = "laugh", _("laugh")
        WOW = "wow", _("surprise")
        CLAP = "clap", _("applause")
        PARTY = "party", _("celebration")
        HUG = "hug", _("hug")

    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions", verbose_name=_("post"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.LIKE)
    created_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="community_reaction_once")]
        indexes = [
            # What a member gave, newest first.
            models.Index(fields=["member", "-created_at"], name="community_reaction_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.post_id}"


class Level(models.IntegerChoices):
    """How much a member wants to hear of a place or person; the higher of several wins, a mute above all."""

    MUTED = 0, _("muted")
    NORMAL = 1, _("normal")
    TRACKING = 2, _("tracking")
    WATCHING = 3, _("watching")
    WATCHING_FIRST = 4, _("watching first posts")


class TopicRead(models.Model):
    """How far a member has read a topic. Unread = highest_number − last_read_number; it only moves forward.

    `level` is the member's own choice for this topic (empty: as its board and tags), `reason` why it is so,
    `seconds` how long they have read, `seen_above` single numbers read past the pointer in the nested view.
    """

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", verbose_name=_("topic"))
    last_read_number = models.PositiveIntegerField(_("read up to"))
    visited_at = models.DateTimeField(_("last visit"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices, null=True)
    reason = models.CharField(_("why this level"), max_length=20, blank=True, db_default="")
    level_until = models.DateTimeField(_("level until"), null=True)
    seconds = models.PositiveIntegerField(_("seconds of reading"), db_default=0)
    seen_above = ArrayField(models.IntegerField(), default=list, db_default=[], verbose_name=_("read past the pointer"))

    class Meta:
        verbose_name = _("read pointer")
        verbose_name_plural = _("read pointers")
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="community_topic_read_once")]
        indexes = [
            # What a member follows, for the lists Unread and Following.
            models.Index(fields=["member"], condition=Q(level__gte=2), name="community_topic_followed"),
            # Who is to be told of a new post of this topic.
            models.Index(fields=["topic"], condition=Q(level__isnull=False), name="community_topic_levels"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.topic_id}: {self.last_read_number}"
