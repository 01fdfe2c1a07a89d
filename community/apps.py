from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        from community.hooks import messages as message_hooks
        from community.hooks import navigation, panels
        from community.hooks import order as order_hooks
        from community.hooks import people as people_hooks
        from community.hooks import reading as reading_hooks
        from community.hooks import rooms as room_hooks
        from community.hooks import sessions as session_hooks
        from community.hooks import stage as stage_hooks
        from community.notices import trust as trust_notices
        from community.streams.rooms import RoomStream
        from community.streams.topics import TopicStream
        from members import slots
        from messaging import streams
        from messaging.slots import notices

        streams.register("room", RoomStream())
        streams.register("topic", TopicStream())
        slots.standings.register(navigation.permission_version)
        slots.standings.register(navigation.chat_unread)
        slots.navigation.register(navigation.forum)
        slots.profile_panels.register(panels.trust_level)
        notices.register(trust_notices.KIND, trust_notices.write, label=_("a new level of trust"), group="badges")
        slots.navigation.register(navigation.chat)
        order_hooks.register()
        message_hooks.register()
        reading_hooks.register()
        people_hooks.register()
        room_hooks.register()
        session_hooks.register()
        stage_hooks.register()
