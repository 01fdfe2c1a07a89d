from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        from community import navigation
        from community.streams import RoomStream
        from members import slots
        from messaging import streams

        streams.register("room", RoomStream())
        slots.navigation.register(navigation.chat)
