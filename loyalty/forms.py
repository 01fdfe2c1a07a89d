"""What people send us."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.actions.rewards.details import Address
from members.access import Member, Refused, get_profile
from members.queries import find_member
from outbox.ids import new_id


class ClaimForm(forms.Form):
    """A claim of a reward. The key is made with the page, so that sending it twice is one claim; `cost` is what was shown."""

    key = forms.RegexField(r"^[0-9a-z]{12,64}\Z", widget=forms.HiddenInput, initial=lambda: new_id(24))
    cost = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_147_483_647, required=False)


def _tidy(text: str) -> str:
    return " ".join(text.split())


class AddressForm(forms.Form):
    """Where a parcel goes."""

    name = forms.CharField(
        label=gettext_lazy("Name on the parcel"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write whose name the parcel carries.")},
    )
    lines = forms.CharField(
        label=gettext_lazy("Street and number"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": gettext_lazy("Write the street and the number, so that the parcel finds you.")},
    )
    postcode = forms.CharField(
        label=gettext_lazy("Postcode"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = forms.CharField(
        label=gettext_lazy("City"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": gettext_lazy("Write the city.")},
    )
    region = forms.CharField(
        label=gettext_lazy("Province or state"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    country = forms.CharField(
        label=gettext_lazy("Country"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "country-name"}),
        error_messages={"required": gettext_lazy("Write the country.")},
    )
    phone = forms.RegexField(
        r"^[0-9 +()./-]{5,30}\Z",
        label=gettext_lazy("Phone"),
        required=False,
        help_text=gettext_lazy("Only if the carrier needs it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": gettext_lazy("Write a phone number with digits, like +49 30 123456.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {name: _tidy(value) for name, value in cleaned.items()}

    @property
    def address(self) -> Address:
        return Address(**self.cleaned_data)


def _is_seen(viewer: Member, username: str) -> bool:
    """Whether they may open the page of whom they name; who is hidden from them is absent here, too."""
    try:
        get_profile(viewer, username)
    except Refused:
        return False
    return True


class FriendForm(forms.Form):
    """To whom a gift goes: a member by name, or nobody yet: then we make a link."""

    username = forms.CharField(
        label=gettext_lazy("Friend’s name here"),
        max_length=31,
        required=False,
        help_text=gettext_lazy("The @name. Leave it empty to get a link that you send to anybody."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    note = forms.CharField(
        label=gettext_lazy("A few words with it"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, giver: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.giver = giver
        self.friend_id: int | None = None

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"].strip().lstrip("@")
        if not name:
            return ""
        card = find_member(username=name)
        if card is None or not _is_seen(self.giver, name):
            raise forms.ValidationError(_("Nobody here has this name. Look at how it is written on their page."))
        if card.id == self.giver.pk:
            raise forms.ValidationError(_("A gift is for somebody else. Choose a friend."))
        self.friend_id = card.id
        return name
