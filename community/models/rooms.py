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
        PRIVATE = "private", _("its members only")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        READ_ONLY = "read_only", _("moderators speak, others read")
        ARCHIVED = "archived", _("archived")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PUBLIC)
    slug = models.CharField(_("address"), max_length=60, unique=True, validators=[slug_is_clean])
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    board = models.ForeignKey(
        "community.Board", models.PROTECT, null=True, blank=True, related_name="rooms", verbose_name=_("board")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    slow_seconds = models.PositiveSmallIntegerField(_("seconds between two messages of one member"), default=0)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    last_seq = models.BigIntegerField(_("last change of the stream"), default=0, editable=False)
    last_message_at = models.DateTimeField(_("last message at"), null=True, editable=False)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("chat room")
        verbose_name_plural = _("chat rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="board", board__isnull=False) | (~Q(kind="board") & Q(board__isnull=True)),
                name="community_room_board",
                violation_error_message=_("Choose a board exactly when the room follows one."),
            ),
            models.CheckConstraint(condition=Q(slow_seconds__lte=3600), name="community_room_slow"),
        ]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message. `seq` is its place for ever, `changed_seq` the change that touched it last (so edits are replayed)."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="messages", verbose_name=_("room"))
    seq = models.BigIntegerField(_("place in the room"))
    changed_seq = models.BigIntegerField(_("last change in the stream"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
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
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.seq}"


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

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships", verbose_name=_("room"))
    last_read_seq = models.BigIntegerField(_("read up to"), default=0)
    level = models.CharField(_("tell me of"), max_length=10, choices=Level.choices, default=Level.MENTION)
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
