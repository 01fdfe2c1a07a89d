from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messaging")

    def ready(self) -> None:
        from members import slots
        from messaging.panels import bell, greeting, settings_item, signup_choice, unseen
        from messaging.streams import greetings

        greetings.register(greeting)
        slots.standings.register(unseen)
        slots.header_items.register(bell)
        slots.settings_items.register(settings_item)
        slots.signup_choices.register(signup_choice)
