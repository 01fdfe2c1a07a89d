"""What a public handle may look like."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

username_validators = [
    RegexValidator(
        # Letters of any script, so that 老友 is a fine name; no leading or trailing punctuation.
        r"^[^\W_]([\w.-]*[^\W_])?\Z",
        _("Use letters, digits, and in between . - or _ . It begins and ends with a letter or digit."),
    )
]
