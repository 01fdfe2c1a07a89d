"""Reading's part of `apps.ready()`."""


def register() -> None:
    """Notices and their writers, the stream of boards, the page of settings."""
    from community.hooks import navigation
    from community.queries.forum.notices import writers
    from community.streams.boards import BoardStream
    from members import slots
    from messaging import streams
    from messaging.slots import notices

    for kind, writer, label, group in writers():
        notices.register(kind, writer, label=label, group=group)
    streams.register("board", BoardStream())
    slots.settings_items.register(navigation.reading_settings)
