"""The programme, people's links, and who came through whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


def new_code() -> str:
    """A link's code: 50 random bits; it is public, not secret."""
    return new_id(10)


class Program(models.Model):
    """What an invitation pays, and under which conditions. The first row is made by a migration."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    inviter_points = models.PositiveIntegerField(_("points for the inviter"), default=200)
    friend_points = models.PositiveIntegerField(_("points for the friend"), default=200)
    hold_days = models.PositiveSmallIntegerField(
        _("days to wait after the order"),
        default=14,
        help_text=_("At least the time in which an order may be sent back. With 0 both are paid at once."),
    )
    least_account_days = models.PositiveSmallIntegerField(
        _("days of membership before inviting"), default=3, help_text=_("A paid order makes up for missing days.")
    )
    daily_limit = models.PositiveSmallIntegerField(_("friends a day"), default=10)
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("invitation programme")
        verbose_name_plural = _("invitation programmes")
        constraints = [
            models.CheckConstraint(condition=Q(hold_days__lte=365), name="referrals_hold_within_a_year"),
            models.CheckConstraint(
                condition=Q(inviter_points__lte=100_000, friend_points__lte=100_000), name="referrals_points_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShareLink(models.Model):
    """A member's address to share. `target` is the page where visitors land; empty: the sign-up page."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code)
    target = models.CharField(_("target"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints = [
            models.UniqueConstraint(fields=["member", "target"], name="referrals_one_link_a_target"),
            # Only our own pages: a link that carries our name must not lead elsewhere.
            models.CheckConstraint(
                condition=Q(target="") | Q(target__regex=r"^/([^/\\]|$)"), name="referrals_target_is_ours"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """One friend who joined through somebody's link. Rows are changed by referrals.actions alone."""

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("joined")
        PENDING = "pending", _("ordered, being kept")
        REWARDED = "rewarded", _("rewarded")
        VOIDED = "voided", _("did not count")

    class Reason(models.TextChoices):
        ORDER_RETURNED = "order_returned", _("the first order was sent back")
        NOT_NEW = "not_new", _("the friend was a customer before")
        SAME_PERSON = "same_person", _("inviter and friend are one person")

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("programme")
    )
    link = models.ForeignKey(
        ShareLink, on_delete=models.SET_NULL, null=True, related_name="referrals", verbose_name=_("link")
    )
    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("inviter")
    )
    friend = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("friend")
    )
    order = models.ForeignKey(
        "loyalty.Order", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("first order")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.IN_PROGRESS)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    claimed_at = models.DateTimeField(_("link opened at"))
    created_at = models.DateTimeField(_("joined at"))
    qualified_at = models.DateTimeField(_("first order at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    closed_at = models.DateTimeField(_("rewarded or voided at"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["program", "friend"], name="referrals_friend_once"),
            models.CheckConstraint(condition=~Q(inviter=F("friend")), name="referrals_not_oneself"),
            models.CheckConstraint(
                condition=~Q(state__in=["pending", "rewarded"])
                | Q(qualified_at__isnull=False, due_at__isnull=False, order__isnull=False),
                name="referrals_paid_for_an_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["rewarded", "voided"], closed_at__isnull=False)
                | Q(state__in=["in_progress", "pending"], closed_at__isnull=True),
                name="referrals_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="voided") & ~Q(reason="") | ~Q(state="voided") & Q(reason=""),
                name="referrals_void_has_reason",
            ),
        ]
        indexes = [
            # An inviter's page, and how many joined today.
            models.Index(fields=["inviter", "-created_at"], name="referrals_of_inviter"),
            # The sweep of what is due.
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="referrals_due"),
            # A returned order voids what it would have paid.
            models.Index(fields=["order"], condition=Q(state="pending"), name="referrals_held_order"),
        ]

    def __str__(self) -> str:
        return f"{self.inviter_id} → {self.friend_id}"
