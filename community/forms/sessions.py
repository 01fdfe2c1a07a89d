"""Planning a live session, once or repeating. All of it works without script."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from community.access import Rights
from community.actions.live.series import Repeat
from community.actions.live.sessions import Show
from community.forms.structure import GroupField
from community.models import Audience, LiveSession, SessionRole, SessionSeries
from community.problems import SessionRefused
from community.rules import sessions as rules
from members.access import Member, is_manager
from members.queries import MemberCard, members_named

DAYS = (
    (1, lazy("Monday")), (2, lazy("Tuesday")), (3, lazy("Wednesday")), (4, lazy("Thursday")), (5, lazy("Friday")),
    (6, lazy("Saturday")), (7, lazy("Sunday")),
)  # fmt: skip
ONCE, DAILY, WEEKLY = "once", "daily", "weekly"
THIS, FOLLOWING = "this", "following"
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def zone_choices() -> list[tuple[str, str]]:
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *zones]]


class WallField(forms.DateTimeField):
    """A moment as it was typed, by no clock yet: the zone is another field. (By the viewer's clock it may not exist.)"""

    widget = _MOMENT

    def to_python(self, value: Any) -> Any:
        with timezone.override(UTC):
            moment = super().to_python(value)
        return moment.replace(tzinfo=None, second=0, microsecond=0) if moment else None


class SessionForm(forms.Form):
    """A show and its hour; for a new one and for one of a series, how it repeats."""

    title = forms.CharField(label=lazy("Title"), max_length=rules.TITLE_LONGEST)
    description = forms.CharField(
        label=lazy("What it is about"),
        required=False,
        max_length=rules.DESCRIPTION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=lazy("Written like a post: Markdown works here."),
    )
    picture = forms.FileField(
        label=lazy("Picture"), required=False, max_length=250,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
        help_text=lazy("PNG, JPEG, GIF or WebP, at most 8 MB. It stands beside the title."),
    )  # fmt: skip
    picture_alt = forms.CharField(
        label=lazy("What the picture shows"), required=False, max_length=200,
        help_text=lazy("A few words for those who do not see it."),
    )  # fmt: skip
    no_picture = forms.BooleanField(label=lazy("Take the picture away"), required=False)
    starts = WallField(label=lazy("Begins"))
    minutes = forms.IntegerField(
        label=lazy("Length in minutes"),
        min_value=5,
        max_value=720,
        initial=60,
        help_text=lazy("5 minutes to 12 hours."),
    )
    zone = forms.ChoiceField(
        label=lazy("Time zone of the host"),
        help_text=lazy("Everybody reads the hour by their own clock, and by this one."),
    )
    repeats = forms.ChoiceField(
        label=lazy("Repeats"),
        choices=[(ONCE, lazy("once")), (DAILY, lazy("every day")), (WEEKLY, lazy("on some days of the week"))],
        widget=forms.RadioSelect,
        initial=ONCE,
        required=False,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=lazy("Days of the week"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("Without any: the day it begins on."),
    )
    until = forms.DateField(
        label=lazy("Last day"), required=False, widget=_DAY, help_text=lazy("Empty: until somebody ends it.")
    )
    free_days = forms.CharField(
        label=lazy("Days without a session"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("Holidays, one on each line: 2027-01-01"),
    )
    host = forms.CharField(label=lazy("Host"), required=False, max_length=150, help_text=lazy("A handle. Empty: you."))
    guests = forms.CharField(
        label=lazy("Guests on stage"), required=False, max_length=1_000, help_text=lazy("Handles, separated by commas.")
    )
    moderators = forms.CharField(
        label=lazy("Who keeps order"), required=False, max_length=1_000, help_text=lazy("Handles, separated by commas.")
    )
    audience = forms.ChoiceField(label=lazy("Who may come"), choices=Audience.choices, initial=Audience.MEMBERS)
    board = forms.TypedChoiceField(label=lazy("Board"), required=False, coerce=int, empty_value=None)
    group = GroupField(label=lazy("Group"), required=False, queryset=Group.objects.none())
    capacity = forms.IntegerField(
        label=lazy("Seats"),
        min_value=0,
        max_value=rules.CAPACITY_MOST,
        initial=0,
        help_text=lazy("0: as many as come. When all are taken, people wait in a queue that everybody can see."),
    )
    spectators_read = forms.BooleanField(
        label=lazy("Who waits for a seat may read along"), required=False, initial=True
    )
    age_minutes = forms.IntegerField(
        label=lazy("Minutes of waiting that count as one step of priority"),
        min_value=0,
        max_value=rules.AGE_MOST,
        initial=0,
        help_text=lazy("0: waiting does not raise anybody. For places where the queue is never empty."),
    )
    starts_itself = forms.BooleanField(label=lazy("Goes live at its hour by itself"), required=False)
    which = forms.ChoiceField(
        label=lazy("What is changed"),
        choices=[(THIS, lazy("this session alone")), (FOLLOWING, lazy("this one and all that follow"))],
        widget=forms.RadioSelect,
        initial=THIS,
        required=False,
    )

    def __init__(
        self, *args: Any, member: Member, held: Rights, session: LiveSession | None = None,
        series: SessionSeries | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.member, self.session, self.series = member, session, series
        self.show: Show | None = None
        self.hours: tuple[datetime, datetime] | None = None
        self.repeat: Repeat | None = None
        manager = is_manager(member)
        may = held.allowed["browse" if manager else "start"]
        boards = [(card.id, card.name) for card in held.boards.values() if card.id in may]
        self.fields["board"].choices = [("", "—"), *boards]  # type: ignore[attr-defined]
        groups = Group.objects.exclude(name__startswith="order:").exclude(name__startswith="trust:").order_by("name")
        if not manager:
            groups = groups.filter(user=member)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["zone"].choices = zone_choices()  # type: ignore[attr-defined]
        self.fields["zone"].initial = timezone.get_current_timezone_name()
        if not manager:
            del self.fields["host"]
        if session is None or session.picture_id is None:
            del self.fields["no_picture"]
        if session is not None and series is None:
            for name in ("repeats", "weekdays", "until", "free_days", "which"):
                del self.fields[name]
        elif session is None:
            del self.fields["which"]
        else:
            self.fields["repeats"].choices = self.fields["repeats"].choices[1:]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        text = super().clean() or {}
        if self.errors:
            return text
        zone = ZoneInfo(text["zone"])
        wall = text["starts"]
        if not 2000 <= wall.year <= 2200:
            self.add_error("starts", _("Plan at most two years ahead."))
            return text
        starts_at = rules.utc_of(wall.date(), wall.time(), zone)
        if self.session is not None and starts_at == self.session.starts_at.replace(second=0, microsecond=0):
            starts_at = self.session.starts_at
        self.hours = (starts_at, starts_at + timedelta(minutes=text["minutes"]))
        people = self._people(text)
        if self.errors:
            return text
        host = people.pop("host")
        self.show = Show(
            title=text["title"], description=text["description"], host_id=host, time_zone=zone.key,
            capacity=text["capacity"], audience=text["audience"],
            board_id=text.get("board") if text["audience"] == Audience.BOARD else None,
            group_id=text["group"].pk if text["audience"] == Audience.GROUP and text.get("group") else None,
            spectators_read=text["spectators_read"], age_minutes=text["age_minutes"],
            starts_itself=text["starts_itself"], picture_id=self._picture_id(text), picture_alt=text["picture_alt"],
            people=tuple(people.items()),
        )  # fmt: skip
        self._repeat(text, wall)
        return text

    def _picture_id(self, text: dict[str, Any]) -> int | None:
        """The picture there is already; a new one is stored by the view, when everything else is right."""
        return self.session.picture_id if self.session is not None and not text.get("no_picture") else None

    def refuse(self, problem: SessionRefused) -> None:
        """Show beside the field what an action refused."""
        names = {"ends": "minutes", "hour": "starts"}
        field = names.get(problem.field, problem.field)
        self.add_error(field if field in self.fields else None, problem.message)

    def _repeat(self, text: dict[str, Any], wall: datetime) -> None:
        repeats = text.get("repeats") or ONCE
        if "repeats" not in self.fields or (repeats == ONCE and self.session is None):
            return
        days = text["weekdays"] or [wall.isoweekday()]
        if repeats == DAILY:
            days = list(rules.EVERY_DAY)
        try:
            free = free_days_of(text["free_days"])
        except ValueError:
            self.add_error("free_days", _("Please write days like 2027-01-01, one on each line."))
            return
        self.repeat = Repeat(
            starts_on=wall.date(), hour=wall.time(), minutes=text["minutes"], weekdays=tuple(days),
            until=text["until"], free_days=free,
        )  # fmt: skip

    def _people(self, text: dict[str, Any]) -> dict[Any, Any]:
        """Host and others by id; a handle that nobody has is said beside its field."""
        wanted = {name: handles_of(text.get(name, "")) for name in ("host", "guests", "moderators")}
        known: dict[str, MemberCard] = members_named(usernames=[one for some in wanted.values() for one in some])
        for name, handles in wanted.items():
            for handle in handles:
                if handle.lower() not in known:
                    self.add_error(name, _("There is no member @%(handle)s.") % {"handle": handle})
        if self.errors:
            return {}
        host = self.session.host_id if self.session is not None else self.member.pk
        if wanted["host"]:
            host = known[wanted["host"][0].lower()].id
        found: dict[Any, Any] = {}
        for name, role in (("moderators", SessionRole.MODERATOR), ("guests", SessionRole.GUEST)):
            found |= {known[one.lower()].id: role.value for one in wanted[name]}
        found.pop(host, None)
        return found | {"host": host}


class CancelForm(forms.Form):
    """Why it does not take place, for those who wanted to come."""

    reason = forms.CharField(
        label=lazy("Why"), max_length=rules.REASON_LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    which = forms.ChoiceField(
        label=lazy("What is cancelled"),
        choices=[(THIS, lazy("this session alone")), (FOLLOWING, lazy("this one and all that follow"))],
        widget=forms.RadioSelect,
        initial=THIS,
        required=False,
    )

    def __init__(self, *args: Any, in_series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not in_series:
            del self.fields["which"]


class AfterForm(forms.Form):
    """What is left of a session that is over."""

    summary = forms.CharField(
        label=lazy("Summary"), required=False, max_length=rules.DESCRIPTION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}), help_text=lazy("Written like a post: Markdown works here."),
    )  # fmt: skip
    recording_url = forms.URLField(label=lazy("Recording"), required=False, max_length=500, assume_scheme="https")


def free_days_of(text: str) -> tuple[date, ...]:
    """The days of a text with one on each line. Raises ValueError."""
    words = text.replace(",", " ").replace("，", " ").replace("、", " ").split()
    return tuple(sorted({datetime.strptime(word, "%Y-%m-%d").replace(tzinfo=UTC).date() for word in words}))


def handles_of(text: str) -> list[str]:
    return [word.removeprefix("@") for word in text.replace(",", " ").replace("，", " ").replace("、", " ").split()][
        :30
    ]


def initial_of(
    session: LiveSession, series: SessionSeries | None, people: Sequence[tuple[MemberCard, str]], host: str
) -> dict[str, Any]:
    """The form as the session is now."""
    local = session.starts_at.astimezone(ZoneInfo(session.time_zone)).replace(tzinfo=None)
    start = {
        "title": session.title, "description": session.description, "starts": local,
        "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60), "zone": session.time_zone,
        "host": host, "audience": session.audience, "board": session.board_id, "group": session.group_id,
        "capacity": session.capacity, "spectators_read": session.spectators_read,
        "age_minutes": session.age_minutes, "starts_itself": session.starts_itself, "picture_alt": session.picture_alt,
        "guests": ", ".join(card.username for card, role in people if role == SessionRole.GUEST),
        "moderators": ", ".join(card.username for card, role in people if role == SessionRole.MODERATOR),
    }  # fmt: skip
    if series is not None:
        start |= {
            "repeats": DAILY if len(series.weekdays) == 7 else WEEKLY, "weekdays": series.weekdays,
            "until": series.until, "free_days": "\n".join(day.isoformat() for day in series.free_days),
        }  # fmt: skip
    return start


class OpeningForm(forms.Form):
    """From when on one may say yes to a session; empty: at any time."""

    answers_from = forms.DateTimeField(label=_("Answers open"), required=False, widget=_MOMENT)
