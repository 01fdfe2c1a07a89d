"""Reading live sessions: what is now, next and past, who comes. Every list asks for the viewer's rights in its statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from community.access import Rights
from community.addresses import topic_url
from community.cook import stored
from community.models import (
    Audience,
    LiveSession,
    Rsvp,
    SeriesPerson,
    SessionPerson,
    SessionRole,
    SessionSeries,
)
from community.rules import sessions as rules
from community.session_access import visible_sessions
from members import queries as members
from members.access import is_member
from members.queries import MemberCard, member_cards

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from members.access import Viewer

State = LiveSession.State
NEXT_MOST, PAST_A_PAGE, FACES = 60, 20, 24
_NEXT, NEXT_KEPT = "community:next_session", 20
"""Where, and for how many seconds, what is next is kept for guests."""


@dataclass(frozen=True)
class Picture:
    """A picture of a session; `url` at most 1280 wide, `small` 640 (or the same). `width` and `height` of the large one."""

    url: str
    small: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class SessionRow:
    """A session as its readers know it. Counts are of answers; `own` is the viewer's (or nothing). Until what came of it
    is told (`told_at`), the summary is for those who keep the session, and there is no recording."""

    id: int
    public_id: str
    title: str
    html: "SafeString"
    text: str
    state: str
    host: MemberCard | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    capacity: int
    seated: int
    audience: str
    board_id: int | None
    group_id: int | None
    series_id: int | None
    going: int
    maybe: int
    own: str
    cancel_reason: str
    recording_url: str
    summary: "SafeString"
    told_at: datetime | None
    topic_url: str
    started_at: datetime | None
    ended_at: datetime | None
    revision: int
    changed_at: datetime
    spectators_read: bool
    age_minutes: int
    picture: Picture | None = None

    @property
    def url(self) -> str:
        return reverse("community:live_session", args=[self.public_id])

    @property
    def local_start(self) -> datetime:
        """By the clock of the host."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def doors_open_at(self) -> datetime:
        return self.starts_at - rules.DOORS_BEFORE

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_open(self) -> bool:
        """People are in it now."""
        return self.state in (State.DOORS, State.LIVE)

    @property
    def is_ahead(self) -> bool:
        return self.state in (State.SCHEDULED, State.DOORS, State.LIVE)


@dataclass(frozen=True)
class Program:
    """What /live/ shows: open now, the next ones, and a page of the past. `more`: there is a next page of it."""

    now: list[SessionRow]
    ahead: list[SessionRow]
    past: list[SessionRow]
    more: bool


def program(*, viewer: "Viewer", held: Rights, at: datetime, page: int = 1, mine: bool = False) -> Program:
    """Three statements and one for the people's names. `mine`: those the viewer said yes or perhaps to, or keeps."""
    visible = visible_sessions(viewer, held=held)
    if mine and is_member(viewer):
        visible = visible.filter(_mine(viewer.pk))
    open_or_ahead = visible.filter(
        Q(state__in=(State.DOORS, State.LIVE))
        | Q(state__in=(State.SCHEDULED, State.CANCELLED), ends_at__gte=at - timedelta(hours=1))
    ).order_by("starts_at", "pk")[:NEXT_MOST]
    first = (page - 1) * PAST_A_PAGE
    past = visible.filter(state=State.ENDED).order_by("-starts_at", "-pk")[first : first + PAST_A_PAGE + 1]
    ahead, gone = _values(open_or_ahead, viewer) if page == 1 else [], _values(past, viewer)
    people = member_cards(member_ids={row["host_id"] for row in [*ahead, *gone]})
    rows = [_row(one, people, held=held) for one in ahead]
    ended = [_row(one, people, held=held) for one in gone]
    return Program(
        now=[row for row in rows if row.is_open],
        ahead=[row for row in rows if not row.is_open],
        past=ended[:PAST_A_PAGE],
        more=len(ended) > PAST_A_PAGE,
    )


def session_row(*, session_id: int, viewer: "Viewer", held: Rights) -> SessionRow:
    """One session, for a viewer who may know of it. Two statements."""
    values = _values(LiveSession.objects.filter(pk=session_id), viewer)[0]
    return _row(values, member_cards(member_ids=[values["host_id"]]), held=held)


