"""What is given: pieces put aside, gifts that wait, perks for some days."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox.ids import new_id


class RewardReserve(models.Model):
    """Pieces of a reward put aside to be given away (a drop in a live session). They count as claimed.

    `given` of them became redemptions, `released` went back to the shelf; the rest is still promised.
    """

    cause = models.CharField(_("cause"), max_length=120, unique=True)
    reward = models.ForeignKey("loyalty.Reward", on_delete=models.PROTECT, related_name="+", verbose_name=_("reward"))
    count = models.PositiveIntegerField(_("pieces"))
    given = models.PositiveIntegerField(_("given"), default=0)
    released = models.PositiveIntegerField(_("given back"), default=0)
    reserved_at = models.DateTimeField(_("put aside at"))

    class Meta:
        verbose_name = _("pieces put aside")
        verbose_name_plural = _("pieces put aside")
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="loyalty_reserve_count"),
            models.CheckConstraint(condition=Q(count__gte=F("given") + F("released")), name="loyalty_reserve_within"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.given}/{self.count}"


class Gift(models.Model):
    """A reward that waits for a member, free of points, until they take it with a click.

    From the house (`giver` is empty), or from a friend: then `paid` is the giver's claim, whose points come back when the
    gift is not taken. A gift for somebody who is no member yet is found by its secret `token`. A piece is put aside for it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Taken")
        EXPIRED = "expired", _("Ran out")
        DECLINED = "declined", pgettext_lazy("gift", "Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    cause = models.CharField(_("cause"), max_length=120, unique=True)
    reward = models.ForeignKey("loyalty.Reward", models.PROTECT, related_name="+", verbose_name=_("reward"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    paid = models.OneToOneField(
        "loyalty.Redemption", models.PROTECT, null=True, blank=True, related_name="gift",
        verbose_name=_("claim of the giver"),
    )  # fmt: skip
    token = models.CharField(_("secret of the link"), max_length=32, unique=True, null=True, blank=True, editable=False)
    note = models.CharField(_("words of the giver"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    redemption = models.OneToOneField(
        "loyalty.Redemption", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("redemption")
    )
    granted_at = models.DateTimeField(_("given at"))
    valid_until = models.DateTimeField(_("waits until"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="claimed", redemption__isnull=False, member__isnull=False)
                | (~Q(state="claimed") & Q(redemption__isnull=True)),
                name="loyalty_gift_claimed",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(token__isnull=False), name="loyalty_gift_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(giver__isnull=True, paid__isnull=True) | Q(giver__isnull=False, paid__isnull=False),
                name="loyalty_gift_giver_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until"], condition=Q(state="waiting"), name="loyalty_gift_waiting"),
            models.Index(fields=["member", "-id"], name="loyalty_gift_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.state}"


class PerkGrant(models.Model):
    """A badge or a place in a group that a claim gave, and until when. `gave`: they had it from elsewhere if not, and it stays."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    redemption = models.OneToOneField(
        "loyalty.Redemption", models.PROTECT, related_name="perk", verbose_name=_("redemption")
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member"))
    badge = models.ForeignKey(
        "community.BadgeKind", models.PROTECT, null=True, related_name="+", verbose_name=_("badge")
    )
    group = models.ForeignKey("auth.Group", models.PROTECT, null=True, related_name="+", verbose_name=_("group"))
    gave = models.BooleanField(_("given by this claim"))
    starts_at = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True)
    ended_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("perk of a member")
        verbose_name_plural = _("perks of members")
        constraints = [
            models.CheckConstraint(
                condition=Q(badge__isnull=False) | Q(group__isnull=False), name="loyalty_perk_something"
            ),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(ended_at__isnull=True), name="loyalty_perk_open")]

    def __str__(self) -> str:
        return f"{self.member_id} until {self.until}"
