"""Sessions that repeat: the rule, the rows of the next fortnight, and changes of this and all following."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils.translation import gettext as _

from community.actions.live import sessions
from community.actions.live.sessions import Show, State
from community.events import SessionChanged, SessionScheduled
from community.models import LiveSession, Room, SeriesPerson, SessionSeries
from community.problems import SessionRefused
from community.rules import sessions as rules
from outbox.publish import publish
from outbox.require import require_transaction


@dataclass(frozen=True)
class Repeat:
    """How a show repeats: an hour by the clock of its zone, on these days of the week (1 Monday … 7 Sunday)."""

    starts_on: date
    hour: time
    minutes: int
    weekdays: tuple[int, ...]
    until: date | None = None
    free_days: tuple[date, ...] = ()


def plan_series(*, show: Show, repeat: Repeat, by: int | None, at: datetime) -> str:
    """A series, with the sessions of its first fortnight. Returns its public id. Raises SessionRefused."""
    require_transaction()
    values = sessions.checked(show) | _checked(repeat, show.time_zone, at)
    today = at.astimezone(ZoneInfo(show.time_zone)).date()
    if repeat.starts_on < today:
        raise SessionRefused("past", _("This day is past."), field="starts")
    sessions.keep_pictures(values, at=at)
    series = SessionSeries.objects.create(created_by_id=by, created_at=at, **values)
    _set_people(series, show)
    if not make(series_id=series.pk, by=by, at=at) and repeat.starts_on <= today + rules.HORIZON:
        raise SessionRefused("no_days", _("No session would come of this. Look at the days and the last day."))
    return series.public_id


def make(*, series_id: int, by: int | None = None, at: datetime) -> int:
    """Make the sessions of the next fortnight that are not there yet; how many. Once for each day, however often.

    A session that the rule itself had cancelled (a holiday, another day of the week) comes back when the rule means its
    day again; one that somebody cancelled or moved stays as it is.
    """
    require_transaction()
    series = SessionSeries.objects.select_for_update(no_key=True).get(pk=series_id)
    if series.paused_at is not None:
        return 0
    zone = ZoneInfo(series.time_zone)
    today = at.astimezone(zone).date()
    wanted = list(_days(series, first=today, last=today + rules.HORIZON))
    rows = {
        row.occurs_on: row
        for row in LiveSession.objects.select_for_update(no_key=True).filter(series=series, occurs_on__in=wanted)
    }
    made = 0
    for day in wanted:
        starts_at, ends_at = _hours(series, day, zone)
        row = rows.get(day)
        if starts_at <= at or _hour_taken(series, starts_at, row):
            continue
        if row is None:
            people = list(series.people.values_list("member_id", "role"))
            sessions.create(
                values=_values(series), people=people, starts_at=starts_at, ends_at=ends_at, by=by, at=at,
                series=series, occurs_on=day,
            )  # fmt: skip
            made += 1
        elif row.state == State.CANCELLED and not row.differs:
            _bring_back(row, series, starts_at, ends_at, at)
            made += 1
    return made


def change_following(*, session_id: int, show: Show, repeat: Repeat, by: int | None, at: datetime) -> None:
    """Change this session, all that follow and the rule itself; those that were changed alone stay as they are.

    Days that the rule does not mean any more are cancelled, and whoever said yes to them is told. Raises SessionRefused.
    """
    require_transaction()
    first = LiveSession.objects.get(pk=session_id)
    if first.series_id is None or first.occurs_on is None:
        raise SessionRefused("no_series", _("This session stands alone."))
    if first.state not in sessions.OPEN:
        raise SessionRefused("session_over", _("This session is over. Only its summary can still be changed."))
    values = sessions.checked(show) | _checked(repeat, show.time_zone, at)
    series = SessionSeries.objects.select_for_update(no_key=True).get(pk=first.series_id)
    values["starts_on"] = max(repeat.starts_on, first.occurs_on)
    if values["until"] is not None and values["until"] < values["starts_on"]:
        raise SessionRefused("until", _("The last day is before the first."), field="until")
    for name, value in values.items():
        setattr(series, name, value)
    sessions.keep_pictures(values, at=at)
    series.save(update_fields=list(values))
    _set_people(series, show)
    LiveSession.objects.filter(pk=first.pk).update(differs=False)
    _follow_rule(series, since=first.occurs_on, show=show, by=by, at=at)
    make(series_id=series.pk, by=by, at=at)


def set_free_days(*, series_id: int, free_days: tuple[date, ...], by: int | None, at: datetime) -> None:
    """Holidays: sessions on these days are cancelled; on days that are none any more, they come back."""
    require_transaction()
    series = SessionSeries.objects.select_for_update(no_key=True).get(pk=series_id)
    if len(free_days) > rules.FREE_DAYS_MOST:
        raise SessionRefused("free_days", _("At most 60 days without a session fit."), field="free_days")
    series.free_days = sorted(set(free_days))
    series.save(update_fields=["free_days"])
    today = at.astimezone(ZoneInfo(series.time_zone)).date()
    _follow_rule(series, since=today, show=None, by=by, at=at)
    make(series_id=series_id, by=by, at=at)


def end_series(*, session_id: int, reason: str, by: int | None, at: datetime) -> int:
    """This session and all that follow do not take place; how many were cancelled. Raises SessionRefused."""
    require_transaction()
    first = LiveSession.objects.get(pk=session_id)
    if first.series_id is None or first.occurs_on is None:
        raise SessionRefused("no_series", _("This session stands alone."))
    if not reason.strip():
        raise SessionRefused("reason_needed", _("Say why, for those who wanted to come."), field="reason")
    series = SessionSeries.objects.select_for_update(no_key=True).get(pk=first.series_id)
    last = first.occurs_on - timedelta(days=1)
    if last >= series.starts_on:
        SessionSeries.objects.filter(pk=series.pk).update(until=last)
    else:  # nothing is left of the rule
        SessionSeries.objects.filter(pk=series.pk).update(until=series.starts_on, paused_at=at)
    following = LiveSession.objects.filter(series=series, occurs_on__gte=first.occurs_on, state__in=sessions.BEFORE)
    ids = list(following.order_by("pk").values_list("pk", flat=True))
    return sum(sessions.cancel_session(session_id=one, reason=reason, by=by, at=at) for one in ids)


def pause(*, series_id: int, paused: bool, by: int | None, at: datetime) -> None:
    """Make no further sessions, or go on. Those that stand in the calendar stay."""
    require_transaction()
    found = SessionSeries.objects.filter(pk=series_id, paused_at__isnull=paused)
    if found.update(paused_at=at if paused else None) and not paused:
        make(series_id=series_id, by=by, at=at)


def due(*, at: datetime) -> list[int]:
    """The series that may have something to make."""
    rows = SessionSeries.objects.filter(paused_at__isnull=True)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gte=(at - timedelta(days=1)).date()))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _follow_rule(series: SessionSeries, *, since: date, show: Show | None, by: int | None, at: datetime) -> None:
    zone = ZoneInfo(series.time_zone)
    rows = list(
        LiveSession.objects.select_for_update(no_key=True)
        .filter(series=series, occurs_on__gte=since, differs=False, state__in=sessions.BEFORE, starts_at__gt=at)
        .order_by("occurs_on")
    )
    last = max((row.occurs_on for row in rows if row.occurs_on), default=since)
    wanted = set(_days(series, first=since, last=last))
    people = list(series.people.values_list("member_id", "role"))
    if rows and rows[0].occurs_on and _hours(series, rows[0].occurs_on, zone)[0] > rows[0].starts_at:
        rows.reverse()  # moved to later hours, the last goes first: none passes through the hour of another
    for row in rows:
        if row.occurs_on is None or row.occurs_on not in wanted:
            sessions.cancel(row, reason="", differs=False, by=by, at=at)
        elif show is not None:
            starts_at, ends_at = _hours(series, row.occurs_on, zone)
            if starts_at <= at:
                raise SessionRefused("past", _("This hour is past."), field="hour")
            sessions.apply(
                row, values=_values(series), people=people, starts_at=starts_at, ends_at=ends_at, differs=False,
                by=by, at=at,
            )  # fmt: skip


def _bring_back(row: LiveSession, series: SessionSeries, starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    LiveSession.objects.filter(pk=row.pk).update(
        state=State.SCHEDULED, cancelled_at=None, cancel_reason="", doors_at=None, starts_at=starts_at,
        ends_at=ends_at, revision=F("revision") + 1, changed_at=at, **_values(series),
    )  # fmt: skip
    sessions.set_people(row, list(series.people.values_list("member_id", "role")))
    Room.objects.filter(pk=row.room_id).update(
        status=Room.Status.OPEN, name=series.title, board_id=series.board_id, group_id=series.group_id
    )
    publish(SessionChanged(session_id=row.pk, room_id=row.room_id, by_id=None, moved=True, at=at))
    publish(
        SessionScheduled(session_id=row.pk, room_id=row.room_id, host_id=series.host_id, starts_at=starts_at, at=at)
    )


def _checked(repeat: Repeat, time_zone: str, at: datetime) -> dict[str, Any]:
    if not 5 <= repeat.minutes <= 720:
        raise SessionRefused("length", _("A session lasts from 5 minutes to 12 hours."), field="minutes")
    days = sorted(set(repeat.weekdays))
    if not days or not set(days) <= set(rules.EVERY_DAY):
        raise SessionRefused("weekdays", _("Choose at least one day of the week."), field="weekdays")
    if repeat.until is not None and repeat.until < repeat.starts_on:
        raise SessionRefused("until", _("The last day is before the first."), field="until")
    if repeat.starts_on > (at + rules.FARTHEST).date():
        raise SessionRefused("far", _("Plan at most two years ahead."), field="starts")
    if len(repeat.free_days) > rules.FREE_DAYS_MOST:
        raise SessionRefused("free_days", _("At most 60 days without a session fit."), field="free_days")
    return {
        "starts_on": repeat.starts_on, "starts_local": repeat.hour.replace(second=0, microsecond=0, tzinfo=None),
        "minutes": repeat.minutes, "weekdays": days, "until": repeat.until,
        "free_days": sorted(set(repeat.free_days)),
    }  # fmt: skip


_SHARED = (
    "title", "description", "cooked", "host_id", "time_zone", "capacity", "audience", "board_id", "group_id",
    "spectators_read", "age_minutes", "starts_itself", "picture_id", "picture_alt",
)  # fmt: skip


def _values(series: SessionSeries) -> dict[str, Any]:
    return {name: getattr(series, name) for name in _SHARED}


def _days(series: SessionSeries, *, first: date, last: date) -> list[date]:
    return list(
        rules.days(
            starts_on=series.starts_on, until=series.until, weekdays=series.weekdays, free_days=series.free_days,
            first=first, last=last,
        )
    )  # fmt: skip


def _hours(series: SessionSeries, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    starts_at = rules.utc_of(day, series.starts_local, zone)
    return starts_at, starts_at + timedelta(minutes=series.minutes)


def _hour_taken(series: SessionSeries, starts_at: datetime, row: LiveSession | None) -> bool:
    """A session of another day was moved here."""
    others = LiveSession.objects.filter(series=series, starts_at=starts_at).exclude(state=State.CANCELLED)
    return others.exclude(pk=row.pk if row else 0).exists()


def _set_people(series: SessionSeries, show: Show) -> None:
    SeriesPerson.objects.filter(series=series).delete()
    SeriesPerson.objects.bulk_create(
        [SeriesPerson(series=series, member_id=member, role=role) for member, role in dict(show.people).items()]
    )
