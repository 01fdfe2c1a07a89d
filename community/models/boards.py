"""Boards: a tree of places, and who may do what in each."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel


class TopicKind(models.TextChoices):
    DISCUSSION = "discussion", _("Discussion")
    QUESTION = "question", _("Question")
    IDEA = "idea", _("Idea")
    ANNOUNCEMENT = "announcement", _("Announcement")
    EVENT = "event", _("Event")


class TopicOrder(models.TextChoices):
    LATEST = "latest", _("latest post first")
    NEWEST = "newest", _("newest topic first")
    VOTES = "votes", _("most votes first")


class Colour(models.TextChoices):
    """The palette of the design system; each name is a class of its stylesheet."""

    JADE = "jade", _("Jade")
    CINNABAR = "cinnabar", _("Cinnabar")
    AMBER = "amber", _("Amber")
    INDIGO = "indigo", _("Indigo")


def default_kinds() -> list[str]:
    return [TopicKind.DISCUSSION.value, TopicKind.QUESTION.value]


slug_is_clean = RegexValidator(r"^[\w-]+$", _("Use letters, digits and hyphens only."))


class Board(ClusterableModel):  # type: ignore[misc]
    """A place for topics. At most three deep; `depth` is 1 at the root.

    The counters are brought up to date by a task and never by a posting member: a row that every reply writes would
    make all replies of the board wait for each other.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("inside of")
    )
    depth = models.PositiveSmallIntegerField(_("depth"), default=1, editable=False)
    name = models.CharField(_("name"), max_length=80)
    slug = models.CharField(_("address"), max_length=80, unique=True, validators=[slug_is_clean])
    description = models.CharField(_("description"), max_length=300, blank=True)
    colour = models.CharField(_("colour"), max_length=12, choices=Colour.choices, default=Colour.JADE)
    icon = models.CharField(_("icon"), max_length=30, default="forum", validators=[slug_is_clean])
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=TopicKind.choices),
        default=default_kinds,
        verbose_name=_("kinds of topics people may start"),
    )
    archived = models.BooleanField(
        _("archived"), default=False, help_text=_("Can be read, but nothing new is written.")
    )
    default_order = models.CharField(
        _("order of its topics"),
        max_length=10,
        choices=TopicOrder.choices,
        default=TopicOrder.LATEST,
        db_default="latest",
    )
    least_tags = models.PositiveSmallIntegerField(
        _("tags a new topic needs"), default=0, db_default=0, help_text=_("0 to 5; 0: none is needed.")
    )
    auto_close_days = models.PositiveSmallIntegerField(
        _("closes topics after quiet days"), default=0, db_default=0, help_text=_("0: never.")
    )
    slow_seconds = models.PositiveIntegerField(
        _("seconds between a member's posts"),
        default=0,
        db_default=0,
        help_text=_("0: no slow mode. In one topic, not over all."),
    )
    topic_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)
    post_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        constraints = [
            models.CheckConstraint(condition=Q(depth__range=(1, 3)), name="community_board_three_deep"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=1) | Q(parent__isnull=False, depth__gt=1),
                name="community_board_root_depth",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="community_board_not_its_parent"),
            models.CheckConstraint(condition=Q(least_tags__lte=5), name="community_board_least_tags"),
        ]

    def __str__(self) -> str:
        return self.name


class BoardPermission(models.Model):
    """One answer: may this audience do this act here? Where nothing is said, the board above answers; at the root: no.

    Over several audiences of one person: never before yes, yes before no.
    """

    class Audience(models.TextChoices):
        GUESTS = "guests", _("Guests (not signed in)")
        MEMBERS = "members", _("All members")
        GROUP = "group", _("One group")

    class Act(models.TextChoices):
        SEE = "see", _("see that it exists")
        BROWSE = "browse", _("read")
        START = "start", _("start topics")
        REPLY = "reply", _("reply")
        ATTACH = "attach", _("attach files")
        MODERATE = "moderate", _("moderate")

    class Value(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        NEVER = "never", _("never")

    board = ParentalKey(Board, on_delete=models.CASCADE, related_name="permissions", verbose_name=_("board"))
    audience = models.CharField(_("who"), max_length=10, choices=Audience.choices)
    group = models.ForeignKey(
        "auth.Group", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    value = models.CharField(_("answer"), max_length=5, choices=Value.choices)

    class Meta:
        verbose_name = _("permission")
        verbose_name_plural = _("permissions")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "audience", "group", "act"], nulls_distinct=False, name="community_permission_once"
            ),
            models.CheckConstraint(
                condition=Q(audience="group", group__isnull=False) | (~Q(audience="group") & Q(group__isnull=True)),
                name="community_permission_one_audience",
                violation_error_message=_("Choose a group exactly when the answer is for one group."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board_id} {self.audience} {self.act}: {self.value}"


class PermissionVersion(models.Model):
    """One row, written by a database trigger whenever a board or a permission changes: caches compare it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="community_one_permission_version")]

    def __str__(self) -> str:
        return str(self.version)
