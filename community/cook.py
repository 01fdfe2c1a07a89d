"""Cooking: Markdown as written → HTML as shown. The only place that makes HTML out of people's text.

Once per write, stored with the post. html=False keeps tags in the text as text, nh3 keeps only what is listed, and the
limits keep hostile text from costing more than it is worth (specs: community 4, security 6). The parts are in
`community.cooking`: the parsers, our dialect, and the lists of what may leave.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from community.cooking import dialect, parsers
from community.cooking.allowed import ATTRIBUTES, CLASSES, TAGS, plain_text, sanitize
from community.cooking.dialect import MENTIONS_MOST, Card, Named, Resolve

__all__ = [
    "ATTRIBUTES",
    "CLASSES",
    "MENTIONS_MOST",
    "TAGS",
    "Card",
    "Cooked",
    "Named",
    "Resolve",
    "clean",
    "cook",
    "cook_message",
    "fingerprint",
    "plain_text",
    "sanitize",
    "stored",
]

VERSION = 2
"""Raised when cooking changes what is shown: older posts are then cooked again, quietly, by `actions.cooking`."""
MESSAGE_MENTIONS_MOST = 5
GROWTH_MOST, OUTPUT_FLOOR, OUTPUT_MOST = 8, 1_000, 256_000
# Past this many openings nobody links any more: each unclosed one is searched to the end of its paragraph.
OPENINGS_MOST = 400
# Every line may open a block of its own; a post of the greatest length has seldom more than 400.
LINES_MOST = 2_000
# A line of a list, quote or table is looked at once for each block it may be in, or open.
BLOCK_LINES_MOST = 600

_BLOCK_LINE = re.compile(r"^[ \t]{0,40}(?:[-+*>|#]|\d{1,9}[.)])", re.M)
# Letters, digits and signs that mean nothing to the parser, the dialect or HTML; not the beginning of a list, no blank at
# the edges, and a colon only where no emoji and no address can be meant. Possessive: no text is looked at twice.
_PLAIN_LINE = re.compile(
    r"(?![^_]*_)(?!\d{1,9}[.)]|[-+=\u3000 ])"
    r"(?:[\w ,.!?'\"();%$€+=\-‐-‧、。〈-】！（），：；？\U0001f300-\U0001faff]++|/(?!/)|:(?= |\Z)|(?<=\d):(?=\d))++(?<! )"
)
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u2800\u3164\ufe0e\ufe0f\uffa0"
)  # letters and marks by their kind, and empty to the eye
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Cooked:
    """What is stored beside the raw text, and what the limits of a newcomer ask about.

    `mentions`, `groups`, `tags`: ids named outside of code and quotes. `links`: addresses, each once. `images`: pictures
    shown. `bare`: addresses alone on their line, which a second pass may turn into cards.
    """

    html: str
    text: str
    mentions: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    version: int = VERSION
    groups: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    images: int = 0
    bare: list[str] = field(default_factory=list)


def clean(raw: str) -> str:
    """The text that is kept: NFC, plain newlines, no control characters, no blank edges; nothing, where nothing would be seen."""
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROLS.sub("", text).strip("\n \t")
    return text if any(map(_is_seen, text)) else ""


def _is_seen(letter: str) -> bool:
    return letter not in _UNSEEN and unicodedata.category(letter) not in ("Cc", "Cf", "Zs", "Zl", "Zp")


def fingerprint(raw: str) -> str:
    """Which text was cooked: later passes give up when the text is another one by then."""
    return hashlib.sha256(raw.encode()).hexdigest()


def cook(
    raw: str,
    resolve: Resolve | None = None,
    *,
    tags: Resolve | None = None,
    cards: Mapping[str, Card] | None = None,
    mentions_most: int = MENTIONS_MOST,
) -> Cooked:
    """Cook a post. `raw` went through `clean` and keeps the length limit.

    `resolve` knows members and groups, `tags` the tags, `cards` (by address) what other sites say of their pages.
    """
    return _cook(parsers.POST, raw, resolve, tags, cards, mentions_most)


def cook_message(raw: str, resolve: Resolve | None = None, *, mentions_most: int = MESSAGE_MENTIONS_MOST) -> Cooked:
    """Cook a chat message: the same without headings and tables. One plain line, as most are, needs no parser."""
    if _PLAIN_LINE.fullmatch(raw):
        return Cooked(html=f"<p>{raw}</p>\n", text=raw)
    return _cook(parsers.MESSAGE, raw, resolve, None, None, mentions_most)


def _cook(
    parser: MarkdownIt,
    raw: str,
    resolve: Resolve | None,
    tags: Resolve | None,
    cards: Mapping[str, Card] | None,
    mentions_most: int,
) -> Cooked:
    if _costs_too_much(raw):
        return _plain(raw)
    tokens = dialect.draw_sources(parser.parse(raw))
    dialect.draw_boxes(tokens)
    names = dialect.draw_names(tokens, resolve, tags, mentions_most)
    links, images = dialect.tidy(tokens)
    bare = dialect.draw_cards(tokens, cards or {})
    cooked = sanitize(parser.renderer.render(tokens, parser.options, {}))
    if len(cooked) > max(GROWTH_MOST * len(raw), OUTPUT_FLOOR) + _size(cards) or len(cooked) > OUTPUT_MOST:
        return _plain(raw)
    return Cooked(
        html=cooked,
        text=plain_text(cooked),
        mentions=names.mentions,
        groups=names.groups,
        tags=names.tags,
        links=links,
        images=images,
        bare=bare,
    )


def _costs_too_much(raw: str) -> bool:
    return (
        any(raw.count(opening) > OPENINGS_MOST for opening in ("[", "<", "://", "www.", "mailto:"))
        or raw.count("\n") > LINES_MOST
        or sum(1 for _line in _BLOCK_LINE.finditer(raw)) > BLOCK_LINES_MOST
    )


def _size(cards: Mapping[str, Card] | None) -> int:
    """What cards may add: their own words with every sign escaped, and their tags."""
    return sum(6 * len(card.title + card.description + card.site) + 200 for card in (cards or {}).values())


def _plain(raw: str) -> Cooked:
    """Text that would cost too much as Markdown is shown as it was written."""
    paragraphs = (part.strip("\n") for part in raw.split("\n\n"))
    cooked = "\n".join(
        "<p>" + html.escape(part, quote=False).replace("\n", "<br>\n") + "</p>" for part in paragraphs if part
    )
    return Cooked(html=sanitize(cooked), text=raw)


def stored(markup: str) -> SafeString:
    """Say that this HTML came out of `cook` and was stored: templates show it as it is."""
    return mark_safe(markup)  # noqa: S308 - the one place
