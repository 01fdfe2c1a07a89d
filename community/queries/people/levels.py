"""What members said about topics, places and people, for the pages that show and change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from community.access import Rights
from community.addresses import topic_url
from community.models import (
    Level,
    MemberActivity,
    PersonLevel,
    PlaceLevel,
    ReadingChoice,
    Reason,
    Tag,
    TopicRead,
)
from community.queries.forum.reader import Reader
from community.rules import reading as rules
from members.queries import MemberCard, member_cards

CHOICES = {"own_topic": Level.WATCHING, "replied": Level.TRACKING, "read_long": Level.TRACKING, "shortcuts": True}


@dataclass(frozen=True)
class TopicLevel:
    """The level that counts for a member on a topic, and why. `own`: what they (or their acts) said of it itself."""

    level: int
    own: int | None
    reason: str
    until: datetime | None

    @property
    def label(self) -> str:
        return str(Level(self.level).label)

    @property
    def why(self) -> str:
        from django.utils.translation import gettext as _

        if self.own is None:
            return (
                _("as its board and tags")
                if self.level != Level.NORMAL
                else _("you are told when you are mentioned or answered")
            )
        return str(Reason(self.reason).label) if self.reason in Reason else ""


@dataclass(frozen=True)
class Said:
    """One thing that the member said something about. `form` is where it is changed."""

    name: str
    url: str
    form: str
    level: int
    until: datetime | None


@dataclass(frozen=True)
class PeopleSaid:
    """Whom a member follows and ignores, by name."""

    followed: Sequence[MemberCard]
    ignored: Sequence[MemberCard]


@dataclass(frozen=True)
class AllSaid:
    """Everything the member said: of places, of topics (muted ones), of people."""

    places: Sequence[Said]
    topics: Sequence[Said]
    ignored: Sequence[MemberCard]
    followed: Sequence[MemberCard]


def topic_level(*, topic_id: int, board_id: int, tag_ids: Sequence[int], reader: Reader, held: Rights) -> TopicLevel:
    """The level of a topic for its page: one statement. `level_of_row` is for who has the pointer's row at hand."""
    row = (
        TopicRead.objects.filter(member_id=reader.member_id, topic_id=topic_id)
        .values_list("level", "reason", "level_until")
        .first()
    )
    own, reason, until = row or (None, "", None)
    return level_of_row(
        own=own, reason=reason, until=until, board_id=board_id, tag_ids=tag_ids, reader=reader, held=held
    )


def level_of_row(
    *,
    own: int | None,
    reason: str,
    until: datetime | None,
    board_id: int,
    tag_ids: Sequence[int],
    reader: Reader,
    held: Rights,
) -> TopicLevel:
    """The same from the columns of the pointer; no statement."""
    if until is not None and until <= reader.at:
        own, reason, until = None, "", None
    level = reader.level_of(held, own, board_id, list(tag_ids))
    return TopicLevel(level=level, own=own, reason=reason, until=until)


def choices_of(*, member_id: int) -> dict[str, Any]:
    """The member's settings, else the defaults."""
    row = ReadingChoice.objects.filter(member_id=member_id).values(*CHOICES).first()
    return (
        dict(row) if row else {key: value if isinstance(value, bool) else int(value) for key, value in CHOICES.items()}
    )


def last_noted(*, member_id: int) -> datetime | None:
    """When reading of this member was noted last, on any page."""
    return MemberActivity.objects.filter(member_id=member_id).values_list("noted_at", flat=True).first()


def said_by(*, member_id: int, held: Rights, at: datetime) -> AllSaid:
    """What the settings page lists; places and topics that the member may not read any more are left out."""
    from django.urls import reverse

    valid = Q(until__isnull=True) | Q(until__gt=at)
    places = []
    rows = PlaceLevel.objects.filter(valid, member_id=member_id).values_list("board_id", "tag_id", "level", "until")
    found = list(rows[:500])
    tags = {tag.pk: tag for tag in Tag.objects.filter(pk__in=[row[1] for row in found if row[1]])}
    for board_id, tag_id, level, until in found:
        if board_id and held.may("browse", board_id):
            card = held.boards[board_id]
            form = reverse("community:board_level", args=[card.slug])
            places.append(Said(card.name, reverse("community:board", args=[card.slug]), form, level, until))
        elif tag_id in tags:
            tag = tags[tag_id]
            form = reverse("community:tag_level", args=[tag.slug])
            places.append(Said(f"#{tag.name}", reverse("community:tag", args=[tag.slug]), form, level, until))
    muted = (
        TopicRead.objects.filter(
            Q(level_until__isnull=True) | Q(level_until__gt=at), member_id=member_id, level=rules.MUTED,
            topic__board_id__in=held.browsable, topic__removed_at__isnull=True,
        )
        .order_by("-visited_at")
        .values_list("topic__title", "topic__public_id", "topic__slug", "level", "level_until")[:100]
    )  # fmt: skip
    topics = [
        Said(title, topic_url(public_id, slug), reverse("community:topic_level", args=[public_id]), level or 0, until)
        for title, public_id, slug, level, until in muted
    ]
    people = list(PersonLevel.objects.filter(valid, member_id=member_id).values_list("person_id", "level")[:500])
    cards = member_cards(member_ids={person for person, _level in people})
    return AllSaid(
        places=sorted(places, key=lambda one: one.name),
        topics=topics,
        ignored=[cards[person] for person, level in people if level == rules.MUTED and person in cards],
        followed=[cards[person] for person, level in people if level == rules.WATCHING and person in cards],
    )


def people_said(*, member_id: int, at: datetime) -> PeopleSaid:
    """Whom the member follows and ignores: two statements."""
    valid = Q(until__isnull=True) | Q(until__gt=at)
    said = dict(PersonLevel.objects.filter(valid, member_id=member_id).values_list("person_id", "level")[:1_000])
    cards = sorted(member_cards(member_ids=said).values(), key=lambda card: card.name.casefold())
    return PeopleSaid(
        followed=[card for card in cards if said[card.id] == rules.WATCHING],
        ignored=[card for card in cards if said[card.id] == rules.MUTED],
    )
