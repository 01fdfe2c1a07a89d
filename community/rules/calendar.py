"""Calendar files (RFC 5545): lines, escapes, folding. Pure; what is in them comes from `queries.calendar`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OCTETS_MOST = 75
_LAST_DAY = date(9999, 12, 30)
"""In UTC there must be a day after it."""
_DAYS = ("", "MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class CalendarEvent:
    """One entry. Times of single sessions are UTC, which needs no zone and is never ambiguous."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    sequence: int
    title: str
    text: str
    url: str
    cancelled: bool = False
    tentative: bool = False
    organizer: str = ""


@dataclass(frozen=True)
class CalendarSeries:
    """An entry that repeats by the clock of its zone. `moved`: (local start it stands for, entry of its own)."""

    uid: str
    zone: ZoneInfo
    first: date
    hour: time
    minutes: int
    weekdays: tuple[int, ...]
    until: date | None
    without: tuple[date, ...]
    moved: tuple[tuple[date, CalendarEvent], ...]
    stamp: datetime
    sequence: int
    title: str
    text: str
    url: str


def calendar(
    *, entries: Iterable[CalendarEvent] = (), series: Sequence[CalendarSeries] = (), name: str = "", at: datetime
) -> str:
    """The whole file, with the line ends of the format. `at`: from when on the changes of zones are listed."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Laoyou//Live sessions//EN", "CALSCALE:GREGORIAN"]
    lines.append("METHOD:PUBLISH")
    if name:
        lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
        lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for zone in {one.zone.key: one.zone for one in series}.values():
        lines += _zone(zone, at)
    for rule in series:
        lines += _series(rule)
    for entry in entries:
        lines += _entry(entry)
    lines.append("END:VCALENDAR")
    return "".join(part + "\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Text as a value: signs that mean something are marked, lines become \\n, control characters go."""
    plain = "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign >= " " or sign in "\n\t")
    marked = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(sign for sign in marked if not "\x7f" <= sign <= "\x9f")


def folded(line: str) -> list[str]:
    """Lines of at most 75 octets, never cut inside a character; each after the first begins with a blank."""
    parts, rest = [], line.encode()
    while len(rest) > OCTETS_MOST:
        cut = OCTETS_MOST
        while (rest[cut] & 0xC0) == 0x80:
            cut -= 1
        parts.append(rest[:cut].decode())
        rest = b" " + rest[cut:]
    return [*parts, rest.decode()]


def _entry(entry: CalendarEvent, *, head: Sequence[str] = ()) -> list[str]:
    state = "CANCELLED" if entry.cancelled else "TENTATIVE" if entry.tentative else "CONFIRMED"
    return [
        "BEGIN:VEVENT", f"UID:{entry.uid}", *head, f"DTSTAMP:{_utc(entry.stamp)}", f"LAST-MODIFIED:{_utc(entry.stamp)}",
        f"SEQUENCE:{entry.sequence}", f"DTSTART:{_utc(entry.starts_at)}", f"DTEND:{_utc(entry.ends_at)}",
        f"SUMMARY:{escaped(entry.title)}", f"STATUS:{state}", f"URL:{entry.url}",
        *([f"DESCRIPTION:{escaped(entry.text)}"] if entry.text else []),
        *(["TRANSP:TRANSPARENT"] if entry.cancelled else []), "END:VEVENT",
    ]  # fmt: skip


def _series(rule: CalendarSeries) -> list[str]:
    zone = f"TZID={rule.zone.key}"
    starts = datetime.combine(rule.first, rule.hour)
    days = "FREQ=DAILY" if len(rule.weekdays) == 7 else "FREQ=WEEKLY;BYDAY=" + ",".join(_DAYS[d] for d in rule.weekdays)
    if rule.until:
        last = datetime.combine(min(rule.until, _LAST_DAY), rule.hour, tzinfo=rule.zone)
        days += f";UNTIL={_utc(last)}"
    without = ",".join(_local(datetime.combine(day, rule.hour)) for day in rule.without)
    lines = [
        "BEGIN:VEVENT", f"UID:{rule.uid}", f"DTSTAMP:{_utc(rule.stamp)}", f"LAST-MODIFIED:{_utc(rule.stamp)}",
        f"SEQUENCE:{rule.sequence}", f"DTSTART;{zone}:{_local(starts)}", f"DURATION:PT{rule.minutes}M",
        f"RRULE:{days}", *([f"EXDATE;{zone}:{without}"] if without else []), f"SUMMARY:{escaped(rule.title)}",
        "STATUS:CONFIRMED", f"URL:{rule.url}", *([f"DESCRIPTION:{escaped(rule.text)}"] if rule.text else []),
        "END:VEVENT",
    ]  # fmt: skip
    for day, entry in rule.moved:
        stands_for = f"RECURRENCE-ID;{zone}:{_local(datetime.combine(day, rule.hour))}"
        lines += _entry(entry, head=[stands_for])
    return lines


def _zone(zone: ZoneInfo, at: datetime) -> list[str]:
    """The zone's changes from a year before to five years after, each as one observance: no rule has to be guessed."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}"]
    moment, end = at.astimezone(UTC) - timedelta(days=366), at.astimezone(UTC) + timedelta(days=5 * 366)
    lines += _observance(moment.replace(minute=0, second=0, microsecond=0), zone, first=True)
    step = timedelta(days=7)
    while moment < end:
        after = moment + step
        if moment.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            low, high = moment, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            change = (high + timedelta(milliseconds=500)).replace(second=0, microsecond=0)
            lines += _observance(change, zone)
        moment = after
    return [*lines, "END:VTIMEZONE"]


def _observance(change: datetime, zone: ZoneInfo, *, first: bool = False) -> list[str]:
    local = change.astimezone(zone)
    before = local if first else (change - timedelta(seconds=1)).astimezone(zone)
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    # The hour of a change is told by the clock that was true before it.
    wall = (change + (before.utcoffset() or timedelta())).replace(tzinfo=None)
    return [
        f"BEGIN:{kind}", f"DTSTART:{_local(wall)}", f"TZOFFSETFROM:{_offset(before)}", f"TZOFFSETTO:{_offset(local)}",
        f"TZNAME:{local.tzname()}", f"END:{kind}",
    ]  # fmt: skip


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _local(wall: datetime) -> str:
    return wall.strftime("%Y%m%dT%H%M%S")
