"""Live sessions: planned, changed, cancelled, begun and ended. Whoever may is asked by `session_access` before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from community import cook
from community.actions.composer import uploads
from community.actions.live.winding_up import wind_up
from community.events import SessionCancelled, SessionChanged, SessionEnded, SessionScheduled, SessionStarted
from community.models import Audience, LiveSession, Room, SessionPerson, SessionRole
from community.problems import SessionRefused
from community.queries.composer import named
from community.rules import sessions as rules
from outbox.ids import new_id
from outbox.publish import publish
from outbox.require import require_transaction

State = LiveSession.State
OPEN = (State.SCHEDULED, State.DOORS, State.LIVE)
BEFORE = (State.SCHEDULED, State.DOORS)


@dataclass(frozen=True)
class Show:
    """What a session and its series have in common, as somebody wishes it. `people`: (member id, role) beside the host."""

    title: str
    host_id: int
    time_zone: str
    description: str = ""
    capacity: int = 0
    audience: str = Audience.MEMBERS.value
    board_id: int | None = None
    group_id: int | None = None
    spectators_read: bool = True
    age_minutes: int = 0
    starts_itself: bool = False
    picture_id: int | None = None
    picture_alt: str = ""
    people: tuple[tuple[int, str], ...] = ()


def plan_session(*, show: Show, starts_at: datetime, ends_at: datetime, by: int | None, at: datetime) -> str:
    """Put one session into the calendar, with a room of its own. Returns its public id. Raises SessionRefused."""
    require_transaction()
    values = checked(show)
    check_hours(starts_at, ends_at, at=at)
    return create(values=values, people=show.people, starts_at=starts_at, ends_at=ends_at, by=by, at=at).public_id


def create(
    *,
    values: dict[str, Any],
    people: Collection[tuple[int, str]],
    starts_at: datetime,
    ends_at: datetime,
    by: int | None,
    at: datetime,
    **of_series: Any,
) -> LiveSession:
    """The rows of a session whose values were checked. For `actions.series` too."""
    public_id = new_id()
    keep_pictures(values, at=at)
    room = Room.objects.create(
        kind=Room.Kind.SESSION, slug=f"live-{public_id}", name=values["title"], board_id=values["board_id"],
        group_id=values["group_id"], threads=False, created_by_id=by, created_at=at,
    )  # fmt: skip
    session = LiveSession.objects.create(
        public_id=public_id, room=room, starts_at=starts_at, ends_at=ends_at, created_by_id=by, created_at=at,
        changed_at=at, **values, **of_series,
    )  # fmt: skip
    set_people(session, people)
    publish(
        SessionScheduled(session_id=session.pk, room_id=room.pk, host_id=session.host_id, starts_at=starts_at, at=at)
    )
    return session


def change_session(
    *, session_id: int, show: Show, starts_at: datetime, ends_at: datetime, by: int | None, at: datetime
) -> None:
    """Another hour, text, host or audience for this session alone. Live, it keeps its beginning. Raises SessionRefused."""
    require_transaction()
    values = checked(show)
    session = lock(session_id)
    if session.state not in OPEN:
        raise SessionRefused("session_over", _("This session is over. Only its summary can still be changed."))
    moved = (starts_at, ends_at) != (session.starts_at, session.ends_at)
    if starts_at != session.starts_at and session.state == State.LIVE:
        raise SessionRefused("session_live", _("It has begun already: its beginning stays as it was."), field="starts")
    if moved:
        check_hours(starts_at, ends_at, at=at, begun=session.state == State.LIVE)
    apply(
        session, values=values, people=show.people, starts_at=starts_at, ends_at=ends_at,
        differs=session.series_id is not None, by=by, at=at,
    )  # fmt: skip


def apply(
    session: LiveSession,
    *,
    values: dict[str, Any],
    people: Collection[tuple[int, str]],
    starts_at: datetime,
    ends_at: datetime,
    differs: bool,
    by: int | None,
    at: datetime,
) -> None:
    """Write what is other than before into a locked session; the same again changes nothing and tells nobody."""
    if values["capacity"] and values["capacity"] < session.seated:
        words = _("%(seated)d people are seated. Nobody loses a seat: choose that many seats at least.")
        raise SessionRefused("capacity_taken", words % {"seated": session.seated}, field="capacity")
    wanted = values | {"starts_at": starts_at, "ends_at": ends_at}
    other = {name: value for name, value in wanted.items() if getattr(session, name) != value}
    others = set(people) - {(session.host_id, SessionRole.HOST.value)}
    if not other and others == set(session.people.values_list("member_id", "role")):
        return
    if "starts_at" in other and session.series_id is not None and _taken(session, starts_at):
        raise SessionRefused("hour_taken", _("The series has another session at this hour."), field="starts")
    moved = "starts_at" in other or "ends_at" in other
    keep_pictures(other, at=at)
    LiveSession.objects.filter(pk=session.pk).update(
        **other, differs=differs or session.differs, revision=F("revision") + 1, changed_at=at
    )
    room = {key: wanted[name] for key, name in _ROOM.items() if name in other}
    if room:
        Room.objects.filter(pk=session.room_id).update(**room)
    set_people(session, people)
    publish(SessionChanged(session_id=session.pk, room_id=session.room_id, by_id=by, moved=moved, at=at))


_ROOM = {"name": "title", "board_id": "board_id", "group_id": "group_id"}


def cancel_session(*, session_id: int, reason: str, by: int | None, at: datetime) -> bool:
    """It does not take place; whoever meant to come is told with the reason. False when it was cancelled already.

    Raises SessionRefused without a reason, and for what has begun: that is ended, not cancelled.
    """
    require_transaction()
    words = " ".join(cook.clean(reason).split())
    if by is not None and not words:
        raise SessionRefused("reason_needed", _("Say why, for those who wanted to come."), field="reason")
    if len(words) > rules.REASON_LONGEST:
        raise SessionRefused("reason_long", _("Say it in at most 300 characters."), field="reason")
    session = lock(session_id)
    if session.state == State.CANCELLED:
        return False
    if session.state not in BEFORE:
        raise SessionRefused("session_begun", _("It has begun already. End it instead."))
    cancel(session, reason=words, differs=session.series_id is not None, by=by, at=at)
    return True


def cancel(session: LiveSession, *, reason: str, differs: bool, by: int | None, at: datetime) -> None:
    """Cancel a locked session that has not begun."""
    LiveSession.objects.filter(pk=session.pk).update(
        state=State.CANCELLED, cancelled_at=at, cancel_reason=reason, differs=differs or session.differs,
        revision=F("revision") + 1, changed_at=at,
    )  # fmt: skip
    Room.objects.filter(pk=session.room_id).update(status=Room.Status.ARCHIVED)
    publish(SessionCancelled(session_id=session.pk, room_id=session.room_id, by_id=by, at=at))


def start_session(*, session_id: int, by: int | None, at: datetime) -> bool:
    """The host goes live; from the moment the doors are open. False when it is live already. Raises SessionRefused."""
    require_transaction()
    found = LiveSession.objects.filter(pk=session_id, state=State.DOORS).update(
        # Greatest: clocks of two machines differ by a little.
        state=State.LIVE,
        started_at=Greatest(at, F("doors_at")),
    )
    session = LiveSession.objects.get(pk=session_id)
    if found:
        publish(
            SessionStarted(session_id=session_id, room_id=session.room_id, host_id=session.host_id, by_id=by, at=at)
        )
        return True
    if session.state == State.LIVE:
        return False
    if session.state == State.SCHEDULED:
        raise SessionRefused("doors_closed", _("The doors open 15 minutes before. Then you can go live."))
    raise SessionRefused("session_over", _("This session is over."))


def end_session(*, session_id: int, by: int | None, at: datetime) -> bool:
    """The session is over, with all that runs in it (`winding_up`). False when it was over already.

    Raises SessionRefused for one that never began.
    """
    require_transaction()
    found = LiveSession.objects.filter(pk=session_id, state=State.LIVE).update(
        state=State.ENDED, ended_at=Greatest(at, F("started_at"))
    )
    session = LiveSession.objects.get(pk=session_id)
    if found:
        publish(SessionEnded(session_id=session_id, room_id=session.room_id, host_id=session.host_id, by_id=by, at=at))
        wind_up(session_id=session_id, at=at)
        return True
    if session.state == State.ENDED:
        return False
    raise SessionRefused("not_live", _("It is not live, so it cannot be ended."))


def tell_afterwards(*, session_id: int, summary: str, recording_url: str, by: int | None, at: datetime) -> None:
    """The summary and the recording of a session that took place. Raises SessionRefused."""
    require_transaction()
    text = cook.clean(summary)
    if len(text) > rules.DESCRIPTION_LONGEST:
        raise SessionRefused("summary_long", _("This is too long. At most 8000 characters fit."), field="summary")
    address = recording_url.strip()
    if address:
        try:
            URLValidator(schemes=["https"])(address)
        except ValidationError as problem:
            words = _("Please give a whole address that begins with https://")
            raise SessionRefused("recording_address", words, field="recording_url") from problem
    session = lock(session_id)
    if session.state != State.ENDED:
        raise SessionRefused("not_over", _("A summary is written when the session is over."))
    if (text, address) == (session.summary, session.recording_url):
        return
    uploads.keep_of_session(picture_id=None, texts=[text], at=at)
    LiveSession.objects.filter(pk=session_id).update(
        summary=text, summary_cooked=named.cooked(text).html if text else "", recording_url=address, changed_at=at
    )
    publish(SessionChanged(session_id=session_id, room_id=session.room_id, by_id=by, at=at))


# --- What both a session and a series keep to -------------------------------------------------------------------------


def checked(show: Show) -> dict[str, Any]:
    """The columns for this wish. Raises SessionRefused, naming the field."""
    title, text = " ".join(cook.clean(show.title).split()), cook.clean(show.description)
    if not title or len(title) > rules.TITLE_LONGEST:
        raise SessionRefused("title", _("Give it a title of at most 80 characters."), field="title")
    if len(text) > rules.DESCRIPTION_LONGEST:
        raise SessionRefused("description", _("This is too long. At most 8000 characters fit."), field="description")
    zone_of(show.time_zone)
    if not 0 <= show.capacity <= rules.CAPACITY_MOST:
        raise SessionRefused("capacity", _("Choose 0 (as many as come) to 100,000 seats."), field="capacity")
    if not 0 <= show.age_minutes <= rules.AGE_MOST:
        raise SessionRefused("age_minutes", _("Choose 0 (never) to 1440 minutes."), field="age_minutes")
    _check_audience(show)
    if len(show.people) > rules.PEOPLE_MOST:
        raise SessionRefused("people", _("At most 12 people fit on a stage."), field="guests")
    return {
        "title": title, "description": text, "cooked": named.cooked(text).html if text else "",
        "host_id": show.host_id, "time_zone": show.time_zone, "capacity": show.capacity, "audience": show.audience,
        "board_id": show.board_id, "group_id": show.group_id, "spectators_read": show.spectators_read,
        "age_minutes": show.age_minutes, "starts_itself": show.starts_itself, "picture_id": show.picture_id,
        "picture_alt": " ".join(cook.clean(show.picture_alt).split())[:200] if show.picture_id is not None else "",
    }  # fmt: skip


def keep_pictures(values: dict[str, Any], *, at: datetime) -> None:
    """What these columns show of pictures stays as long as they do."""
    uploads.keep_of_session(picture_id=values.get("picture_id"), texts=[values.get("description", "")], at=at)


def _check_audience(show: Show) -> None:
    if show.audience not in Audience.values:
        raise SessionRefused("audience", _("Choose who may come."), field="audience")
    if (show.board_id is not None) != (show.audience == Audience.BOARD):
        raise SessionRefused("board", _("Choose a board exactly when the session is for one."), field="board")
    if (show.group_id is not None) != (show.audience == Audience.GROUP):
        raise SessionRefused("group", _("Choose a group exactly when the session is for one."), field="group")


def check_hours(starts_at: datetime, ends_at: datetime, *, at: datetime, begun: bool = False) -> None:
    """Refuse hours that cannot be: past, years away, ending before they begin. `begun`: only the end is a wish."""
    if ends_at <= starts_at:
        raise SessionRefused("ends_first", _("It would end before it begins."), field="ends")
    if not rules.SHORTEST <= ends_at - starts_at <= rules.LONGEST:
        raise SessionRefused("length", _("A session lasts from 5 minutes to 12 hours."), field="ends")
    if not begun and starts_at < at:
        raise SessionRefused("past", _("This hour is past."), field="starts")
    if begun and ends_at < at:
        raise SessionRefused("past", _("This hour is past."), field="ends")
    if starts_at > at + rules.FARTHEST:
        raise SessionRefused("far", _("Plan at most two years ahead."), field="starts")


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name. Raises SessionRefused for one that does not exist."""
    if name not in _zones():
        raise SessionRefused("zone", _("There is no such time zone."), field="zone")
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def lock(session_id: int) -> LiveSession:
    """The session as it is now; nobody else changes it until the end of the transaction."""
    return LiveSession.objects.select_for_update(no_key=True).get(pk=session_id)


def set_people(session: LiveSession, people: Collection[tuple[int, str]]) -> None:
    """Who is on stage or keeps order from now on, beside the host."""
    wanted = {member: role for member, role in people if member != session.host_id or role != SessionRole.HOST}
    SessionPerson.objects.filter(session=session).exclude(member_id__in=wanted).delete()
    SessionPerson.objects.bulk_create(
        [SessionPerson(session=session, member_id=member, role=role) for member, role in wanted.items()],
        update_conflicts=True, unique_fields=["session", "member"], update_fields=["role"],
    )  # fmt: skip


def _taken(session: LiveSession, starts_at: datetime) -> bool:
    others = LiveSession.objects.filter(series_id=session.series_id, starts_at=starts_at.astimezone(UTC))
    return others.exclude(pk=session.pk).exclude(state=State.CANCELLED).exists()
