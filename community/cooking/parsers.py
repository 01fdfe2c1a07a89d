"""Two Markdown parsers, for posts and for chat messages: CommonMark without HTML, plus tables, ~~struck~~ and ||spoilers||."""

from typing import cast

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as table_rule
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

DEEPEST = 20
COLUMNS_MOST, CELLS_MOST = 30, 2_000
_BAR = ord("|")


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Tables of bounded size: short rows are filled up with empty cells, so few signs could make many."""
    if start + 1 < end:
        line = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]
        columns = line.strip().strip("|").count("|") + 1
        blank = next((row for row in range(start + 2, end) if state.isEmpty(row)), end)
        if columns > COLUMNS_MOST or columns * (blank - start) > CELLS_MOST:
            return False
    return table_rule(state, start, end, silent)


def _open_spoilers(state: StateInline, silent: bool) -> bool:
    """Each || may open or close a spoiler, by the rules of emphasis: "a || b" does neither."""
    if silent or state.src[state.pos] != "|":
        return False
    run = state.scanDelims(state.pos, True)
    state.push("text", "", 0).content = "|" * run.length  # the whole run, else a long one is measured at each sign
    if run.length == 2:
        token = len(state.tokens) - 1
        state.delimiters.append(
            Delimiter(marker=_BAR, length=0, token=token, end=-1, open=run.can_open, close=run.can_close)
        )
    state.pos += run.length
    return True


def _close_spoilers(state: StateInline) -> None:
    inner = (cast("list[Delimiter]", meta["delimiters"]) for meta in state.tokens_meta if meta and "delimiters" in meta)
    for delimiters in (state.delimiters, *inner):
        for delimiter in delimiters:
            if delimiter.marker != _BAR or delimiter.end == -1:
                continue
            opening, closing = state.tokens[delimiter.token], state.tokens[delimiters[delimiter.end].token]
            opening.type, opening.tag, opening.nesting, opening.content = "spoiler_open", "span", 1, ""
            opening.attrs = {"class": "spoiler", "tabindex": "0"}
            closing.type, closing.tag, closing.nesting, closing.content = "spoiler_close", "span", -1, ""


def _parser(*disabled: str) -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark",
        {"html": False, "linkify": True, "breaks": True, "maxNesting": DEEPEST, "langPrefix": "lang-"},
    )
    parser.enable(["linkify", "table", "strikethrough"])
    # text_join would make "\@mei" a mention: the dialect tells escaped signs apart first and joins nothing.
    parser.disable(["html_block", "html_inline", "text_join", *disabled])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.inline.add_terminator_char("|")
    parser.inline.ruler.after("strikethrough", "spoiler", _open_spoilers)
    parser.inline.ruler2.after("strikethrough", "spoiler", _close_spoilers)
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return parser


POST = _parser()
MESSAGE = _parser("heading", "lheading", "table")
