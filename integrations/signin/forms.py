"""What a manager fills in for a service that vouches for people, and for a site where our members sign in."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from integrations.outbound import Unreachable, check_url
from integrations.signin.models import SignInService
from integrations.signin.provider import SCOPES
from integrations.webhooks.actions import words_of


class ServiceForm(forms.Form):
    """A shop's sign-in that counts here too."""

    name = forms.CharField(label=_("Name on the button"), max_length=40, help_text=_("For example “Tea shop”."))
    kind = forms.ChoiceField(label=_("Kind"), choices=SignInService.Kind.choices, initial="oidc")
    source = forms.CharField(
        label=_("Source of its orders"),
        max_length=60,
        help_text=_(
            "The same name as in its orders, so that points of earlier orders are theirs at the first sign-in."
        ),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput,
        help_text=_("OpenID Connect: the issuer. Signed message: the page of the shop that we ask."),
    )
    client_id = forms.CharField(label=_("Client id"), max_length=191, required=False)
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=191,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Both only for OpenID Connect. For signed messages we make the secret."),
    )
    number_claim = forms.CharField(
        label=_("Claim with the customer's number"),
        max_length=60,
        initial="sub",
        required=False,
        help_text=_("Which claim is the number that orders name the customer by."),
    )
    groups = forms.CharField(
        label=_("Groups it may fill"),
        max_length=500,
        required=False,
        help_text=_("Names of circles, separated by commas. It can fill no other one."),
    )

    def fills(self) -> list[str]:
        return [one.strip() for one in self.cleaned_data["groups"].split(",") if one.strip()]


class ClientForm(forms.Form):
    """A site where our members sign in with the account they have here."""

    client_name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Members read it where they say yes."))
    redirect_uris = forms.CharField(
        label=_("Addresses to return to"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line, exactly as the site sends them."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may ask for"),
        choices=[(scope, words) for scope, words in SCOPES.items() if scope != "openid"],
        required=False,
        initial=["profile"],
        widget=forms.CheckboxSelectMultiple,
    )
    public = forms.BooleanField(
        label=_("An app or a page without a server of its own: no secret, PKCE instead"), required=False
    )

    def clean_redirect_uris(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["redirect_uris"].splitlines() if line.strip()]
        for line in lines:
            try:
                check_url(line)
            except Unreachable as error:
                raise ValidationError(f"{line}: {words_of(error.code)}") from error
            if urlsplit(line).fragment or "*" in line:
                raise ValidationError(_("Addresses have no # and no *."))
        if not 0 < len(lines) <= 10:
            raise ValidationError(_("Give one to ten addresses."))
        return lines


def words_of_scopes(scopes: list[str]) -> list[Any]:
    return [SCOPES.get(scope, scope) for scope in scopes]
