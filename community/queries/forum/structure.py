"""Polls, votes and dates as a topic's page shows them. Each costs one statement, and none when the topic has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json import loads
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from community.addresses import topic_url
from community.models import EventDetails, Poll, PollVote, Topic
from community.rules import polls as rules_polls

NAMED_MOST = 100
"""Of the voters of a named option so many are listed."""

# Everything of the polls of one page: the poll, its ballots counted (equal ones together), the reader's own ballot.
_POLLS = """
SELECT poll.id, poll.post_id, poll.question, poll.options, poll.kind, poll.least, poll.most, poll.results,
       poll.anonymous, poll.least_trust, poll.for_group_id, poll.closes_at, own.choices,
       (SELECT json_agg(json_build_array(counted.choices, counted.ballots)) FROM (
            SELECT choices, count(*) AS ballots FROM community_pollvote WHERE poll_id = poll.id GROUP BY choices
        ) AS counted)
FROM community_poll AS poll
LEFT JOIN community_pollvote AS own ON own.poll_id = poll.id AND own.member_id = %(viewer)s
WHERE poll.post_id = ANY(%(posts)s)
"""


@dataclass(frozen=True)
class OptionRow:
    """An option; `votes` and `share` (0 to 100) are None while results are hidden. `place`: in the viewer's ranking."""

    index: int
    text: str
    chosen: bool
    place: int | None
    votes: int | None
    share: int | None
    won: bool = False


@dataclass(frozen=True)
class RoundRow:
    """One round of a run-off: (option, votes), and who left it."""

    number: int
    votes: list[tuple[str, int]]
    out: list[str]


@dataclass(frozen=True)
class PollRow:
    """A poll as one viewer sees it."""

    id: int
    post_id: int
    question: str
    kind: str
    least: int
    most: int
    results: str
    anonymous: bool
    least_trust: int
    group_id: int | None
    closes_at: datetime | None
    closed: bool
    voted: bool
    shown: bool
    voters: int
    options: list[OptionRow]
    rounds: list[RoundRow] = field(default_factory=list)

    @property
    def places(self) -> range:
        """The places of a ranked ballot."""
        return range(1, len(self.options) + 1)


@dataclass(frozen=True)
class EventRow:
    """When and where an event is; `zone` is the place's own."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    link: str

    @property
    def local_start(self) -> datetime:
        """The beginning on the clock of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True)
class Upcoming:
    """An event in a list."""

    title: str
    public_id: str
    slug: str
    event: EventRow

    @property
    def url(self) -> str:
        return topic_url(self.public_id, self.slug)


def polls_of(*, post_ids: Sequence[int], viewer_id: int | None, at: datetime) -> dict[int, PollRow]:
    """The polls of these posts (those with `has_poll`) by post: one statement, or none without any."""
    if not post_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_POLLS, {"posts": list(post_ids), "viewer": viewer_id})
        rows = cursor.fetchall()
    found = (_poll(*row, at=at) for row in rows)
    return {poll.post_id: poll for poll in found}


def voters_of(*, poll_id: int) -> dict[int, list[int]]:
    """Who voted for each option of a named poll, the first hundred; an anonymous one tells nobody."""
    poll = Poll.objects.only("anonymous", "options").get(pk=poll_id)
    voters: dict[int, list[int]] = {index: [] for index in range(len(poll.options))}
    if poll.anonymous:
        return voters
    for member, choices in (
        PollVote.objects.filter(poll_id=poll_id).order_by("voted_at").values_list("member_id", "choices")
    ):
        for choice in choices:
            if len(voters[choice]) < NAMED_MOST:
                voters[choice].append(member)
    return voters


def event_of(*, topic_id: int, kind: str) -> EventRow | None:
    """The date of a topic; asks only when it is an event."""
    if kind != "event":
        return None
    row = EventDetails.objects.filter(topic_id=topic_id).values_list(
        "starts_at", "ends_at", "time_zone", "place", "link"
    )
    return next((EventRow(*values) for values in row), None)


def upcoming_events(*, boards: Sequence[int], at: datetime, limit: int = 10) -> list[Upcoming]:
    """Events of these boards that are not over, the next one first."""
    rows = (
        EventDetails.objects.filter(ends_at__gte=at, topic__board_id__in=list(boards), topic__removed_at__isnull=True)
        .order_by("starts_at", "id")
        .values_list(
            "topic__title", "topic__public_id", "topic__slug", "starts_at", "ends_at", "time_zone", "place", "link"
        )[:limit]
    )
    return [Upcoming(*row[:3], EventRow(*row[3:])) for row in rows]


