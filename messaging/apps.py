from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messaging")

    def ready(self) -> None:
        from members import slots
        from messaging import telling
        from messaging.actions import bundling, digests
        from messaging.panels import (
            bell,
            forget_device,
            forget_other_devices,
            greeting,
            notifications_item,
            settings_item,
            signup_choice,
            unseen,
        )
        from messaging.rules import COMMUNITY, DIGEST
        from messaging.slots import composers
        from messaging.streams import greetings

        greetings.register(greeting)
        slots.standings.register(unseen)
        slots.header_items.register(bell)
        slots.settings_items.register(notifications_item)
        slots.settings_items.register(settings_item)
        composers.register(bundling.KIND, telling.tell_notices, purpose=COMMUNITY, gather=telling.gather)
        composers.register(digests.KIND, telling.tell_digest, purpose=DIGEST)
        slots.at_signout.register(forget_device)
        slots.at_sessions_ended.register(forget_other_devices)
        slots.signup_choices.register(signup_choice)
