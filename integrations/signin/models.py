"""Services that vouch for people, and the questions we have asked them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SignInService(models.Model):
    """A shop's sign-in that counts here too. Whom it names, we know under the same number as its orders do (`source`)."""

    class Kind(models.TextChoices):
        OIDC = "oidc", _("OpenID Connect")
        SIGNED = "signed", _("signed message")

    slug = models.SlugField(_("name in addresses"), max_length=40, unique=True)
    name = models.CharField(_("name on the button"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    source = models.CharField(_("source of its orders"), max_length=60)
    # The issuer for OpenID Connect, the shop's own page for a signed message.
    url = models.CharField(_("address"), max_length=500)
    client_id = models.CharField(_("client id"), max_length=191, blank=True)
    secret = models.BinaryField(_("sealed secret"), default=bytes)
    number_claim = models.CharField(_("claim with the customer's number"), max_length=60, default="sub")
    groups = ArrayField(models.SlugField(max_length=30), verbose_name=_("groups it may fill"), default=list, blank=True)
    enabled = models.BooleanField(_("in use"), default=True, db_default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("sign-in service")
        verbose_name_plural = _("sign-in services")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="signed") | ~Q(client_id=""), name="integrations_signin_has_client"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignInNonce(models.Model):
    """A question to a service of signed messages: its answer counts once, within ten minutes, in the browser that asked."""

    nonce = models.CharField(_("nonce"), max_length=64, unique=True)  # keyed hash
    service = models.ForeignKey(SignInService, models.CASCADE, related_name="+", verbose_name=_("service"))
    browser = models.CharField(_("browser"), max_length=64)  # keyed hash of a word in its session
    created_at = models.DateTimeField(_("asked at"), db_index=True)

    class Meta:
        verbose_name = _("sign-in question")
        verbose_name_plural = _("sign-in questions")

    def __str__(self) -> str:
        return str(self.pk)
