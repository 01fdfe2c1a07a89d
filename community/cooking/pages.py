"""What a page of another site says about itself: title, description, site. All of it is hostile text and ends as such.

Read with a few bounded patterns instead of a parser of HTML: only the head matters, and no page may cost much.
"""

import html
import re
from itertools import islice
from urllib.parse import urlsplit

from community.cooking.dialect import Card

TITLE_LONGEST, DESCRIPTION_LONGEST, SITE_LONGEST = 200, 300, 40
TAGS_MOST, TAG_LONGEST = 200, 3_000

_META = re.compile(r"<meta[\s/]", re.I)
_ATTRIBUTE = re.compile(
    r"""([a-z:-]{1,30})\s{0,9}=\s{0,9}(?:"([^"]{0,1500})"|'([^']{0,1500})'|([^\s"'>]{1,1500}))|>""", re.I
)
_TITLE = re.compile(r"<title(?:\s[^>]{0,200})?>([^<]{0,1000})", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([a-z0-9_-]{1,30})", re.I)
# Signs that turn, hide or break the words beside them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def read_card(url: str, body: bytes, charset: str = "") -> Card:
    """The card of the page found at `url`; without a title when the page has none. The host is always shown."""
    text = _decoded(body, charset)
    said: dict[str, str] = {}
    for tag in islice(_META.finditer(text), TAGS_MOST):
        name, content = _pair(text[tag.end() : tag.end() + TAG_LONGEST])
        if name and content:
            said.setdefault(name, content)
    for title in islice(_TITLE.finditer(text), 1):
        said.setdefault("title", title[1])
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    site = _words(said.get("og:site_name", ""), SITE_LONGEST)
    return Card(
        url=url,
        title=_words(said.get("og:title") or said.get("twitter:title") or said.get("title", ""), TITLE_LONGEST),
        description=_words(
            said.get("og:description") or said.get("twitter:description") or said.get("description", ""),
            DESCRIPTION_LONGEST,
        ),
        site=(f"{site} · {host}" if site and site.lower() != host else host)[:120],
    )


def _pair(inside: str) -> tuple[str, str]:
    """The name and content of a meta tag, whichever comes first."""
    name = content = ""
    for match in _ATTRIBUTE.finditer(inside):
        if match[0] == ">":
            break
        value = match[2] or match[3] or match[4] or ""
        if match[1].lower() in ("property", "name"):
            name = value.lower()
        elif match[1].lower() == "content":
            content = value
    return name, content


def _decoded(body: bytes, charset: str) -> str:
    named = _CHARSET.search(body[:2_000])
    for encoding in (charset, named[1].decode() if named else ""):
        try:
            if encoding:
                return body.decode(encoding, "replace")
        except (LookupError, UnicodeError):
            continue
    return body.decode("utf-8", "replace")


def _words(text: str, longest: int) -> str:
    words = " ".join(_UNSEEN.sub(" ", html.unescape(text)).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
