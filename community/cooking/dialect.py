"""What our Markdown says beyond CommonMark, done to the parsed tokens before they are drawn.

`@name` and `#tag` (who and what they mean is asked of the caller), `:emoji:`, quotes with their source, pictures with
their size, boxes of a list of tasks, and cards for addresses that stand alone on their line.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from community.cooking.allowed import is_link, is_media
from community.cooking.emoji import EMOJI

MENTIONS_MOST, TAGS_MOST, LINKS_MOST, CARDS_MOST = 10, 10, 50, 3

_HANDLE = r"[\w][\w.-]{0,28}\w"
_WORD = re.compile(
    rf"(?<![\w@/.])@(?P<person>{_HANDLE})"
    r"|(?<![\w#/&.])#(?P<tag>\w[\w-]{0,18}\w)"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+-]{1,30}):(?!\w)"
)
_SOURCE = re.compile(
    rf"@{_HANDLE}(?: in| 在)? (?:#\d{{1,9}}|\[#\d{{1,9}}\]\(/(?:t|chat)/[^\s()]{{1,200}}\)) ?[:\uff1a]"
)
_SIZE = re.compile(r"(.*)\|([1-9]\d{0,3})x([1-9]\d{0,3})", re.S | re.A)
_BOX = re.compile(r"\[([ xX])\] ")


@dataclass(frozen=True)
class Named:
    """Somebody or something that can be named: a member, a group (kind "mention-group") or a tag (kind "tag")."""

    id: int
    url: str
    kind: str = "mention"


Resolve = Callable[[Sequence[str]], Mapping[str, Named]]
"""Words as written (at most ten) → what they name; keys in lower case, unknown ones missing."""


@dataclass(frozen=True)
class Card:
    """What another site says about one of its pages: hostile text like any other."""

    url: str
    title: str
    description: str = ""
    site: str = ""


@dataclass(frozen=True)
class Names:
    """Who and what a text names. Those inside a quote are drawn, but were told when the quoted text was written."""

    mentions: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)


# --- Names and emoji ---------------------------------------------------------------------------------------------------


def draw_names(tokens: Sequence[Token], people: Resolve | None, tags: Resolve | None, most: int) -> Names:
    """Turn @handle and #tag into links, outside of code and links, and :name: into its emoji."""
    wanted: dict[str, dict[str, bool]] = {"person": {}, "tag": {}}  # word → outside of a quote
    quoted = 0
    for token in tokens:
        quoted += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        for child, linked in _texts(token.children or ()):
            for match in () if linked else _WORD.finditer(child.content):
                if (kind := match.lastgroup) in wanted and not match[0].removeprefix("#").isdecimal():
                    word = match[kind].lower()
                    wanted[kind][word] = wanted[kind].get(word, False) or not quoted
    known = {"person": _ask(people, wanted["person"], most), "tag": _ask(tags, wanted["tag"], TAGS_MOST)}
    for token in tokens:
        if token.children:
            token.children = list(_with_names(token.children, known))
    told = [known["person"][word] for word, outside in wanted["person"].items() if outside and word in known["person"]]
    return Names(
        mentions=_ids(one for one in told if one.kind == "mention"),
        groups=_ids(one for one in told if one.kind == "mention-group"),
        tags=_ids(known["tag"][word] for word in wanted["tag"] if word in known["tag"]),
    )


def _ask(resolve: Resolve | None, words: Mapping[str, bool], most: int) -> Mapping[str, Named]:
    """Those outside of quotes first, so that a long quote does not use up what the writer may say."""
    asked = sorted(words, key=lambda word: not words[word])[:most]
    return {word: one for word, one in resolve(asked).items() if word in asked} if resolve and asked else {}


def _ids(named: Iterator[Named] | Sequence[Named]) -> list[int]:
    return list(dict.fromkeys(one.id for one in named))


