from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Referrals")

    def ready(self) -> None:
        from members import slots
        from referrals import panels

        slots.navigation.register(panels.navigation)
        slots.signup_notes.register(panels.signup_note)
        slots.at_signup.register(panels.attach_visitor)
