"""Live sessions: shows at a set hour, one by one or repeating, who is on stage and who said they would come."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id

LONGEST = timedelta(hours=24)
"""A session is within one day; the form asks for less."""


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("everybody, also guests without an account")
    MEMBERS = "members", _("members")
    GROUP = "group", _("one group, such as a tier")
    BOARD = "board", _("whoever may read a board")


class Planned(models.Model):
    """What a session and the series that makes it have in common."""

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    title = models.CharField(_("title"), max_length=80)
    description = models.TextField(_("what it is about"), blank=True, default="")
    cooked = models.TextField(_("what it is about, as shown"), blank=True, default="", editable=False)
    picture = models.ForeignKey(
        "community.Upload", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    picture_alt = models.CharField(_("what the picture shows"), max_length=200, blank=True, default="", db_default="")
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("host"))
    time_zone = models.CharField(_("time zone of the host"), max_length=60)
    capacity = models.PositiveIntegerField(_("seats"), default=0, help_text=_("0: as many as come."))
    audience = models.CharField(
        _("who may come"), max_length=10, choices=Audience.choices, default=Audience.MEMBERS, db_default="members"
    )
    board = models.ForeignKey(
        "community.Board", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("board")
    )
    group = models.ForeignKey(
        "auth.Group", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    spectators_read = models.BooleanField(_("who waits for a seat may read along"), default=True)
    # Fairness where queues never empty: one step of priority for so many minutes of waiting.
    age_minutes = models.PositiveSmallIntegerField(_("minutes of waiting that raise the priority"), default=0)
    starts_itself = models.BooleanField(_("goes live at its hour by itself"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("planned by"),
        editable=False,
    )
    created_at = models.DateTimeField(_("planned at"))

    class Meta:
        abstract = True


def planned_constraints(name: str) -> list[models.CheckConstraint]:
    """The rules of `Planned` for one table."""
    return [
        models.CheckConstraint(
            condition=Q(audience="board", board__isnull=False) | (~Q(audience="board") & Q(board__isnull=True)),
            name=f"community_{name}_board",
            violation_error_message=_("Choose a board exactly when the session is for one."),
        ),
        models.CheckConstraint(
            condition=Q(audience="group", group__isnull=False) | (~Q(audience="group") & Q(group__isnull=True)),
            name=f"community_{name}_group",
            violation_error_message=_("Choose a group exactly when the session is for one."),
        ),
        models.CheckConstraint(condition=Q(capacity__lte=100_000), name=f"community_{name}_capacity"),
        models.CheckConstraint(condition=Q(age_minutes__lte=1440), name=f"community_{name}_age"),
    ]


class SessionSeries(Planned):
    """The rule behind sessions that repeat: a local hour on some days of the week.

    `starts_on` is the first day the rule speaks of: a change of "this and all following" moves it there. The sessions of
    the next fortnight stand as rows of their own (`LiveSession.occurs_on`), so each can differ, be skipped or be moved.
    """

    wagtail_reference_index_ignore = True

    starts_on = models.DateField(_("first day"))
    starts_local = models.TimeField(_("hour, by the clock of the host"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("days of the week"))  # 1 Monday … 7 Sunday
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    until = models.DateField(_("last day"), null=True, blank=True)
    # Holidays: days without a session, whether their rows are made already or not.
    free_days = ArrayField(models.DateField(), default=list, blank=True, verbose_name=_("days without a session"))
    paused_at = models.DateTimeField(_("paused at"), null=True, editable=False)

    class Meta:
        verbose_name = _("series of live sessions")
        verbose_name_plural = _("series of live sessions")
        constraints = [
            *planned_constraints("session_series"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 1440)), name="community_session_series_minutes"),
            models.CheckConstraint(
                condition=Q(weekdays__len__range=(1, 7)) & Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="community_session_series_days",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("starts_on")), name="community_session_series_until"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LiveSession(Planned):
    """One show. Its row is the lock of its own stream `session:<public id>`, as a room's is of the talk.

    `seated` counts the seats that are taken; one conditional update takes one (`seated + 1 WHERE seated < capacity`).
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("planned")
        DOORS = "doors", _("doors are open")
        LIVE = "live", _("live now")
        ENDED = "ended", _("over")
        CANCELLED = "cancelled", _("cancelled")

    series = models.ForeignKey(
        SessionSeries, models.PROTECT, null=True, related_name="sessions", verbose_name=_("series"), editable=False
    )
    # The day of the rule that this session stands for, by the clock of the host; it stays when the hour is moved.
    occurs_on = models.DateField(_("day of the series"), null=True, editable=False)
    # Changed by itself: a change of all following leaves it alone.
    differs = models.BooleanField(_("differs from its series"), default=False, editable=False)
    room = models.OneToOneField(
        "community.Room", models.PROTECT, related_name="session", verbose_name=_("room"), editable=False
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    # Whom `slots.early_access` names may say yes some hours before.
    answers_from = models.DateTimeField(_("one may say yes from"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SCHEDULED, editable=False)
    doors_at = models.DateTimeField(_("doors opened at"), null=True, editable=False)
    started_at = models.DateTimeField(_("began at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True, default="")
    seated = models.PositiveIntegerField(_("seats taken"), default=0, db_default=0, editable=False)
    last_seq = models.BigIntegerField(_("last change of the stream"), default=0, db_default=0, editable=False)
    # For calendars: raised by every change that they should take over (RFC 5545 SEQUENCE).
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), editable=False)
    # For which beginning people were reminded: moved to another hour, they are reminded again.
    reminded_day = models.DateTimeField(_("reminded a day before"), null=True, editable=False)
    reminded_soon = models.DateTimeField(_("reminded shortly before"), null=True, editable=False)
    summary = models.TextField(_("summary"), blank=True, default="")
    summary_cooked = models.TextField(_("summary, as shown"), blank=True, default="", editable=False)
    recording_url = models.URLField(_("recording"), max_length=500, blank=True, default="")
    topic = models.ForeignKey(
        "community.Topic", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )

    class Meta:
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        constraints = [
            *planned_constraints("session"),
            # However often and by however many workers the next fortnight is made: one session a day of the rule.
            models.UniqueConstraint(fields=["series", "occurs_on"], name="community_session_day_once"),
            models.UniqueConstraint(
                fields=["series", "starts_at"], condition=~Q(state="cancelled"), name="community_session_hour_once"
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, occurs_on__isnull=True)
                | Q(series__isnull=False, occurs_on__isnull=False),
                name="community_session_of_series",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & Q(ends_at__lte=F("starts_at") + LONGEST),
                name="community_session_ends_after_start",
                violation_error_message=_("A session ends after it began, within a day."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=0) | Q(seated__lte=F("capacity")), name="community_session_seats"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="scheduled",
                    doors_at__isnull=True,
                    started_at__isnull=True,
                    ended_at__isnull=True,
                    cancelled_at__isnull=True,
                )
                | Q(
                    state="doors",
                    doors_at__isnull=False,
                    started_at__isnull=True,
                    ended_at__isnull=True,
                    cancelled_at__isnull=True,
                )
                | Q(
                    state="live",
                    doors_at__isnull=False,
                    started_at__isnull=False,
                    ended_at__isnull=True,
                    cancelled_at__isnull=True,
                )
                | Q(
                    state="ended",
                    doors_at__isnull=False,
                    started_at__isnull=False,
                    ended_at__isnull=False,
                    cancelled_at__isnull=True,
                )
                # Only what never began is cancelled; the rest ends.
                | Q(state="cancelled", started_at__isnull=True, ended_at__isnull=True, cancelled_at__isnull=False),
                name="community_session_state",
            ),
            models.CheckConstraint(
                condition=(
                    (Q(doors_at__isnull=True) | Q(started_at__isnull=True) | Q(started_at__gte=F("doors_at")))
                    & (Q(started_at__isnull=True) | Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")))
                ),
                name="community_session_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="community_session_starts"),
            # What the clock has to look at: a handful of rows, however many sessions there were.
            models.Index(
                fields=["starts_at", "ends_at"],
                condition=Q(state__in=["scheduled", "doors", "live"]),
                name="community_session_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.starts_at:%Y-%m-%d %H:%M} UTC)"


class SessionRole(models.TextChoices):
    HOST = "host", _("host")
    GUEST = "guest", _("guest")
    MODERATOR = "moderator", _("moderator")


class SeriesPerson(models.Model):
    """Who is on stage, or keeps order, in every session of a series beside its host."""

    wagtail_reference_index_ignore = True

    series = models.ForeignKey(SessionSeries, models.CASCADE, related_name="people", verbose_name=_("series"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    role = models.CharField(_("role"), max_length=10, choices=SessionRole.choices, default=SessionRole.GUEST)

    class Meta:
        verbose_name = _("person of a series")
        verbose_name_plural = _("people of series")
        constraints = [models.UniqueConstraint(fields=["series", "member"], name="community_series_person_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role} of {self.series_id}"


class SessionPerson(models.Model):
    """Who is on stage, or keeps order, in one session beside `LiveSession.host` (a second host has a row here)."""

    wagtail_reference_index_ignore = True

    session = models.ForeignKey(LiveSession, models.CASCADE, related_name="people", verbose_name=_("session"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    role = models.CharField(_("role"), max_length=10, choices=SessionRole.choices, default=SessionRole.GUEST)

    class Meta:
        verbose_name = _("person of a live session")
        verbose_name_plural = _("people of live sessions")
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="community_session_person_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role} of {self.session_id}"


class Rsvp(models.Model):
    """A member's word on coming. It takes no seat, since people do not come; it ranks before walk-ins."""

    wagtail_reference_index_ignore = True

    class Answer(models.TextChoices):
        GOING = "going", _("I will be there")
        MAYBE = "maybe", _("Perhaps")
        NO = "no", _("I cannot come")

    session = models.ForeignKey(LiveSession, models.CASCADE, related_name="rsvps", verbose_name=_("session"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices)
    at = models.DateTimeField(_("said at"))

    class Meta:
        verbose_name = _("answer to an invitation")
        verbose_name_plural = _("answers to invitations")
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="community_rsvp_once")]
        indexes = [models.Index(fields=["member", "-at"], name="community_rsvp_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.answer} {self.session_id}"


class CalendarFeed(models.Model):
    """The secret address of a member's own calendar of sessions; a new key ends the old address at once."""

    wagtail_reference_index_ignore = True

    member = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    key = models.CharField(_("key"), max_length=43, unique=True, editable=False)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return f"{self.member_id}"
