"""Rooms' part of `apps.ready()`."""


def register() -> None:
    """The number of the header as a page begins to listen, and notices about rooms."""
    from django.utils.translation import gettext_lazy as _

    from community.hooks import navigation
    from community.notices import rooms as room_notices
    from messaging.slots import notices
    from messaging.streams import greetings

    greetings.register(navigation.chat_greeting)
    notices.register(room_notices.KIND, room_notices.write, label=_("I am brought into a room"), group="direct")