def next_session(*, viewer: "Viewer", held: Rights, at: datetime) -> SessionRow | None:
    """What is open now, or else the next one within a fortnight: at most two statements, one when there is none.

    All guests share one answer for some seconds, about what is open to everybody: their front pages ask nothing.
    """
    if is_member(viewer):
        return _next(visible_sessions(viewer, held=held), viewer, at)
    kept = cache.get(_NEXT)
    if kept is None:
        kept = (_next(LiveSession.objects.filter(audience=Audience.EVERYBODY), None, at),)
        cache.set(_NEXT, kept, NEXT_KEPT)
    row: SessionRow | None = kept[0]
    return row if row is not None and row.ends_at >= at else None


def _next(visible: QuerySet[LiveSession], viewer: "Viewer", at: datetime) -> SessionRow | None:
    rows = visible.filter(
        Q(state__in=(State.DOORS, State.LIVE))
        | Q(state=State.SCHEDULED, ends_at__gte=at, starts_at__lte=at + rules.HORIZON)
    )
    found = _values(rows.order_by("starts_at", "pk")[:1], viewer)
    return _row(found[0], member_cards(member_ids=[found[0]["host_id"]])) if found else None


def sessions_between(
    *, viewer: "Viewer", held: Rights, since: datetime, until: datetime, mine: bool = False, most: int = 300
) -> list[SessionRow]:
    """For calendars: also cancelled ones, so that they go from there."""
    rows = visible_sessions(viewer, held=held).filter(starts_at__gte=since, starts_at__lte=until)
    if mine and is_member(viewer):
        rows = rows.filter(_mine(viewer.pk))
    found = _values(rows.order_by("starts_at", "pk")[:most], viewer)
    people = member_cards(member_ids={row["host_id"] for row in found})
    return [_row(one, people) for one in found]


def picture_of(*, session_id: int) -> Picture | None:
    """The picture beside the title."""
    of = ("picture__name", "picture__small_name", "picture__width", "picture__height", "picture_alt")
    return _picture(*LiveSession.objects.values_list(*of).get(pk=session_id))


def told_at(*, session_id: int) -> datetime | None:
    """When what came of a session was published."""
    return LiveSession.objects.values_list("stage__summary_at", flat=True).get(pk=session_id)


def series_id(*, public_id: str) -> int:
    """For those who know the series by its address."""
    return SessionSeries.objects.values_list("pk", flat=True).get(public_id=public_id)


def session_ids(*, public_id: str) -> tuple[int, int]:
    """A session's own id and its room's."""
    return LiveSession.objects.values_list("pk", "room_id").get(public_id=public_id)


def planned(*, until: datetime) -> int:
    """How many are planned or open before then."""
    return LiveSession.objects.filter(state__in=("scheduled", "doors", "live"), starts_at__lte=until).count()


def of_series(*, series_id: int, at: datetime) -> list[LiveSession]:
    """The sessions of a series that are not past, in order."""
    return list(LiveSession.objects.filter(series_id=series_id, ends_at__gte=at).order_by("starts_at", "pk")[:100])


def series_of(*, member_id: int | None) -> list[SessionSeries]:
    """The series that a host keeps (None: all of them), the newest first, each with its `next_at`."""
    rows = SessionSeries.objects.select_related("host").order_by("-pk")
    if member_id is not None:
        hosts = SeriesPerson.objects.filter(member_id=member_id, role=SessionRole.HOST).values("series_id")
        rows = rows.filter(Q(host_id=member_id) | Q(pk__in=hosts))
    ahead = LiveSession.objects.filter(series=OuterRef("pk"), state=State.SCHEDULED).order_by("starts_at")
    return list(rows.annotate(next_at=Subquery(ahead.values("starts_at")[:1]))[:200])


@dataclass(frozen=True)
class Coming:
    """Who said what: the newest faces, and the numbers."""

    going: int
    maybe: int
    no: int
    faces: list[MemberCard]
    may_be_faces: list[MemberCard]


def coming(*, session_id: int) -> Coming:
    """Two statements, however many come."""
    counts = dict(
        Rsvp.objects.filter(session_id=session_id).order_by().values_list("answer").annotate(number=Count("pk"))
    )
    newest = list(
        Rsvp.objects.filter(session_id=session_id, answer=Rsvp.Answer.GOING)
        .order_by("-at", "-pk")
        .values_list("member_id", flat=True)[:FACES]
    )
    perhaps = list(
        Rsvp.objects.filter(session_id=session_id, answer=Rsvp.Answer.MAYBE)
        .order_by("-at", "-pk")
        .values_list("member_id", flat=True)[:FACES]
    )
    people = member_cards(member_ids=[*newest, *perhaps])
    return Coming(
        counts.get("going", 0), counts.get("maybe", 0), counts.get("no", 0),
        [people[one] for one in newest if one in people], [people[one] for one in perhaps if one in people],
    )  # fmt: skip


