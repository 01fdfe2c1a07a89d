"""The keyboard map as people read it; `static/community/keys.js` does what it says (specs: community, 15)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class KeyGroup:
    """Keys that belong together: (keys as written, what they do)."""

    title: str
    keys: list[tuple[list[str], str]]


def key_groups() -> list[KeyGroup]:
    """All keys, in the language of the page."""
    return [
        KeyGroup(
            _("Everywhere"),
            [
                (["?"], _("show this list")),
                (["/"], _("search")),
                (["c"], _("start a topic")),
                (["."], _("show what came in")),
                (["u"], _("back to where this is listed")),
            ],
        ),
        KeyGroup(
            _("Go to"),
            [
                (["g", "h"], _("home")),
                (["g", "l"], _("latest topics")),
                (["g", "n"], _("new topics")),
                (["g", "u"], _("unread topics")),
                (["g", "f"], _("what I follow")),
                (["g", "c"], _("boards")),
                (["g", "b"], _("my bookmarks")),
                (["g", "d"], _("my drafts")),
                (["g", "m"], _("messages")),
                (["g", "p"], _("my profile")),
            ],
        ),
        KeyGroup(
            _("In a list"),
            [
                (["j"], _("next one")),
                (["k"], _("previous one")),
                (["o"], _("open it (Enter does so too)")),
                (["x", "r"], _("dismiss all new topics")),
                (["x", "t"], _("mark what is unread as read")),
            ],
        ),
        KeyGroup(
            _("In a topic"),
            [
                (["j"], _("next post")),
                (["k"], _("previous post")),
                (["r"], _("reply to the post")),
                (["Shift", "r"], _("reply to the topic")),
                (["q"], _("quote the post")),
                (["l"], _("react to the post")),
                (["b"], _("bookmark the post")),
                (["e"], _("edit the post")),
                (["d"], _("remove the post")),
                (["!"], _("flag the post")),
                (["s"], _("copy the link of the post")),
                (["#"], _("go to a number")),
                (["Home"], _("first post")),
                (["End"], _("last post")),
                (["Shift", "l"], _("first unread post")),
                (["g", "j"], _("next topic of the list")),
                (["g", "k"], _("previous topic of the list")),
                (["m", "m"], _("mute the topic")),
                (["m", "r"], _("normal")),
                (["m", "t"], _("track the topic")),
                (["m", "w"], _("watch the topic")),
            ],
        ),
        KeyGroup(
            _("In a chat room"),
            [
                (["↑"], _("change what I said last (in an empty box)")),
                (["Enter"], _("send; Shift with Enter begins a new line")),
                (["j"], _("next message (so does the arrow down)")),
                (["k"], _("previous message")),
                (["c"], _("write")),
                (["r"], _("reply to the message")),
                (["t"], _("reply in a thread")),
                (["l"], _("react to the message")),
                (["b"], _("bookmark the message")),
                (["e"], _("change the message")),
                (["d"], _("remove the message")),
                (["s"], _("copy the link of the message")),
                (["!"], _("flag the message")),
                (["Esc"], _("close what is open; then mark the room read")),
            ],
        ),
    ]