def _texts(children: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    """The texts that may be changed, and whether each is inside a link; the words of a bare address are left alone."""
    links: list[bool] = []
    for child in children:
        if child.type == "link_open":
            links.append(child.info == "auto")
        elif child.type == "link_close":
            links.pop()
        elif child.type == "text" and not any(links):
            yield child, bool(links)


def _with_names(children: Sequence[Token], known: Mapping[str, Mapping[str, Named]]) -> Iterator[Token]:
    changeable = {id(child): linked for child, linked in _texts(children)}
    for child in children:
        if id(child) in changeable:
            yield from _split(child.content, known if not changeable[id(child)] else {})
        else:
            if child.type == "text_special":  # a sign that was escaped, or an entity
                child.type = "text"
            yield child


def _split(content: str, known: Mapping[str, Mapping[str, Named]]) -> Iterator[Token]:
    start, said = 0, ""
    for match in _WORD.finditer(content):
        kind = match.lastgroup or ""
        word = match[kind]
        if kind == "emoji":
            said, start = said + content[start : match.start()] + EMOJI.get(word, match[0]), match.end()
        elif named := known.get(kind, {}).get(word.lower()):
            yield text(said + content[start : match.start()])
            yield from _named(match[0], named)
            said, start = "", match.end()
    yield text(said + content[start:])


def _named(words: str, named: Named) -> Iterator[Token]:
    if named.url:
        yield from link(named.url, words, named.kind)
    else:
        yield from wrapped("span", [text(words)], {"class": named.kind})


# --- Blocks ------------------------------------------------------------------------------------------------------------


def draw_sources(tokens: Sequence[Token]) -> list[Token]:
    """A quote that begins with `@name in #12:` (or `[#12](/t/…/12/)`, `[#12](/chat/…/12/)`) says whose words it holds and where."""
    result: list[Token] = []
    for place, token in enumerate(tokens):
        opened = [before.type for before in tokens[max(place - 2, 0) : place]]
        if opened != ["blockquote_open", "paragraph_open"] or not _SOURCE.fullmatch(token.content.split("\n", 1)[0]):
            result.append(token)
            continue
        result[-2].attrs["class"] = "quote"
        children = token.children or []
        cut = next((at for at, child in enumerate(children) if child.type == "softbreak"), len(children))
        token.children = list(wrapped("small", children[:cut]))
        result.append(token)
        if rest := children[cut + 1 :]:
            body = Token("inline", "", 0, content=token.content.split("\n", 1)[1], children=rest)
            result += [Token("paragraph_close", "p", -1, block=True), Token("paragraph_open", "p", 1, block=True), body]
    return result


def draw_boxes(tokens: Sequence[Token]) -> None:
    """`- [ ]` and `- [x]` begin with a box; the text stays the only place where it is ticked."""
    for place, token in enumerate(tokens):
        if token.children and [one.type for one in tokens[max(place - 2, 0) : place]] == [
            "list_item_open",
            "paragraph_open",
        ]:
            first = token.children[0]
            if first.type == "text" and (match := _BOX.match(first.content)):
                first.content = ("☐ " if match[1] == " " else "☑ ") + first.content[match.end() :]


def tidy(tokens: Sequence[Token]) -> tuple[list[str], int]:
    """Headings below the page's own, alignment without style, foreign pictures as links.

    Answers the addresses linked (each once, at most fifty) and how many pictures are shown.
    """
    links: dict[str, None] = {}
    images = 0
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        elif token.type in ("th_open", "td_open") and (style := str(token.attrs.pop("style", ""))):
            token.attrs["align"] = style.removeprefix("text-align:")
        if token.children:
            token.children = list(_addresses(token.children))
            images += sum(child.type == "image" for child in token.children)
            for child in token.children:
                if child.type == "link_open" and child.attrs.get("class") is None:
                    links.setdefault(str(child.attrs["href"]))
    return list(links)[:LINKS_MOST], images


def _addresses(children: Sequence[Token]) -> Iterator[Token]:
    """Links to where nobody may lead are words only; pictures from elsewhere are links, and words inside of a link."""
    kept: list[bool] = []  # the links that are open; there is at most one, but the parser's word is not ours
    for child in children:
        if child.type == "link_open":
            kept.append(is_link(str(child.attrs.get("href", ""))) and not any(kept))
            if kept[-1]:
                yield child
        elif child.type == "link_close":
            if kept.pop():
                yield child
        elif child.type == "image":
            yield from _picture(child, linked=any(kept))
        else:
            yield child


def _picture(token: Token, *, linked: bool) -> Iterator[Token]:
    source = str(token.attrs.get("src", ""))
    words = plain_words(token.children or ())
    if not is_media(source):
        yield from [text(words or source)] if linked or not is_link(source) else link(source, words or source)
        return
    if match := _SIZE.fullmatch(words):  # the composer writes the size, so that nothing jumps while it loads
        words = match[1]
        token.attrs |= {"width": match[2], "height": match[3]}
    token.attrs |= {"loading": "lazy", "decoding": "async"}
    token.children = [text(words)]
    yield token


# --- Cards -------------------------------------------------------------------------------------------------------------


def draw_cards(tokens: Sequence[Token], cards: Mapping[str, Card]) -> list[str]:
    """The addresses that stand alone on a line of a paragraph of their own level; those with a card become it."""
    found: dict[str, None] = {}
    for place, token in enumerate(tokens):
        if token.type == "inline" and token.level == 1 and tokens[place - 1].type == "paragraph_open":
            token.children = [piece for line in _lines(token.children or ()) for piece in _card(line, cards, found)]
    return list(found)


def _lines(children: Sequence[Token]) -> Iterator[list[Token]]:
    line: list[Token] = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            yield line
            yield [child]
            line = []
        else:
            line.append(child)
    yield line


def _card(line: list[Token], cards: Mapping[str, Card], found: dict[str, None]) -> list[Token]:
    seen = [token for token in line if token.type != "text" or token.content.strip()]
    if [token.type for token in seen] != ["link_open", "text", "link_close"] or seen[0].info != "auto":
        return line
    address = str(seen[0].attrs.get("href", ""))
    if not address.lower().startswith(("http://", "https://")) or not is_link(address) or len(found) >= CARDS_MOST:
        return line
    found.setdefault(address)
    card = cards.get(address)
    if card is None or not card.title:
        return line
    parts = [*wrapped("strong", [text(card.title)])]
    if card.site:
        parts = [*wrapped("small", [text(card.site)]), text(" "), *parts]
    if card.description:
        parts += [text(" "), *wrapped("span", [text(card.description)])]
    return list(wrapped("a", parts, {"href": address, "class": "link-card"}))


# --- Small tokens ------------------------------------------------------------------------------------------------------


def text(content: str) -> Token:
    """Words, as they are."""
    return Token("text", "", 0, content=content)


def wrapped(
    tag: str, inside: Sequence[Token], attributes: dict[str, str | int | float] | None = None
) -> Iterator[Token]:
    """`inside` between an opening and a closing tag."""
    name = "link" if tag == "a" else tag
    yield Token(f"{name}_open", tag, 1, attrs=attributes or {})
    yield from inside
    yield Token(f"{name}_close", tag, -1)


def link(address: str, words: str, kind: str = "") -> Iterator[Token]:
    """A link of ours."""
    yield from wrapped("a", [text(words)], {"href": address, "class": kind} if kind else {"href": address})


def plain_words(children: Sequence[Token]) -> str:
    """The words of some tokens, without what is around them."""
    return "".join(
        plain_words(child.children) if child.children else "\n" if child.type == "softbreak" else child.content
        for child in children
    )
