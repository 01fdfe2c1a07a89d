"""What a manager fills in to connect a shop, by kind."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from integrations.shops.models import Shop
from integrations.shops.rules import CAN_BE_ASKED, SECRET_IS_OURS

_SECRET_HELP = {
    "shopify": _("The client secret of your app in Shopify's admin. It signs every message."),
    "woocommerce": _("Leave it empty and we make one. Or paste the secret that the webhook has already."),
    "saleor": _(
        "Leave it empty: Saleor signs with its public key. Only for an old webhook with a secretKey: paste it."
    ),
    "medusa": _("Leave it empty and we make one."),
    "feed": _("Leave it empty and we make one."),
}
_TOKEN_HELP = {
    "shopify": _(
        "Admin API access token (shpat_…) with read_orders: then we ask every half hour for what a message missed."
    ),
    "woocommerce": _(
        "Consumer key and consumer secret with a colon between (ck_…:cs_…), right “Read/Write”. Without it refunds are spread "
        "by value, and what a message missed is never found: WooCommerce does not repeat."
    ),
    "saleor": _("App token with MANAGE_ORDERS: then we ask every half hour for what a message missed."),
}
_URL_HELP = {
    "shopify": _("For example tea.myshopify.com."),
    "woocommerce": _("For example https://tea.example.com. Needed with a consumer key."),
    "saleor": _("The API's address, for example https://tea.saleor.cloud."),
}
_plain = RegexValidator(r"^[ -~]*$", _("Only letters, digits and signs of ASCII, as the shop shows them."))
SHORTEST = 16
"""A secret that can be guessed lets anybody write orders."""


def _long_enough(secret: str) -> None:
    if len(secret.strip().removeprefix("whsec_")) < SHORTEST:
        raise ValidationError(
            ngettext_lazy(
                "A secret has at least %(number)s sign: whoever guesses it can write orders.",
                "A secret has at least %(number)s signs: whoever guesses it can write orders.",
                SHORTEST,
            )
            % {"number": SHORTEST}
        )


class ShopForm(forms.Form):
    """One shop. Fields that a kind has no use for are left out; of a shop that is there, what cannot change."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As your team calls it, for example “Tea shop”.")
    )
    source = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{0,59}$",
        label=_("Source"),
        required=False,
        help_text=_(
            "Names the shop in orders for ever: small letters, digits, dots and dashes. Empty: made from the name."
        ),
        error_messages={"invalid": _("Use small letters, digits, dots and dashes, like tea-shop.")},
    )
    base_url = forms.CharField(label=_("Address of the shop"), max_length=300, required=False)
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        label=_("Currency"),
        initial="EUR",
        help_text=_("The shop's own, by ISO 4217. Used where a message does not say it."),
        error_messages={"invalid": _("Three capital letters, like EUR.")},
    )
    secret = forms.CharField(
        label=_("Secret"), max_length=500, required=False, validators=[_plain, _long_enough],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    token = forms.CharField(
        label=_("Token"), max_length=500, required=False, validators=[_plain],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, existing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["secret"].help_text = _SECRET_HELP[kind]
        self.fields["secret"].required = kind == Shop.Kind.SHOPIFY
        if kind in CAN_BE_ASKED:
            self.fields["token"].help_text = _TOKEN_HELP[kind]
            self.fields["base_url"].help_text = _URL_HELP[kind]
            self.fields["base_url"].required = kind not in SECRET_IS_OURS
        else:
            del self.fields["token"], self.fields["base_url"]
        if existing:
            del self.fields["secret"], self.fields["source"]
            if "token" in self.fields:
                self.fields["token"].help_text = _("Leave it empty to keep the one that is there.")

    def clean_token(self) -> str:
        """A half of WooCommerce's key, or one with a space in it, would be refused by the shop only half an hour later."""
        token = str(self.cleaned_data["token"]).strip()
        if token and self.kind == Shop.Kind.WOOCOMMERCE and not re.fullmatch(r"ck_\w+:cs_\w+", token, re.ASCII):
            raise ValidationError(_("Paste the consumer key and the consumer secret with a colon between: ck_…:cs_…"))
        return token

    def values(self) -> dict[str, str]:
        """What the actions take; a field that the kind has not is empty."""
        names = ("name", "source", "base_url", "currency", "secret", "token")
        return {name: str(self.cleaned_data.get(name) or "").strip() for name in names}


class SecretForm(forms.Form):
    """A new secret. `secret` is asked for only where the shop has its own."""

    secret = forms.CharField(
        label=_("New secret"), max_length=500, required=False, validators=[_plain, _long_enough],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class FilterForm(forms.Form):
    """Which messages. Whatever cannot be meant is left out rather than refused: it is an address."""

    verdict = forms.ChoiceField(required=False)
    order = forms.CharField(required=False, max_length=120)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)
