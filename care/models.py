"""Complaints: what somebody told us is wrong, and what was said about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.ids import new_id


class Case(models.Model):
    """One thing that is wrong for one member, until it is closed."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for us")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    subject = models.CharField(_("what it is about"), max_length=120)
    # What opened it when it was not the form: "points:<public id of the question>". Once each.
    cause = models.CharField(_("cause"), max_length=60, blank=True, default="", db_default="", editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    changed_at = models.DateTimeField(_("last word"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["open", "answered", "closed"]), name="care_case_state"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="care_case_closed_when",
            ),
            models.UniqueConstraint(fields=["cause"], condition=~Q(cause=""), name="care_case_cause_once"),
        ]
        # The staff's list: who waits, the longest first.
        indexes = [models.Index(fields=["state", "changed_at"], name="care_case_waiting")]

    def __str__(self) -> str:
        return self.subject


class CaseWord(models.Model):
    """One thing said in a case, by the member or by staff. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="words", verbose_name=_("case"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    from_staff = models.BooleanField(_("from us"))
    text = models.TextField(_("text"), max_length=4000)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="care_word_says_something")]

    def __str__(self) -> str:
        return self.text[:60]
