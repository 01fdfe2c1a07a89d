"""What the community says in a member's digest: the best topics since they were here, and the next live sessions."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.access import rights
from community.addresses import topic_url
from community.models import LiveSession, PersonLevel, PlaceLevel, TopicRead, TopTopic
from community.models.topics import Topic
from community.rules.reading import MUTED
from community.session_access import visible_sessions
from messaging.queries import zone_of
from messaging.slots import DigestLine, DigestPart

if TYPE_CHECKING:
    from members.access import Member

TOPICS, SESSIONS = 5, 3
NEWEST = 300
"""Topics since the last visit that are compared; a busy forum has more, and the newest are enough."""
AHEAD = timedelta(days=8)


def best_topics(*, viewer: "Member", since: datetime, at: datetime) -> DigestPart | None:
    """Topics begun since then that the viewer may read, did not mute, write or open: the best of the newest."""
    muted = PlaceLevel.objects.filter(Q(until=None) | Q(until__gt=at), member_id=viewer.pk, level=MUTED)
    ignored = PersonLevel.objects.filter(Q(until=None) | Q(until__gt=at), member_id=viewer.pk, level=MUTED)
    known = TopicRead.objects.filter(member_id=viewer.pk)
    newest = (
        Topic.objects.filter(
            board_id__in=rights(viewer).browsable, removed_at=None, merged_into=None, created_at__gt=since,
            created_at__lte=at,
        )
        .exclude(author_id=viewer.pk)
        .exclude(board_id__in=muted.filter(board__isnull=False).values("board_id"))
        .exclude(author_id__in=ignored.values("person_id"))
        .exclude(id__in=known.values("topic_id"))
        .order_by("-created_at")
        .values("id")[:NEWEST]
    )  # fmt: skip
    score = TopTopic.objects.filter(topic_id=OuterRef("id"), period="month").values("score")[:1]
    rows = (
        Topic.objects.filter(id__in=newest)
        .annotate(score=Coalesce(Subquery(score), 0))
        .order_by(F("score").desc(), "-visible_posts", "-last_post_at")
        .values_list("title", "public_id", "slug", "visible_posts")[:TOPICS]
    )
    lines = []
    for title, public_id, slug, posts in rows:
        replies = ngettext("%(count)s reply", "%(count)s replies", posts - 1) % {"count": posts - 1}
        lines.append(DigestLine(title, topic_url(public_id, slug), replies if posts > 1 else ""))
    return DigestPart(_("The best new topics since you were here"), lines, order=20) if lines else None


def next_sessions(*, viewer: "Member", since: datetime, at: datetime) -> DigestPart | None:
    """What is live next for the viewer, in their own time."""
    rows = visible_sessions(viewer).filter(
        state=LiveSession.State.SCHEDULED, starts_at__gt=at, starts_at__lte=at + AHEAD
    )
    zone = zone_of(member_id=viewer.pk)
    lines = [
        DigestLine(title, reverse("community:live_session", args=[public_id]), _when(starts_at, zone))
        for title, public_id, starts_at in rows.order_by("starts_at", "pk").values_list(
            "title", "public_id", "starts_at"
        )[:SESSIONS]
    ]
    return DigestPart(_("The next live sessions"), lines, order=30) if lines else None


def _when(at: datetime, zone: ZoneInfo) -> str:
    with timezone.override(zone):
        return date_format(timezone.localtime(at), "DATETIME_FORMAT")
