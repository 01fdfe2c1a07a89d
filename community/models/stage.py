"""Inside a live session: seats and the queue, the stage, questions, polls, drops, and who was there."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Stage(models.Model):
    """What everybody in a session sees of it. `changed_seq` is its place in the stream `session:<public id>`.

    The stream's counter is `LiveSession.last_seq`, given under that row's lock; each change stamps exactly one row: the
    stage, a question, a poll or a drop.
    """

    wagtail_reference_index_ignore = True

    session = models.OneToOneField(
        "community.LiveSession", models.CASCADE, related_name="stage", verbose_name=_("session")
    )
    changed_seq = models.BigIntegerField(_("last change in the stream"), default=0)
    now_text = models.CharField(_("what is on now"), max_length=200, blank=True, default="")
    now_picture = models.ForeignKey(
        "community.Upload", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    notice = models.CharField(_("announcement"), max_length=300, blank=True, default="")
    stream_url = models.URLField(_("link to the stream"), max_length=500, blank=True, default="")
    peak = models.PositiveIntegerField(_("most people at once"), default=0)
    wound_up = models.BooleanField(_("closed after the end"), default=False, db_default=False)
    summary_at = models.DateTimeField(_("summary told at"), null=True)

    class Meta:
        verbose_name = _("stage of a live session")
        verbose_name_plural = _("stages of live sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(stream_url="") | Q(stream_url__startswith="https://"), name="community_stage_stream_https"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"


class Seat(models.Model):
    """A member's place in a session: one row each. `LiveSession.seated` counts those that are seated or offered."""

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a seat")
        OFFERED = "offered", _("may take a seat now")
        SEATED = "seated", _("is in")
        LEFT = "left", _("has left")
        EXPIRED = "expired", _("did not come in time")
        SENT_OUT = "sent_out", _("was sent out")

    session = models.ForeignKey(
        "community.LiveSession", models.CASCADE, related_name="seats", verbose_name=_("session"), db_index=False
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    priority = models.IntegerField(_("priority"), default=0)
    rsvp = models.BooleanField(_("had said they would come"), default=False)
    waiting_since = models.DateTimeField(_("waits since"))
    offer_until = models.DateTimeField(_("offered until"), null=True)
    last_seen_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="community_seat_once"),
            models.CheckConstraint(
                condition=Q(state="offered", offer_until__isnull=False)
                | (~Q(state="offered") & Q(offer_until__isnull=True)),
                name="community_seat_offer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["session", "state", "-priority", "-rsvp", "waiting_since", "id"],
                condition=Q(state__in=["waiting", "offered", "seated"]),
                name="community_seat_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state} {self.session_id}"


class Attendance(models.Model):
    """How long a member was in a session while it was live, by signs of life; `attended_at` when that was enough."""

    wagtail_reference_index_ignore = True

    session = models.ForeignKey(
        "community.LiveSession", models.CASCADE, related_name="attendance", verbose_name=_("session"), db_index=False
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    came_at = models.DateTimeField(_("came at"))
    last_beat_at = models.DateTimeField(_("last sign of life"))
    present = models.DurationField(_("was there for"), default=timedelta())
    attended_at = models.DateTimeField(_("counted as there since"), null=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="community_attendance_once"),
            models.CheckConstraint(condition=Q(present__gte=timedelta()), name="community_attendance_present"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.session_id}"


class SessionQuestion(models.Model):
    """A question from the audience. Votes are rows; their number is counted, never kept."""

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        OPEN = "open", _("open")
        NOW = "now", _("is being answered")
        ANSWERED = "answered", _("answered")
        HIDDEN = "hidden", _("hidden")
        WITHDRAWN = "withdrawn", _("taken back")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    session = models.ForeignKey(
        "community.LiveSession", models.CASCADE, related_name="questions", verbose_name=_("session"), db_index=False
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("author"))
    client_id = models.CharField(_("key of the form"), max_length=64, editable=False)
    text = models.CharField(_("question"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    changed_seq = models.BigIntegerField(_("last change in the stream"))

    class Meta:
        verbose_name = _("question in a session")
        verbose_name_plural = _("questions in sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "author", "client_id"], name="community_question_once"),
            models.UniqueConstraint(fields=["session", "changed_seq"], name="community_question_change_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class QuestionVote(models.Model):
    """“I want to know that, too.” Nobody votes for their own question: asking it is the vote."""

    wagtail_reference_index_ignore = True

    question = models.ForeignKey(
        SessionQuestion, models.CASCADE, related_name="votes", verbose_name=_("question"), db_index=False
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("vote for a question")
        verbose_name_plural = _("votes for questions")
        constraints = [models.UniqueConstraint(fields=["question", "member"], name="community_question_vote_once")]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.question_id}"


class SessionPoll(models.Model):
    """A question of the host with 2 to 10 options, which never change. A choice is the place of an option, from 0."""

    wagtail_reference_index_ignore = True

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    session = models.ForeignKey(
        "community.LiveSession", models.CASCADE, related_name="polls", verbose_name=_("session"), db_index=False
    )
    question = models.CharField(_("question"), max_length=200)
    options = ArrayField(models.CharField(max_length=120), verbose_name=_("options"))
    shown = models.BooleanField(_("results are shown while it runs"), default=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    changed_seq = models.BigIntegerField(_("last change in the stream"))

    class Meta:
        verbose_name = _("poll in a session")
        verbose_name_plural = _("polls in sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "changed_seq"], name="community_session_poll_change_once"),
            models.CheckConstraint(
                condition=Q(options__len__gte=2, options__len__lte=10), name="community_session_poll_options"
            ),
        ]

    def __str__(self) -> str:
        return self.question


class SessionPollVote(models.Model):
    """One member's choice; choosing again replaces it until the poll is closed."""

    wagtail_reference_index_ignore = True

    poll = models.ForeignKey(SessionPoll, models.CASCADE, related_name="votes", verbose_name=_("poll"), db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    choice = models.SmallIntegerField(_("choice"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("vote in a poll of a session")
        verbose_name_plural = _("votes in polls of sessions")
        constraints = [
            models.UniqueConstraint(fields=["poll", "member"], name="community_session_poll_vote_once"),
            models.CheckConstraint(condition=Q(choice__gte=0, choice__lt=10), name="community_session_poll_choice"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.poll_id}"


class Drop(models.Model):
    """A few pieces of something, for whoever is here and quick. `source` and `prize` name it in the app that gives it.

    The pieces were put aside there when the drop was made, so that a claim can never promise what is not there; what
    nobody claimed goes back when it closes.
    """

    wagtail_reference_index_ignore = True

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    session = models.ForeignKey(
        "community.LiveSession", models.CASCADE, related_name="drops", verbose_name=_("session"), db_index=False
    )
    source = models.CharField(_("given by"), max_length=20)
    prize = models.CharField(_("what"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    stock = models.PositiveIntegerField(_("pieces"))
    claimed = models.PositiveIntegerField(_("claimed"), default=0, db_default=0)
    least_rank = models.PositiveSmallIntegerField(_("from this rank on"), default=0)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("announced by")
    )
    announced_at = models.DateTimeField(_("announced at"))
    opens_at = models.DateTimeField(_("opens at"))
    ends_at = models.DateTimeField(_("ends at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    changed_seq = models.BigIntegerField(_("last change in the stream"))

    class Meta:
        verbose_name = _("drop")
        verbose_name_plural = _("drops")
        constraints = [
            models.UniqueConstraint(fields=["session", "changed_seq"], name="community_drop_change_once"),
            models.CheckConstraint(condition=Q(stock__gte=1, stock__lte=10_000), name="community_drop_stock"),
            models.CheckConstraint(condition=Q(claimed__lte=F("stock")), name="community_drop_claimed"),
            models.CheckConstraint(
                condition=Q(opens_at__gte=F("announced_at"), ends_at__gt=F("opens_at")), name="community_drop_times"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(closed_at=None), name="community_drop_open")]

    def __str__(self) -> str:
        return f"{self.name} ({self.claimed}/{self.stock})"


class DropClaim(models.Model):
    """A piece of a drop that somebody got: one for each member, `number` in the order of claims."""

    wagtail_reference_index_ignore = True

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    drop = models.ForeignKey(Drop, models.PROTECT, related_name="claims", verbose_name=_("drop"), db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("claimed at"))

    class Meta:
        verbose_name = _("claim of a drop")
        verbose_name_plural = _("claims of drops")
        constraints = [
            models.UniqueConstraint(fields=["drop", "member"], name="community_drop_claim_once"),
            models.UniqueConstraint(fields=["drop", "number"], name="community_drop_claim_number"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.drop_id} {self.number}"
