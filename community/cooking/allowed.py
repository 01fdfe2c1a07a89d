"""What may leave the cook: the listed tags, attributes, classes and addresses, and nothing else.

Whatever the parser or a step of ours let through one day, `sanitize` is the last hand on every cooked text
(specs: community 4, security 6).
"""

import html
import re
from functools import cache
from urllib.parse import unquote

import nh3
from django.conf import settings

TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "code", "del", "details", "em", "h3", "h4", "h5", "h6", "hr", "i", "img"}
    | {"ins", "kbd", "li", "mark", "ol", "p", "pre", "rb", "rp", "rt", "ruby", "s", "small", "span", "strong", "sub"}
    | {"summary", "sup", "table", "tbody", "td", "th", "thead", "time", "tr", "ul"}
)
ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "abbr": {"title"},
    "blockquote": {"class"},
    "img": {"src", "alt", "width", "height", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    "time": {"datetime"},
    "details": {"open"},
    "code": {"class"},
    "span": {"class"},
}
VALUES = {"span": {"tabindex": {"0"}}, "img": {"loading": {"lazy"}, "decoding": {"async"}}}
"""Attributes that keep only these values: a spoiler can be reached by keyboard, a picture waits until it is near."""
HIDDEN = "…"
_SPAN = re.compile(r"<span\b[^>]*>|</span>")
CLASSES = frozenset({"mention", "mention-group", "tag", "emoji", "spoiler", "quote", "link-card"})
LINK_REL = "nofollow ugc noopener"

_LANGUAGE = re.compile(r"lang-[\w+#.;-]{1,30}")
_LINK = re.compile(r"(https?://[^\s\\]|mailto:[^\s\\]|/(?![/\\]))[^\s\\\x00-\x1f]*|/", re.I)
_PATH = re.compile(r"(?:[\w~.,@+/-]|%[0-9a-f]{2})+", re.I | re.A)
_SIDE = re.compile(r"[1-9]\d{0,4}", re.A)


def is_link(address: str) -> bool:
    """http, https, mailto, or a path of this site."""
    return _LINK.fullmatch(address) is not None


def is_media(address: str) -> bool:
    """A file of our own media, without a way up and out of it."""
    return (
        address.startswith(settings.MEDIA_URL)
        and _PATH.fullmatch(address) is not None
        and ".." not in unquote(address)
        and "\\" not in unquote(address)
    )


def sanitize(markup: str) -> str:
    """Only the tags, attributes, classes and addresses of the lists above."""
    return _listed().clean(markup)


def plain_text(markup: str) -> str:
    """The words alone, for excerpts, notices and search. What a spoiler hides stays hidden there too."""
    if 'class="spoiler"' in markup:
        markup = _hide_spoilers(markup)
    return html.unescape(_words().clean(markup)).strip()


def _hide_spoilers(markup: str) -> str:
    """Each outermost spoiler as "…"; spans may lie inside of it."""
    kept, depth, hidden_at, end = [], 0, 0, 0
    for tag in _SPAN.finditer(markup):
        if not hidden_at:
            kept.append(markup[end : tag.start()])
            end = tag.start()
        depth += 1 if tag[0] != "</span>" else -1
        if not hidden_at and 'class="spoiler"' in tag[0]:
            kept.append(HIDDEN)
            hidden_at = depth
        elif hidden_at and depth < hidden_at:
            hidden_at, end = 0, tag.end()
    return "".join(kept) + ("" if hidden_at else markup[end:])


@cache
def _listed() -> nh3.Cleaner:
    """Built once: the lists cost more than most texts."""
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_keep,
        tag_attribute_values=VALUES,
        url_schemes={"http", "https", "mailto"},
        link_rel=LINK_REL,
        strip_comments=True,
    )


@cache
def _words() -> nh3.Cleaner:
    return nh3.Cleaner(tags=set())


def _keep(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if is_link(value) else None
    if name == "src":
        return value if is_media(value) else None
    if name in ("width", "height"):
        return value if _SIDE.fullmatch(value) else None
    if name == "class":
        if tag == "code":
            return value if _LANGUAGE.fullmatch(value) else None
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name == "align":
        return value if value in ("left", "center", "right") else None
    return value
