"""Chat: rooms, what is said in them, and how far each member has read."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.models.boards import slug_is_clean
from outbox.ids import new_id


class Room(models.Model):
    """A place to talk. Its row is the lock of its stream: each change takes it and gives the next `last_seq`.

    So commit order is seq order and there are no holes; whoever knows n asks for what has changed since n.
    """

    class Kind(models.TextChoices):
        PUBLIC = "public", _("everybody may read")
        BOARD = "board", _("whoever may read its board")
        GROUP = "group", _("one group, such as a tier, only")
        PRIVATE = "private", _("its members only")
        DIRECT = "direct", _("a conversation of at most twenty people")
        SESSION = "session", _("a live session")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        READ_ONLY = "read_only", _("moderators speak, others read")
        ARCHIVED = "archived", _("archived")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PUBLIC)
    slug = models.CharField(_("address"), max_length=60, unique=True, validators=[slug_is_clean])
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    # What is talked about at the moment: one line that whoever keeps the room changes as the talk goes on.
    topic = models.CharField(_("what we talk about now"), max_length=200, blank=True, default="", db_default="")
    board = models.ForeignKey(
        "community.Board", models.PROTECT, null=True, blank=True, related_name="rooms", verbose_name=_("board")
    )
    group = models.ForeignKey(
        "auth.Group", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    # Whoever is not in the group sees the room's name and purpose with a lock; else it looks absent.
    announced = models.BooleanField(_("everybody may know that it is there"), default=False, db_default=False)
    # The people of a conversation, so that two who write to each other at the same moment meet in one.
    direct_key = models.CharField(_("key of its people"), max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - null is "no key"
    threads = models.BooleanField(_("threads"), default=True, db_default=True)
    retention_days = models.PositiveSmallIntegerField(_("days that messages are kept"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
        editable=False,
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    slow_seconds = models.PositiveSmallIntegerField(_("seconds between two messages of one member"), default=0)
    rushed_at = models.DateTimeField(_("slow mode came by itself at"), null=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    last_seq = models.BigIntegerField(_("last change of the stream"), default=0, editable=False)
    last_message_at = models.DateTimeField(_("last message at"), null=True, editable=False)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("chat room")
        verbose_name_plural = _("chat rooms")
        constraints = [
            models.CheckConstraint(
                # A session may be for one board or one group; then its room is.
                condition=Q(kind="board", board__isnull=False)
                | Q(kind="session")
                | (~Q(kind="board") & Q(board__isnull=True)),
                name="community_room_board",
                violation_error_message=_("Choose a board exactly when the room follows one."),
            ),
            models.CheckConstraint(
                condition=Q(kind="group", group__isnull=False)
                | Q(kind="session")
                | (~Q(kind="group") & Q(group__isnull=True)),
                name="community_room_group",
                violation_error_message=_("Choose a group exactly when the room is for one."),
            ),
            models.CheckConstraint(
                condition=Q(kind="direct", direct_key__isnull=False) | (~Q(kind="direct") & Q(direct_key__isnull=True)),
                name="community_room_direct",
            ),
            models.CheckConstraint(
                condition=Q(retention_days__isnull=True) | Q(retention_days__range=(1, 3650)),
                name="community_room_retention",
                violation_error_message=_("Keep messages from 1 to 3650 days, or for good."),
            ),
            models.CheckConstraint(condition=Q(slow_seconds__lte=3600), name="community_room_slow"),
        ]
        indexes = [
            models.Index(fields=["rushed_at"], name="community_room_rushed", condition=Q(rushed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message. `seq` is its place for ever, `changed_seq` the change that touched it last (so edits are replayed).

    A reply names its `parent`. A message of a thread has the thread's first message as `thread` and is shown there only.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        ACT = "act", _("what its author does")  # /me
        LINE = "line", _("a line of the system")

    room = models.ForeignKey(Room, models.PROTECT, related_name="messages", verbose_name=_("room"))
    seq = models.BigIntegerField(_("place in the room"))
    changed_seq = models.BigIntegerField(_("last change in the stream"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT, db_default=Kind.TEXT)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", verbose_name=_("in reply to"))
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="+", verbose_name=_("thread"))
    # Of the first message of a thread: replies that are shown, and the newest of them.
    reply_count = models.PositiveIntegerField(_("replies in the thread"), default=0, db_default=0)
    last_reply_seq = models.BigIntegerField(_("last reply of the thread"), default=0, db_default=0)
    # A line of the system is a code and its numbers, told in the reader's words by `words.chat`.
    line = models.JSONField(_("what happened"), null=True)
    reaction_counts = models.JSONField(
        _("reactions by kind"), default=dict, db_default=models.Value({}, models.JSONField())
    )
    pinned_at = models.DateTimeField(_("pinned at"), null=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("pinned by")
    )
    # Made by the sender: sending again is the same message.
    client_id = models.CharField(_("key of the sender"), max_length=64, editable=False)
    raw = models.TextField(_("text as written"))
    cooked = models.TextField(_("text as shown"))
    cook_version = models.PositiveSmallIntegerField(_("version of the cooking"))
    text = models.TextField(_("plain text"))
    sent_at = models.DateTimeField(_("sent at"))
    edited_at = models.DateTimeField(_("edited at"), null=True)
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("removed by")
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="community_message_place_once"),
            # Also the replay: what has changed since n, in order.
            models.UniqueConstraint(fields=["room", "changed_seq"], name="community_message_change_once"),
            models.UniqueConstraint(fields=["room", "author", "client_id"], name="community_message_sent_once"),
            models.CheckConstraint(condition=Q(changed_seq__gte=F("seq")), name="community_message_changed_after"),
            models.CheckConstraint(
                # Removed by nobody: flags hid it until somebody has looked.
                condition=Q(removed_by__isnull=True) | Q(removed_at__isnull=False),
                name="community_message_removed_by",
            ),
        ]
        indexes = [
            # How much a member said in the last half minute; what a member wrote, newest first.
            models.Index(fields=["author", "-sent_at"], name="community_message_author"),
            # The room as it is read: messages outside of threads; a thread; what is pinned.
            models.Index(fields=["room", "-seq"], condition=Q(thread=None), name="community_message_main"),
            models.Index(fields=["thread", "seq"], condition=Q(thread__isnull=False), name="community_message_thread"),
            models.Index(
                fields=["room", "-pinned_at"], condition=Q(pinned_at__isnull=False), name="community_message_pins"
            ),
            # A day of a room, and what is older than it is kept.
            models.Index(fields=["room", "sent_at"], name="community_message_days"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.seq}"


class MessageReaction(models.Model):
    """One member's reaction to a message: one of the six kinds of posts, changed by choosing another."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions", verbose_name=_("message"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=20)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reaction to a message")
        verbose_name_plural = _("reactions to messages")
        constraints = [
            models.UniqueConstraint(fields=["message", "member"], name="community_message_reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind}"


class MessageMention(models.Model):
    """A message that calls a member: the badge "@" of their rooms counts these above the pointer."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="+", verbose_name=_("message"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", verbose_name=_("room"))
    seq = models.BigIntegerField(_("place in the room"))

    class Meta:
        verbose_name = _("mention in a message")
        verbose_name_plural = _("mentions in messages")
        constraints = [
            models.UniqueConstraint(fields=["member", "room", "seq"], name="community_message_mention_once"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.seq} {self.member_id}"


class ThreadReading(models.Model):
    """A member who follows a thread (who began it, answered or was called there), and how far they have read."""

    thread = models.ForeignKey(Message, models.CASCADE, related_name="+", verbose_name=_("thread"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    last_read_seq = models.BigIntegerField(_("read up to"), default=0)
    muted = models.BooleanField(_("not told of any more"), default=False, db_default=False)

    class Meta:
        verbose_name = _("reader of a thread")
        verbose_name_plural = _("readers of threads")
        constraints = [
            models.UniqueConstraint(fields=["member", "thread"], name="community_thread_reading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.member_id}"


class MessageRevision(models.Model):
    """What a message said before an edit."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions", verbose_name=_("message"))
    raw = models.TextField(_("text before"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("edited by"))
    at = models.DateTimeField(_("edited at"))

    class Meta:
        verbose_name = _("revision of a message")
        verbose_name_plural = _("revisions of messages")

    def __str__(self) -> str:
        return f"{self.message_id} {self.at:%Y-%m-%d %H:%M}"


class Membership(models.Model):
    """A member in a room. In a private room the row is the right to be there.

    Unread is everything above one pointer; there is no row per message and reader.
    """

    class Level(models.TextChoices):
        ALWAYS = "always", _("every message")
        MENTION = "mention", _("when I am mentioned")
        NEVER = "never", _("nothing")

    class Role(models.TextChoices):
        OWNER = "owner", _("keeps the room")
        MEMBER = "member", _("is in the room")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships", verbose_name=_("room"))
    last_read_seq = models.BigIntegerField(_("read up to"), default=0)
    level = models.CharField(_("tell me of"), max_length=10, choices=Level.choices, default=Level.MENTION)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER, db_default=Role.MEMBER)
    muted_until = models.DateTimeField(_("quiet until"), null=True)
    # A conversation put away comes back with its next message.
    hidden_at = models.DateTimeField(_("put away at"), null=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("brought by")
    )
    joined_at = models.DateTimeField(_("joined at"))

    class Meta:
        verbose_name = _("membership of a room")
        verbose_name_plural = _("memberships of rooms")
        constraints = [
            models.UniqueConstraint(fields=["member", "room"], name="community_membership_once"),
            models.CheckConstraint(condition=Q(last_read_seq__gte=0), name="community_membership_read"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.room_id}"
