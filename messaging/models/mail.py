"""Consent, suppression and every outgoing message."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    PUSH = "push", _("push message")


class Purpose(models.TextChoices):
    SERVICE = "service", _("account and orders")
    COMMUNITY = "community", _("replies and mentions")
    DIGEST = "digest", _("digest")
    MARKETING = "marketing", _("news and offers")
    SURVEYS = "surveys", _("surveys")
    RECALL = "recall", _("calls from friends")


class Delivery(models.Model):
    """One message to one member: what became of it and why. Progress is these rows, never a cursor.

    `cause` is what made it (idempotency); `campaign_key` and `step` are text given by whoever owns campaigns.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        CLAIMED = "claimed", _("being prepared")
        HANDING_OVER = "handing_over", _("being handed over")
        SENT = "sent", _("sent")
        UNSURE = "sent?", _("sent, perhaps")
        BOUNCED = "bounced", _("bounced")
        FAILED = "failed", _("failed")
        HELD_OUT = "held_out", _("held out")
        NO_CONSENT = "no_consent", _("no consent")
        SUPPRESSED = "suppressed", _("not reachable")
        CAPPED = "capped", _("had enough mail")
        NOTHING_TO_SAY = "nothing_to_say", _("nothing to say")
        EXPIRED = "expired", _("too late")
        PAUSED = "paused", _("paused")
        CANCELLED = "cancelled", _("stopped")

    public_id = models.CharField(max_length=16, unique=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60)  # which composer writes it
    cause = models.CharField(_("cause"), max_length=160)
    campaign_key = models.CharField(_("campaign"), max_length=60, blank=True)
    step = models.PositiveSmallIntegerField(_("step"), default=1)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), default=5)
    keeps_quiet_hours = models.BooleanField(_("keeps quiet hours"), default=True)
    # Asked for by the member for a certain time: passes the site's quiet hours and the weekly budget, not the member's own.
    urgent = models.BooleanField(_("urgent"), default=False, db_default=False)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    queued_at = models.DateTimeField(_("queued at"))
    not_before = models.DateTimeField(_("not before"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    content_hash = models.CharField(_("content"), max_length=64, blank=True)
    server_answer = models.CharField(_("answer of the mail server"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["cause", "member", "channel"], name="messaging_cause_once"),
            models.UniqueConstraint(
                fields=["campaign_key", "member", "step"],
                condition=~Q(campaign_key=""),
                name="messaging_campaign_step_once",
            ),
            models.CheckConstraint(condition=Q(priority__range=(1, 9)), name="messaging_priority"),
            models.CheckConstraint(condition=Q(state="sent") | ~Q(reason=""), name="messaging_reason_unless_sent"),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "sent?"]) | Q(sent_at__isnull=False), name="messaging_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "handing_over"]) | Q(lease_until__isnull=False),
                name="messaging_held_has_lease",
            ),
        ]
        indexes = [
            # The senders' claim: what is due, most urgent first.
            models.Index(fields=["priority", "not_before", "id"], condition=Q(state="queued"), name="messaging_due"),
            # The sweep of leases that ran out.
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["claimed", "handing_over"]), name="messaging_held"
            ),
            # Caps and the budget: what reached this member in the last seven days.
            models.Index(
                fields=["member", "sent_at"],
                condition=Q(sent_at__isnull=False) & ~Q(purpose="service"),
                name="messaging_member_told",
            ),
            # What is still on its way to this member: a bundle grows instead of becoming two.
            models.Index(
                fields=["member", "kind"],
                condition=Q(state__in=["queued", "claimed", "handing_over"]),
                name="messaging_member_open",
            ),
            # The result page of a campaign and its lists.
            models.Index(
                fields=["campaign_key", "state", "reason"], condition=~Q(campaign_key=""), name="messaging_campaign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Consent(models.Model):
    """One yes or one withdrawal. Append-only; the last row of (member, channel, purpose) is what holds."""

    class State(models.TextChoices):
        GRANTED = "granted", _("granted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    source = models.CharField(_("where"), max_length=40)
    text_version = models.CharField(_("version of the text"), max_length=40)
    evidence = models.JSONField(_("evidence"), default=dict)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("from message")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [
            # What holds now, for one member and for an audience.
            models.Index(fields=["purpose", "channel", "member", "-id"], name="messaging_consent_now"),
            models.Index(fields=["member", "-id"], name="messaging_consent_member"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"


class Suppression(models.Model):
    """An address that gets no mail, with or without a member. Only its keyed hash is kept, so it survives erasure."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "hard_bounce", _("the mailbox does not exist")
        COMPLAINT = "complaint", _("complained about a mail")
        MANUAL = "manual", _("stopped by staff")
        ERASED = "erased", _("the person was erased")
        LEGAL = "legal", _("for legal reasons")

    address_hash = models.CharField(_("hash of the address"), max_length=64)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(fields=["address_hash", "channel", "reason"], name="messaging_suppressed_once")
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.address_hash[:8]}"


class MailPause(models.Model):
    """A member asked for peace: nothing but service mail until then."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("member"),
    )
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d}"


class MessagingSettings(models.Model):
    """The site's one row of limits; without it the defaults of `rules.Limits` hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    quiet_from = models.TimeField(_("quiet from"))
    quiet_to = models.TimeField(_("quiet until"))
    marketing_per_day = models.PositiveSmallIntegerField(_("marketing mails in 24 hours"))
    marketing_per_week = models.PositiveSmallIntegerField(_("marketing mails in 7 days"))
    week_units = models.PositiveSmallIntegerField(_("units of everything in 7 days"), default=12, db_default=12)
    mail_delay = models.PositiveSmallIntegerField(_("minutes before a notice becomes mail"), default=10, db_default=10)

    class Meta:
        verbose_name = _("mail limits")
        verbose_name_plural = _("mail limits")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="messaging_one_settings_row"),
            models.CheckConstraint(
                condition=Q(marketing_per_day__lte=models.F("marketing_per_week")), name="messaging_day_within_week"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