@dataclass(frozen=True)
class IdeaRow:
    """An idea in the list of the most wanted ones."""

    title: str
    url: str
    author_id: int
    votes: int
    progress: str
    replies: int


def top_ideas(*, boards: Sequence[int], progress: str = "", limit: int = 50) -> list[IdeaRow]:
    """Ideas of these boards with this progress ("": open to votes), the most wanted first."""
    rows = (
        Topic.objects.filter(board_id__in=list(boards), removed_at__isnull=True, kind="idea", progress=progress)
        .order_by("-vote_count", "-id")
        .values_list("title", "public_id", "slug", "author_id", "vote_count", "progress", "visible_posts")[:limit]
    )
    return [
        IdeaRow(title, topic_url(public_id, slug), author, votes, state, max(posts - 1, 0))
        for title, public_id, slug, author, votes, state, posts in rows
    ]


def voted_for(*, topic_id: int, kind: str, member_id: int | None) -> bool:
    """Whether this member gave the idea their vote; asks only when it is an idea and somebody looks."""
    if kind != "idea" or member_id is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM community_ideavote WHERE topic_id = %s AND member_id = %s)",
            [topic_id, member_id],
        )
        return bool(cursor.fetchone()[0])


def why_not(*, poll: PollRow, trust: int, groups: frozenset[int], member: bool, moderating: bool = False) -> str:
    """Why this viewer may not vote, in words with the next step; empty when they may."""
    if poll.closed:
        return _("This poll is closed.")
    if not member:
        return _("Sign in to vote.")
    if moderating:
        return ""
    if trust < poll.least_trust:
        return _("From trust level %(level)s on you may vote here. Your profile shows how to get there.") % {
            "level": poll.least_trust
        }
    if poll.group_id is not None and poll.group_id not in groups:
        return _("This poll asks a smaller circle.")
    return ""


def _poll(
    poll_id: int, post_id: int, question: str, options: list[str], kind: str, least: int, most: int, results: str,
    anonymous: bool, least_trust: int, group_id: int | None, closes_at: datetime | None, own: list[int] | None,
    counted: Any, *, at: datetime,
) -> PollRow:  # fmt: skip
    ballots = _ballots(counted)
    closed = closes_at is not None and closes_at <= at
    shown = results == "always" or closed or (results == "voted" and own is not None)
    voters = sum(ballots.values())
    rounds = rules_polls.runoff(len(options), ballots) if kind == "ranked" and shown else []
    winners = rules_polls.winners(rounds) if rounds else []
    votes = _first_choices(len(options), ballots) if kind == "ranked" else rules_polls.counts(len(options), ballots)
    chosen = own or []
    rows = [
        OptionRow(
            index=index, text=text, chosen=index in chosen, place=chosen.index(index) + 1 if index in chosen else None,
            votes=votes[index] if shown else None, share=round(100 * votes[index] / voters) if shown and voters else
            (0 if shown else None), won=index in winners and bool(voters),
        )
        for index, text in enumerate(options)
    ]  # fmt: skip
    return PollRow(
        id=poll_id, post_id=post_id, question=question, kind=kind, least=least, most=most, results=results,
        anonymous=anonymous, least_trust=least_trust, group_id=group_id, closes_at=closes_at, closed=closed,
        voted=own is not None, shown=shown, voters=voters, options=rows,
        rounds=[
            RoundRow(
                number,
                [(options[option], number_of) for option, number_of in sorted(one.votes.items(), key=lambda v: -v[1])],
                [options[option] for option in one.out],
            )
            for number, one in enumerate(rounds, 1)
        ] if len(rounds) > 1 else [],
    )  # fmt: skip


def _ballots(counted: Any) -> Mapping[tuple[int, ...], int]:
    if isinstance(counted, str):  # a statement written by hand answers JSON as text
        counted = loads(counted)
    return {tuple(choices): number for choices, number in counted or ()}


def _first_choices(options: int, ballots: Mapping[tuple[int, ...], int]) -> list[int]:
    totals = [0] * options
    for choices, number in ballots.items():
        totals[choices[0]] += number
    return totals
