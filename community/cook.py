"""Cooking: Markdown as written → HTML as shown. The only place that makes HTML out of people's text.

Once per write, stored with the post. html=False keeps tags in the text as text, nh3 keeps only what is listed below,
and the limits keep hostile text from costing more than it is worth (specs: community 4, security 6).
"""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as table_rule
from markdown_it.token import Token

VERSION = 1
DEEPEST = 20
COLUMNS_MOST, CELLS_MOST = 30, 2_000
GROWTH_MOST, OUTPUT_FLOOR, OUTPUT_MOST = 8, 1_000, 256_000
MENTIONS_MOST = 10
# Past this many openings nobody links any more: each unclosed one is searched to the end of its paragraph.
OPENINGS_MOST = 400
# Every line may open a block of its own; a post of the greatest length has seldom more than 400.
LINES_MOST = 2_000

TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "code", "del", "details", "em", "h3", "h4", "h5", "h6", "hr", "i", "img"}
    | {"ins", "kbd", "li", "mark", "ol", "p", "pre", "rb", "rp", "rt", "ruby", "s", "small", "span", "strong", "sub"}
    | {"summary", "sup", "table", "tbody", "td", "th", "thead", "time", "tr", "ul"}
)
ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    "time": {"datetime"},
    "details": {"open"},
    "code": {"class"},
    "span": {"class"},
}
CLASSES = frozenset({"mention", "mention-group", "tag", "emoji", "spoiler", "quote", "link-card"})

_LANGUAGE = re.compile(r"lang-[A-Za-z0-9+#-]{1,30}")
_LINK = re.compile(r"(https?://[^\s\\]|mailto:[^\s\\]|/(?![/\\]))[^\s\\\x00-\x1f]*|/", re.I)
_MENTION = re.compile(r"(?<![\w@/.])@([\w][\w.-]{0,28}\w)")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Named:
    """Somebody who can be mentioned."""

    id: int
    url: str


Resolve = Callable[[Sequence[str]], Mapping[str, Named]]
"""Handles as written (at most ten) → the members they name; keys in lower case, unknown ones missing."""


@dataclass(frozen=True)
class Cooked:
    """What is stored beside the raw text."""

    html: str
    text: str
    mentions: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    version: int = VERSION


def clean(raw: str) -> str:
    """The text that is kept: NFC, plain newlines, no control characters, no blank edges."""
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", text).strip("\n \t")


def cook(raw: str, resolve: Resolve | None = None) -> Cooked:
    """Cook a post. `raw` went through `clean` and keeps the length limit."""
    return _cook(_POST, raw, resolve)


def cook_message(raw: str, resolve: Resolve | None = None) -> Cooked:
    """Cook a chat message: the same without headings and tables."""
    return _cook(_MESSAGE, raw, resolve)


def _cook(parser: MarkdownIt, raw: str, resolve: Resolve | None) -> Cooked:
    if any(raw.count(opening) > OPENINGS_MOST for opening in ("[", "<", "://")) or raw.count("\n") > LINES_MOST:
        return _plain(raw)
    tokens = parser.parse(raw)
    named = _name_people(tokens, resolve)
    links = _tidy(tokens)
    cooked = sanitize(parser.renderer.render(tokens, parser.options, {}))
    if len(cooked) > max(GROWTH_MOST * len(raw), OUTPUT_FLOOR) or len(cooked) > OUTPUT_MOST:
        return _plain(raw)
    return Cooked(html=cooked, text=plain_text(cooked), mentions=named, links=links)


def sanitize(markup: str) -> str:
    """Only the tags, attributes, classes and addresses of the lists above."""
    return nh3.clean(
        markup,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
        strip_comments=True,
    )


def plain_text(markup: str) -> str:
    """The words alone, for excerpts, notices and search."""
    return html.unescape(nh3.clean(markup, tags=set())).strip()


