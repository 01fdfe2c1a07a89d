"""The text of a campaign: a few marks, a few variables, nothing that runs. Pure.

Marks: a blank line starts a paragraph, "- " a list item, **bold**, [words](https://… or /path). Variables stand in braces.
The template is read first and filled afterwards, so a name like "[x](https://…)" stays a name. A paragraph or list item
whose variable has nothing true to say for this member is left out whole; nothing is ever filled with a blank.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

VARIABLES = ("name", "site", "coupon", "offer", "expires", "points", "news")
ALWAYS_TRUE = ("name", "site")
OF_THE_OFFER = ("coupon", "offer", "expires")

_ADDRESS = r"https?://[^\s\"'<>)]+|/[^\s\"'<>)/][^\s\"'<>)]*|/"
_LINK = re.compile(_ADDRESS)
_PIECES = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*"
    rf"|\[(?P<words>[^\]\n]+)\]\((?P<link>{_ADDRESS})\)"
    r"|\{(?P<name>\w+)\}"
)


@dataclass(frozen=True)
class Problem:
    """Why a text may not be saved. `word` is the piece it is about."""

    code: str
    word: str = ""


@dataclass(frozen=True)
class News:
    """One true sentence with the place where it can be seen."""

    kind: str
    text: str
    url: str


@dataclass(frozen=True)
class Filled:
    """What is true for one member now; None means that there is nothing to say."""

    values: Mapping[str, str | None]
    news: Sequence[News] = ()


def problems(*, subject: str, body: str, has_offer: bool) -> list[Problem]:
    """Everything that keeps this text from being saved, in reading order."""
    found = [*_brace_problems(subject), *_brace_problems(body), *_link_problems(body)]
    known = [name for name in names(body) if name in VARIABLES]
    found += [
        Problem("not_in_subject", name) for name in names(subject) if name in VARIABLES and name not in ALWAYS_TRUE
    ]
    if not has_offer:
        found += [Problem("no_offer", name) for name in known if name in OF_THE_OFFER]
    elif "coupon" not in known:
        found.append(Problem("code_missing", "coupon"))
    return list(dict.fromkeys(found))


def names(text: str) -> list[str]:
    """Variables of a text, in order."""
    return re.findall(r"\{(\w+)\}", text)


def fill_line(text: str, filled: Filled) -> str:
    """A subject with its variables filled."""
    return " ".join(re.sub(r"\{(\w+)\}", lambda match: filled.values.get(match[1]) or "", text).split())


def as_text(body: str, filled: Filled) -> str:
    """The text part."""
    return "\n\n".join(_blocks(body, filled, _plain, _news_plain, "\n".join, lambda text: text))


def as_html(body: str, filled: Filled) -> str:
    """The HTML part: escaped, and made of p, ul, li, strong, a and the coupon's box alone."""
    return "\n".join(
        _blocks(
            body, filled, _marked, _news_marked, lambda items: f"<ul>{''.join(items)}</ul>", lambda t: f"<p>{t}</p>"
        )
    )


def _blocks(
    body: str,
    filled: Filled,
    inline: Callable[[str, Filled], str],
    news: Callable[[Sequence[News]], str],
    as_list: Callable[[list[str]], str],
    as_paragraph: Callable[[str], str],
) -> list[str]:
    blocks: list[str] = []
    for chunk in re.split(r"\n[ \t]*\n", body.replace("\r\n", "\n").strip()):
        lines = [line for line in chunk.splitlines() if _is_true(line, filled)]
        if not lines:
            continue
        if chunk.strip() == "{news}":
            blocks.append(news(filled.news))
        elif chunk.strip() == "{coupon}":
            blocks.append(_coupon(filled, inline is _marked))
        elif all(line.lstrip().startswith("- ") for line in lines):
            items = [inline(line.lstrip()[2:], filled) for line in lines]
            blocks.append(as_list([f"<li>{item}</li>" if inline is _marked else f"- {item}" for item in items]))
        elif _is_true(chunk, filled):
            blocks.append(as_paragraph(inline("\n".join(lines), filled)))
    return blocks


def _is_true(text: str, filled: Filled) -> bool:
    return all(filled.news if name == "news" else filled.values.get(name) for name in names(text))


def _coupon(filled: Filled, marked: bool) -> str:
    code = filled.values.get("coupon") or ""
    offer = filled.values.get("offer") or ""
    if not marked:
        return f"{offer}: {code}" if offer else code
    return f'<div class="coupon">{html.escape(offer)}<br><span class="code">{html.escape(code)}</span></div>'


def _plain(text: str, filled: Filled) -> str:
    def piece(match: re.Match[str]) -> str:
        if match["name"]:
            return _value(match["name"], filled)
        if match["bold"]:
            return _plain(match["bold"], filled)
        return f"{_plain(match['words'], filled)} ({_absolute(match['link'], filled)})"

    return _PIECES.sub(piece, text)


def _marked(text: str, filled: Filled) -> str:
    pieces, end = [], 0
    for match in _PIECES.finditer(text):
        pieces.append(html.escape(text[end : match.start()]))
        end = match.end()
        if match["name"]:
            pieces.append(html.escape(_value(match["name"], filled)))
        elif match["bold"]:
            pieces.append(f"<strong>{_marked(match['bold'], filled)}</strong>")
        else:
            pieces.append(_anchor(_absolute(match["link"], filled), _marked(match["words"], filled)))
    return ("".join(pieces) + html.escape(text[end:])).replace("\n", "<br>\n")


def _value(name: str, filled: Filled) -> str:
    if name == "news":
        return "; ".join(one.text for one in filled.news)
    return filled.values.get(name) or ""


def _news_plain(news: Sequence[News]) -> str:
    return "\n".join(f"- {one.text}\n  {one.url}" for one in news)


def _news_marked(news: Sequence[News]) -> str:
    return f"<ul>{''.join(f'<li>{_anchor(one.url, html.escape(one.text))}</li>' for one in news)}</ul>"


def _anchor(address: str, words: str) -> str:
    return f'<a href="{html.escape(address)}">{words}</a>'


def _absolute(link: str, filled: Filled) -> str:
    return f"{filled.values.get('root') or ''}{link}" if link.startswith("/") else link


def _brace_problems(text: str) -> list[Problem]:
    found = [Problem("unknown_variable", name) for name in names(text) if name not in VARIABLES]
    if re.search(r"[{}]", re.sub(r"\{\w+\}", "", text)):
        found.append(Problem("stray_brace"))
    return found


def _link_problems(body: str) -> list[Problem]:
    links = re.findall(r"\[[^\]\n]+\]\(([^)\n]*)\)", body)
    return [Problem("unsafe_link", link) for link in links if not _LINK.fullmatch(link)]
