"""What the composer follows, without a database: names of drafts and pictures, and how much a member may bring."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

MEGABYTE = 1_048_576

UPLOAD_BYTES: Mapping[str, int] = {
    "members": 200 * MEGABYTE,
    "trust:3": 500 * MEGABYTE,
    "trust:4": 1_000 * MEGABYTE,
    "Moderators": 2_000 * MEGABYTE,
    "Community managers": 2_000 * MEGABYTE,
}
"""How much a member's pictures may take, by group; `members` is everybody. Of several the largest, 0 is without limit.
A site changes single ones by the setting COMMUNITY_UPLOAD_BYTES."""

UNUSED_KEPT = timedelta(hours=24)
DRAFTS_KEPT, DRAFTS_MOST = timedelta(days=180), 100
QUOTE_LONGEST = 2_000

_KEY = re.compile(
    r"(?P<kind>new):(?P<slug>[^\s:/\x00]{1,120})|(?P<reply>reply|room):(?P<id>[0-9a-z]{12})"
    r"|(?P<edit>edit):(?P<topic>[0-9a-z]{12})/(?P<number>[1-9]\d{0,8})",
    re.A,
)
_PICTURE = re.compile(r"uploads/([a-z0-9]{24})(?:-\d+)?\.webp")
_BRACKETS = re.compile(r"[\[\]\\|\r\n\t\x00-\x1f]+")


@dataclass(frozen=True)
class Key:
    """Which form a draft belongs to. `name` is a board's address, a topic's or a room's id."""

    kind: str
    name: str
    number: int = 0


def key_of(text: str) -> Key | None:
    """The parts of `new:tea`, `reply:<id>`, `room:<id>` or `edit:<id>/12`; None for anything else."""
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    if match["kind"]:
        return Key("new", match["slug"])
    if match["edit"]:
        return Key("edit", match["topic"], int(match["number"]))
    return Key(match["reply"], match["id"])


def reply_key(topic: str) -> str:
    return f"reply:{topic}"


def edit_key(topic: str, number: int) -> str:
    return f"edit:{topic}/{number}"


def new_key(board: str) -> str:
    return f"new:{board}"


def upload_quota(groups: Iterable[str], table: Mapping[str, int]) -> int:
    """Bytes that somebody in these groups may keep; 0 is without limit."""
    mine = [table[name] for name in {"members", *groups} if name in table]
    return 0 if not mine or 0 in mine else max(mine)


def pictures_in(raw: str) -> list[str]:
    """Storage names of the large files of all pictures that a text names, each once."""
    return list(dict.fromkeys(f"uploads/{found}.webp" for found in _PICTURE.findall(raw)))


def picture_markdown(*, url: str, file_name: str, width: int, height: int) -> str:
    """`![tea garden|1280x960](/media/uploads/….webp)`: the file's name without its ending is what is first said of it."""
    words = " ".join(_BRACKETS.sub(" ", file_name.rpartition(".")[0] or file_name).replace("_", " ").split())[:80]
    return f"![{words}|{width}x{height}]({url})"


def with_picture(raw: str, markdown: str) -> str:
    """The text with a picture in a paragraph of its own at its end."""
    return f"{raw.rstrip()}\n\n{markdown}\n" if raw.strip() else f"{markdown}\n"


def quote_head(*, handle: str, number: int, url: str) -> str:
    """The first line of a quote: who said it, and where."""
    return f"@{handle} in [#{number}]({url}):"


def quote_markdown(*, head: str, raw: str) -> str:
    """A quote of a whole post, without what it quotes itself, and an empty line to write on."""
    own = [line for line in raw.split("\n") if not line.lstrip().startswith(">")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(own)).strip()
    if len(text) > QUOTE_LONGEST:
        text = text[:QUOTE_LONGEST].rsplit(" ", 1)[0].rstrip() + " …"
    lines = [head, *text.split("\n")] if text else [head]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
