"""Names that a new site begins with, as they are looked up where they are shown."""

from django.utils.translation import gettext_noop

GROUPS = (
    gettext_noop("Moderators"),
    gettext_noop("Community managers"),
    gettext_noop("Finance"),
    gettext_noop("Editors"),
)
