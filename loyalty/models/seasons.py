"""Seasons: tables that start afresh, for those who choose to be in them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Season(models.Model):
    """A stretch of time in which everybody begins at zero. Counted while it runs and 7 days on, then final for ever.

    A season without a name is called by its quarter, in the reader's language. `counted_entry`: what the ledger holds up to
    this entry is in the scores of everybody who was counted (`actions/seasons/counting.py`).
    """

    public_id = models.CharField(_("public id"), max_length=12, unique=True, default=new_id, editable=False)
    name = models.CharField(
        _("name"), max_length=60, blank=True, help_text=_("Empty: the quarter, as “2026, season 2”.")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    counts_purchases = models.BooleanField(
        _("purchases count"), default=False, help_text=_("Off: only what others found good counts.")
    )
    daily_cap = models.PositiveIntegerField(
        _("most credit a day for one kind of act"),
        default=75,
        help_text=_("So that one long day does not decide a season."),
    )
    newcomer_days = models.PositiveSmallIntegerField(
        _("newcomers joined at most … days before its start"),
        default=60,
        help_text=_("They have a table of their own, too. 0: no such table."),
    )
    continues = models.BooleanField(
        _("the next one begins by itself"), default=True, help_text=_("With the same rules, tables and prizes.")
    )
    closed_at = models.DateTimeField(_("final since"), null=True, blank=True, editable=False)
    counted_entry = models.BigIntegerField(_("counted up to entry"), default=0, db_default=0, editable=False)
    counted_at = models.DateTimeField(_("last counted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["starts_at"], name="loyalty_season_start_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="loyalty_season_ends_later"),
            models.CheckConstraint(condition=Q(daily_cap__gt=0), name="loyalty_season_cap"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("ends_at")), name="loyalty_season_closed_late"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.starts_at:%Y-%m-%d}"

    @property
    def newcomers_since(self) -> datetime:
        """Who joined after this is a newcomer of the season, from its first day to its last."""
        return self.starts_at - timedelta(days=self.newcomer_days)


class SeasonLeague(models.Model):
    """One table of a season: of everybody, of newcomers, or for what one did in one board."""

    class Kind(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        NEWCOMERS = "newcomers", _("Newcomers")
        BOARD = "board", _("One board")

    season = models.ForeignKey(Season, models.CASCADE, related_name="leagues", verbose_name=_("season"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    board = models.ForeignKey(
        "community.Board", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("board")
    )

    class Meta:
        verbose_name = _("table of a season")
        verbose_name_plural = _("tables of seasons")
        constraints = [
            models.UniqueConstraint(
                fields=["season", "kind", "board"], name="loyalty_league_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind="board", board__isnull=False) | (~Q(kind="board") & Q(board__isnull=True)),
                name="loyalty_league_board",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.season_id}: {self.kind}"


class SeasonPrize(models.Model):
    """What the ranks from … to … of a season's tables are given. Ties share their rank and its prize."""

    class League(models.TextChoices):
        ANY = "", _("every table")
        EVERYBODY = "everybody", _("Everybody")
        NEWCOMERS = "newcomers", _("Newcomers")
        BOARD = "board", _("Boards")

    season = models.ForeignKey(Season, models.CASCADE, related_name="prizes", verbose_name=_("season"))
    league = models.CharField(_("in"), max_length=10, choices=League.choices, blank=True, default=League.EVERYBODY)
    first_rank = models.PositiveIntegerField(_("from rank"), default=1)
    last_rank = models.PositiveIntegerField(_("to rank"), default=1)
    points = models.PositiveIntegerField(_("points"), default=0)
    reward = models.ForeignKey(
        "loyalty.Reward",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gift"),
        help_text=_("It waits 30 days for a click of the winner."),
    )
    badge = models.ForeignKey(
        "community.BadgeKind", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("badge")
    )

    class Meta:
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        ordering = ["league", "first_rank", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_rank__gte=1) & Q(last_rank__gte=F("first_rank")), name="loyalty_prize_ranks"
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0) | Q(reward__isnull=False) | Q(badge__isnull=False),
                name="loyalty_prize_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_rank}–{self.last_rank}"


class SeasonChoice(models.Model):
    """What a member wants of all seasons. Without a row: to be asked."""

    class Wish(models.TextChoices):
        ASK = "ask", _("Ask me each time")
        ALWAYS = "always", _("I am in, each season")
        NEVER = "never", _("Never; show me no tables either")

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member")
    )
    wish = models.CharField(_("seasons"), max_length=6, choices=Wish.choices, default=Wish.ASK)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("wish about seasons")
        verbose_name_plural = _("wishes about seasons")
        indexes = [
            # Who is in from a season's first day.
            models.Index(fields=["member"], condition=Q(wish="always"), name="loyalty_season_always")
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.wish}"


class SeasonPlayer(models.Model):
    """A member who chose to be in a season. Who left is shown nowhere from that moment on."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="players", verbose_name=_("season"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    counted_at = models.DateTimeField(_("first counted"), null=True, blank=True)

    class Meta:
        verbose_name = _("member in a season")
        verbose_name_plural = _("members in seasons")
        constraints = [models.UniqueConstraint(fields=["season", "member"], name="loyalty_player_once")]
        indexes = [
            # Who has to be counted whole.
            models.Index(
                fields=["season"],
                condition=Q(counted_at__isnull=True, left_at__isnull=True),
                name="loyalty_player_uncounted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.season_id}: {self.member_id}"


class SeasonScore(models.Model):
    """Where a member stands in a table now. Derived from the ledger, and gone when the season is final."""

    league = models.ForeignKey(SeasonLeague, models.CASCADE, related_name="+", verbose_name=_("table"), db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member"))
    score = models.BigIntegerField(_("score"))

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["league", "member"], name="loyalty_score_once"),
            models.CheckConstraint(condition=Q(score__gt=0), name="loyalty_score_positive"),
        ]
        indexes = [
            # The table, best first; the neighbourhood reads it both ways.
            models.Index(fields=["league", "-score", "member"], name="loyalty_score_table")
        ]

    def __str__(self) -> str:
        return f"{self.league_id}: {self.member_id} {self.score}"


class SeasonResult(models.Model):
    """How a member ended in a table: written once, never computed again. `rewarded_at`: what its rank brings was given."""

    league = models.ForeignKey(SeasonLeague, models.CASCADE, related_name="+", verbose_name=_("table"), db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member"))
    rank = models.PositiveIntegerField(_("rank"))
    score = models.BigIntegerField(_("score"))
    rewarded_at = models.DateTimeField(_("prize given"), null=True, blank=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [models.UniqueConstraint(fields=["league", "member"], name="loyalty_result_once")]
        indexes = [models.Index(fields=["league", "rank", "member"], name="loyalty_result_table")]

    def __str__(self) -> str:
        return f"{self.league_id}: {self.rank}. {self.member_id}"
