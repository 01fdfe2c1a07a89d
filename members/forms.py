"""What people type about themselves."""

import zoneinfo
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from members import slots
from members.actions import tidy_name
from members.pictures import MAXIMUM_BYTES
from members.validators import username_validators


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Sign-in: a label that says what to type, where it stays while one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address or username")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Sign-up: address, handle, password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["username"].label = _("Name to be called by")
        self.fields["username"].help_text = _("Letters, digits, and in between . - or _ . You can change it later.")
        self.fields["password1"].help_text = _(
            "At least 10 characters. A sentence is easier to remember than a riddle."
        )
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.choices: list[slots.SignupChoice] = slots.signup_choices.collect()
        for choice in self.choices:
            self.fields[choice.name] = forms.BooleanField(label=choice.label, required=False)

    def ticked(self) -> "list[slots.SignupChoice]":
        """What the newcomer said yes to."""
        return [choice for choice in self.choices if self.cleaned_data.get(choice.name)]


class ProfileForm(forms.Form):
    """What others see, and how the site speaks to the member."""

    display_name = forms.CharField(
        label=_("Name shown to others"),
        max_length=60,
        required=False,
        help_text=_("Empty: your @name is shown."),
    )
    bio = forms.CharField(label=_("About me"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Times on pages and quiet hours for mail follow it.")
    )

    listed = forms.BooleanField(
        label=_("List me in the directory"),
        required=False,
        help_text=_("Members find you by name there. Without it you are still found beside what you write."),
    )
    last_seen = forms.BooleanField(label=_("Show when I was last here"), required=False)
    here = forms.BooleanField(
        label=_("Show in chat rooms that I am here"),
        required=False,
        help_text=_(
            "Without it you read unseen: you are in no list and in no count. What you write still says who wrote it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As my browser asks")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]

    def clean_display_name(self) -> str:
        name = tidy_name(self.cleaned_data["display_name"])
        for problem in slots.name_checks.collect(name=name):
            raise ValidationError(problem, code="name_refused")
        return name


class AvatarForm(forms.Form):
    """A picture. It is a plain file field: its bytes are decoded in a child process, never here."""

    picture = forms.FileField(
        label=_("Choose a picture"),
        help_text=_("PNG, JPEG, GIF or WebP, up to 8 MB. Where and when it was taken is removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        if picture.size > MAXIMUM_BYTES:
            raise ValidationError(_("This file is larger than 8 MB. Choose a smaller one."))
        return picture


class BirthdayForm(forms.Form):
    """Day and month; both, or the form says so."""

    month = forms.TypedChoiceField(
        label=_("Month"), coerce=int, error_messages={"required": _("Choose the month of your birthday.")}
    )
    day = forms.TypedChoiceField(
        label=_("Day of the month"), coerce=int, error_messages={"required": _("Choose the day of your birthday.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [("", "–"), *MONTHS.items()]  # type: ignore[attr-defined]
        self.fields["day"].choices = [("", "–"), *((one, str(one)) for one in range(1, 32))]  # type: ignore[attr-defined]


class OwnerForm(forms.Form):
    """The first account of a new site."""

    email = forms.EmailField(label=_("E-mail address"))
    username = forms.CharField(
        label=_("Name to be called by"), min_length=2, max_length=30, validators=username_validators
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 15 characters, because this account may do everything."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if len(password) < 15:
            raise ValidationError(_("Please use at least 15 characters."))
        validate_password(password)
        return password


def zone_choices() -> list[tuple[str, Any]]:
    """Every time zone with a place in its name."""
    zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("", _("The site's"))] + [(zone, zone.replace("_", " ")) for zone in zones]