def stage_people(*, session_id: int) -> list[tuple[MemberCard, str]]:
    """Who is on stage or keeps order beside the host, with the role."""
    rows = list(SessionPerson.objects.filter(session_id=session_id).order_by("pk").values_list("member_id", "role"))
    people = member_cards(member_ids=[member for member, _role in rows])
    return [(people[member], role) for member, role in rows if member in people]


def public_sessions(*, since: datetime, limit: int = 10_000) -> list[tuple[str, datetime]]:
    """(address, changed at) of what everybody may read, for search engines."""
    rows = LiveSession.objects.filter(audience=Audience.EVERYBODY, starts_at__gte=since).exclude(state=State.CANCELLED)
    found = rows.order_by("-starts_at").values_list("public_id", "changed_at")[:limit]
    return [(reverse("community:live_session", args=[public_id]), changed) for public_id, changed in found]


def audience_words(*, group_ids: Collection[int], board_ids: Collection[int], held: Rights) -> dict[str, str]:
    """Names of the boards and groups that a page mentions: "b1" and "g2" -> name."""
    from django.contrib.auth.models import Group

    words = {f"b{pk}": held.boards[pk].name for pk in board_ids if pk in held.boards}
    if group_ids:
        for pk, name in Group.objects.filter(pk__in=group_ids).values_list("id", "name"):
            words[f"g{pk}"] = members.group_words(name)
    return words


def _mine(member_id: int) -> Q:
    said = Rsvp.objects.filter(member_id=member_id, answer__in=("going", "maybe")).values("session_id")
    on_stage = SessionPerson.objects.filter(member_id=member_id).values("session_id")
    return Q(pk__in=said) | Q(host_id=member_id) | Q(pk__in=on_stage)


_FIELDS = (
    "id", "public_id", "title", "cooked", "description", "state", "host_id", "starts_at", "ends_at", "time_zone",
    "capacity", "seated", "audience", "board_id", "group_id", "series_id", "cancel_reason", "recording_url",
    "summary_cooked", "started_at", "ended_at", "revision", "changed_at", "spectators_read", "age_minutes",
    "stage__summary_at", "picture__name", "picture__small_name", "picture__width", "picture__height", "picture_alt",
)  # fmt: skip


def _values(rows: QuerySet[LiveSession], viewer: "Viewer") -> list[dict[str, Any]]:
    answers = Rsvp.objects.filter(session=OuterRef("pk")).order_by().values("session")
    counted = {
        name: Coalesce(Subquery(answers.filter(answer=name).annotate(n=Count("pk")).values("n")), 0)
        for name in ("going", "maybe")
    }
    if is_member(viewer):
        own = Subquery(Rsvp.objects.filter(session=OuterRef("pk"), member_id=viewer.pk).values("answer")[:1])
        rows = rows.annotate(own=own)
    topic = {
        "topic_public_id": F("topic__public_id"), "topic_slug": F("topic__slug"),
        "topic_gone": F("topic__removed_at"), "topic_board": F("topic__board_id"),
    }  # fmt: skip
    extra = ("own",) if is_member(viewer) else ()
    return list(rows.annotate(**counted, **topic).values(*_FIELDS, *counted, *topic, *extra))


def _picture(name: str | None, small: str | None, width: int, height: int, alt: str) -> Picture | None:
    url = default_storage.url
    return Picture(url(name), url(small or name), width, height, alt) if name else None


def _row(values: dict[str, Any], people: dict[int, MemberCard], *, held: Rights | None = None) -> SessionRow:
    given = dict(values)
    topic_id, slug, gone = given.pop("topic_public_id"), given.pop("topic_slug"), given.pop("topic_gone")
    readable = given.pop("topic_board") in (held.allowed["browse"] if held else ()) and not gone
    name, small, alt = given.pop("picture__name"), given.pop("picture__small_name"), given.pop("picture_alt")
    width, height = given.pop("picture__width"), given.pop("picture__height")
    told, recording = given.pop("stage__summary_at"), given.pop("recording_url")
    return SessionRow(
        picture=_picture(name, small, width, height, alt), told_at=told, recording_url=recording if told else "",
        html=stored(given.pop("cooked")), text=given.pop("description"), summary=stored(given.pop("summary_cooked")),
        host=people.get(given.pop("host_id")), zone=given.pop("time_zone"), own=given.pop("own", None) or "",
        topic_url=topic_url(topic_id, slug) if topic_id and readable else "", **given,
    )  # fmt: skip
