"""What cooking does after the writing: cards for addresses, and old posts cooked again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LinkCard(models.Model):
    """What another site says about one of its pages, by the address as written. No title: there is nothing to show.

    Asked again after a week, also when it failed, so that one dead address costs one request a week.
    """

    wagtail_reference_index_ignore = True

    key = models.CharField(_("key of the address"), max_length=64, unique=True)  # SHA-256: addresses may be long
    url = models.TextField(_("address"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    site = models.CharField(_("site"), max_length=120, blank=True)
    problem = models.CharField(_("why there is no card"), max_length=40, blank=True)
    fetched_at = models.DateTimeField(_("asked at"))

    class Meta:
        verbose_name = _("link card")
        verbose_name_plural = _("link cards")
        constraints = [
            models.CheckConstraint(condition=Q(title="") | Q(problem=""), name="community_link_card_or_problem")
        ]

    def __str__(self) -> str:
        return self.title or self.problem


class CardsWanted(models.Model):
    """A post whose text, as it was then, has addresses that may become cards. Gone when the cards are served."""

    wagtail_reference_index_ignore = True

    post = models.OneToOneField("community.Post", models.CASCADE, related_name="+", verbose_name=_("post"))
    fingerprint = models.CharField(_("fingerprint of the text"), max_length=64)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due at"))

    class Meta:
        verbose_name = _("post that wants cards")
        verbose_name_plural = _("posts that want cards")
        indexes = [models.Index(fields=["due_at"], name="community_cards_wanted_due")]

    def __str__(self) -> str:
        return str(self.post_id)


_KINDS = {"post": _("post"), "message": _("message"), "session": _("live session"), "series": _("series")}


class Recooking(models.Model):
    """How far one kind of text has been cooked again by one version of the cook. Rows are few: a version is rare."""

    wagtail_reference_index_ignore = True

    kind = models.CharField(_("kind"), max_length=10, choices=[*_KINDS.items()])
    version = models.PositiveSmallIntegerField(_("version of the cooking"))
    last_id = models.BigIntegerField(_("done up to"), default=0)
    changed = models.BigIntegerField(_("texts that look different now"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("cooking again")
        verbose_name_plural = _("cooking again")
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="community_recooking_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}: {self.last_id}"
