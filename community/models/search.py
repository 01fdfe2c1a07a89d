"""What the search looks through: one row for each thing that can be found, made again whenever the thing changes."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SearchDocument(models.Model):
    """A post, message, person or tag as words with weights; no text, that stays where it is written.

    Rows may lag behind the truth by the time the outbox takes. So they only propose: what is shown is joined to the
    post, topic, message or person of this moment, and to what the viewer may read.
    """

    wagtail_reference_index_ignore = True  # written far too often to be indexed by the CMS

    class Kind(models.TextChoices):
        POST = "post", _("post")
        MESSAGE = "message", _("message")
        PERSON = "person", _("person")
        TAG = "tag", _("tag")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    object_id = models.BigIntegerField(_("id of the thing"))
    topic = models.ForeignKey("community.Topic", models.CASCADE, null=True, related_name="+", verbose_name=_("topic"))
    board = models.ForeignKey(
        "community.Board", models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("board")
    )
    room = models.ForeignKey(
        "community.Room", models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("room")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("author")
    )
    is_topic = models.BooleanField(_("carries the title of its topic"), default=False)
    at = models.DateTimeField(_("written at"))
    words = SearchVectorField(_("words with weights"))
    version = models.PositiveSmallIntegerField(_("version of the tokens"))

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="community_search_once"),
            models.CheckConstraint(
                condition=Q(kind="post", topic__isnull=False, board__isnull=False, author__isnull=False)
                | Q(kind="message", room__isnull=False, author__isnull=False, is_topic=False)
                | Q(kind__in=["person", "tag"], topic__isnull=True, room__isnull=True, is_topic=False),
                name="community_search_place",
            ),
        ]
        indexes = [
            # One index of words for each kind, so that no kind pays for another. Written at once (no pending list):
            # the writers are subscribers and may wait, the readers may not.
            GinIndex(fields=["words"], condition=Q(kind="post"), name="community_search_posts", fastupdate=False),
            GinIndex(fields=["words"], condition=Q(is_topic=True), name="community_search_titles", fastupdate=False),
            GinIndex(fields=["words"], condition=Q(kind="message"), name="community_search_messages", fastupdate=False),
            GinIndex(
                fields=["words"],
                condition=Q(kind__in=["person", "tag"]),
                name="community_search_names",
                fastupdate=False,
            ),
            # The newest of everything, of a board, of an author, of a room.
            models.Index(fields=["-at", "-id"], condition=Q(kind="post"), name="community_search_newest"),
            models.Index(fields=["-at"], condition=Q(kind="message"), name="community_search_latest"),
            models.Index(fields=["board", "-at"], condition=Q(kind="post"), name="community_search_board"),
            models.Index(
                fields=["author", "-at"], condition=Q(kind__in=["post", "message"]), name="community_search_author"
            ),
            models.Index(fields=["room", "-at"], condition=Q(kind="message"), name="community_search_room"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