def _keep(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _LINK.fullmatch(value) else None
    if name == "src":
        return value if value.startswith(settings.MEDIA_URL) and ".." not in value else None
    if name == "class":
        if tag == "code":
            return value if _LANGUAGE.fullmatch(value) else None
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name == "align":
        return value if value in ("left", "center", "right") else None
    return value


def _plain(raw: str) -> Cooked:
    """Text that would cost too much as Markdown is shown as it was written."""
    paragraphs = (part.strip("\n") for part in raw.split("\n\n"))
    cooked = "\n".join(
        "<p>" + html.escape(part, quote=False).replace("\n", "<br>\n") + "</p>" for part in paragraphs if part
    )
    return Cooked(html=sanitize(cooked), text=raw)


# --- What we do to the tokens before they are drawn ----------------------------------------------------------------


def _name_people(tokens: Sequence[Token], resolve: Resolve | None) -> list[int]:
    """Turn @handle into a link, outside of code and links; the ids of the named, each once."""
    handles: dict[str, None] = {}
    for children in _texts(tokens):
        for token in children:
            for match in _MENTION.finditer(token.content):
                handles.setdefault(match[1].lower())
    if not handles or resolve is None:
        return []
    known = resolve(list(handles)[:MENTIONS_MOST])
    for token in tokens:
        if token.children and known:
            token.children = _with_mentions(token.children, known)
    return list(dict.fromkeys(known[handle].id for handle in handles if handle in known))


def _texts(tokens: Sequence[Token]) -> list[list[Token]]:
    return [
        [child for child in _outside_links(token.children) if child.type == "text"]
        for token in tokens
        if token.children
    ]


def _outside_links(children: Sequence[Token]) -> list[Token]:
    found, depth = [], 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        if depth == 0:
            found.append(child)
    return found


def _with_mentions(children: Sequence[Token], known: Mapping[str, Named]) -> list[Token]:
    outside = {id(child) for child in _outside_links(children)}
    result: list[Token] = []
    for child in children:
        if child.type == "text" and id(child) in outside:
            result += _split(child, known)
        else:
            result.append(child)
    return result


def _split(token: Token, known: Mapping[str, Named]) -> list[Token]:
    pieces, start = [], 0
    for match in _MENTION.finditer(token.content):
        person = known.get(match[1].lower())
        if person is None:
            continue
        pieces += [
            Token("text", "", 0, content=token.content[start : match.start()]),
            Token("link_open", "a", 1, attrs={"href": person.url, "class": "mention"}),
            Token("text", "", 0, content=match[0]),
            Token("link_close", "a", -1),
        ]
        start = match.end()
    pieces.append(Token("text", "", 0, content=token.content[start:]))
    return pieces


def _tidy(tokens: Sequence[Token]) -> list[str]:
    """Headings below the page's own, alignment without style, foreign pictures as links; the addresses linked."""
    links: dict[str, None] = {}
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        elif token.type in ("th_open", "td_open"):
            style = str(token.attrs.pop("style", ""))
            if style:
                token.attrs["align"] = style.removeprefix("text-align:")
        if token.children:
            token.children = [piece for child in token.children for piece in _tidy_inline(child)]
            for child in token.children:
                address = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
                if _LINK.fullmatch(address) and child.attrs.get("class") != "mention":
                    links.setdefault(address)
    return list(links)[:50]


def _tidy_inline(token: Token) -> list[Token]:
    source = str(token.attrs.get("src", "")) if token.type == "image" else ""
    if token.type != "image" or source.startswith(settings.MEDIA_URL):
        return [token]
    return [
        Token("link_open", "a", 1, attrs={"href": source}),
        Token("text", "", 0, content=token.content or source),
        Token("link_close", "a", -1),
    ]


# --- The parsers ------------------------------------------------------------------------------------------------------


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Tables of bounded size: short rows are filled up with empty cells, so few signs could make many."""
    if start + 1 < end:
        line = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]
        columns = line.strip().strip("|").count("|") + 1
        blank = next((row for row in range(start + 2, end) if state.isEmpty(row)), end)
        if columns > COLUMNS_MOST or columns * (blank - start) > CELLS_MOST:
            return False
    return table_rule(state, start, end, silent)


def _parser(*disabled: str) -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark",
        {"html": False, "linkify": True, "breaks": True, "maxNesting": DEEPEST, "langPrefix": "lang-"},
    )
    parser.enable(["linkify", "table", "strikethrough"])
    parser.disable(["html_block", "html_inline", *disabled])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return parser


_POST = _parser()
_MESSAGE = _parser("heading", "lheading", "table")


def stored(markup: str) -> SafeString:
    """Say that this HTML came out of `cook` and was stored: templates show it as it is."""
    return mark_safe(markup)  # noqa: S308 - the one place
