"""The part of `apps.ready()` about what is said in rooms."""


def register() -> None:
    """Notices and their writers."""
    from community.notices.room_messages import WRITERS
    from messaging.slots import notices

    for kind, writer, label, group in WRITERS:
        notices.register(kind, writer, label=label, group=group)
