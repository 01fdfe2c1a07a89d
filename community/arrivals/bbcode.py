"""phpBB's stored text as Markdown.

Since 3.2 phpBB stores XML: `<t>` for plain text, `<r>` with the BBCode marks kept in `<s>` and `<e>`; before, BBCode with a
random tail (`[b:1a2b3c]`). Both are brought back to the BBCode the author wrote, and that to Markdown.
"""

import html
import re
from collections.abc import Callable

_TAIL = re.compile(r"(\[/?[a-z*]+(?:=[^\]]*)?):(?:[a-z]:)?[0-9a-z]{5,8}\]", re.I)
_LIST_KIND = re.compile(r"(\[/(?:list|\*)):[a-z]+\]", re.I)
_SMILEY = re.compile(r"<!-- s(\S+) -->.*?<!-- s\S+ -->", re.S)
_OLD_LINK = re.compile(r'<!-- [mlwe] --><a [^>]*?href="([^"]*)"[^>]*>.*?</a><!-- [mlwe] -->', re.S)
_XML = re.compile(r"^<[rt]>(.*)</[rt]>$", re.S)
_BREAK = re.compile(r"<br\s*/?>\n?")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9_-]*(?:\s[^<>]*)?/?>")
_CODE = re.compile(r"\[code(?:=(\w+))?\]\n?(.*?)\n?\[/code\]", re.S | re.I)
_HELD = re.compile("\ue000(\\d+)\ue001")

_INLINE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\[b\](.+?)\[/b\]", re.S | re.I), r"**\1**"),
    (re.compile(r"\[i\](.+?)\[/i\]", re.S | re.I), r"*\1*"),
    (re.compile(r"\[(?:s|strike)\](.+?)\[/(?:s|strike)\]", re.S | re.I), r"~~\1~~"),
    (re.compile(r"\[u\](.+?)\[/u\]", re.S | re.I), r"\1"),
    (re.compile(r"\[(?:color|size|font|align|center|left|right)(?:=[^\]]*)?\]", re.I), ""),
    (re.compile(r"\[/(?:color|size|font|align|center|left|right)\]", re.I), ""),
    (re.compile(r"\[url=([^\]\s]+)\](.+?)\[/url\]", re.S | re.I), r"[\2](<\1>)"),
    (re.compile(r"\[url\]\s*(\S+?)\s*\[/url\]", re.I), r"<\1>"),
    (re.compile(r"\[email(?:=[^\]]*)?\](.+?)\[/email\]", re.I), r"\1"),
    (re.compile(r"\[img(?:=[^\]]*)?\]\s*(\S+?)\s*\[/img\]", re.I), r"![](<\1>)"),
    (re.compile(r"\[attachment=\d+\](?:<!--[^>]*-->)?(.*?)(?:<!--[^>]*-->)?\[/attachment\]", re.S | re.I), r"*(\1)*"),
    (re.compile(r"\[spoiler(?:=[^\]]*)?\](.+?)\[/spoiler\]", re.S | re.I), r"||\1||"),
)
_INNER_QUOTE = re.compile(
    r'\[quote((?:="?[^"\]]*"?)?(?:\s+[a-z_]+="?[^"\]]*"?)*)\]((?:(?!\[quote).)*?)\[/quote\]', re.S | re.I
)
_INNER_LIST = re.compile(r"\[list(=[^\]]*)?\]((?:(?!\[list).)*?)\[/list(?::[a-z])?\]", re.S | re.I)
_DEEPEST = 20


def markdown(stored: str) -> str:
    """The text as we keep it. Marks that mean nothing here are dropped, their words stay."""
    text = bbcode(stored)
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", found[2]) or [""]))
        held.append(f"\n{fence}{found[1] or ''}\n{found[2]}\n{fence}\n")
        return f"\ue000{len(held) - 1}\ue001"

    text = _CODE.sub(hold, text.replace("\ue000", "").replace("\ue001", ""))
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    for pattern, draw in ((_INNER_LIST, _list), (_INNER_QUOTE, _quote)):
        for _ in range(_DEEPEST):
            text, changed = pattern.subn(draw, text)
            if not changed:
                break
    return _HELD.sub(lambda found: held[int(found[1])], text).strip()


def bbcode(stored: str) -> str:
    """What the author typed."""
    if inner := _XML.match(stored):
        text = _BREAK.sub("\n", inner[1])
        return html.unescape(_TAG.sub("", text))
    text = _OLD_LINK.sub(r"\1", _SMILEY.sub(r"\1", stored))
    text = _LIST_KIND.sub(r"\1]", _TAIL.sub(r"\1]", text))
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))


def _list(found: re.Match[str]) -> str:
    mark = "1." if found[1] else "-"
    items = [item.removesuffix("[/*]").strip() for item in found[2].split("[*]")[1:]]
    lines = [f"{mark} " + item.replace("[/*]", "").strip().replace("\n", "\n   ") for item in items]
    return "\n\n" + "\n".join(lines) + "\n\n"


def _quote(found: re.Match[str]) -> str:
    name = re.match(r'="?([^"\]]*?)"?(?:\s+\w+=.*)?$', found[1] or "", re.S)
    who = f"**{name[1].strip()}:**\n" if name and name[1].strip() else ""
    return "\n" + "\n".join("> " + line for line in (who + found[2].strip("\n")).split("\n")) + "\n\n"
