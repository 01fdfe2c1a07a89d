"""The CommonMark specification's own examples, through our cook: as the specification says, or why not.

What is the same under another name is normalised: our headings begin at h3, a language is `lang-…`, links carry `rel`.
Soft line breaks are drawn as breaks, which the specification allows a renderer to do: their number is checked.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from community import cook

EXAMPLES: dict[int, dict[str, Any]] = {
    example["example"]: example
    for example in json.loads(Path(__file__).with_name("commonmark.json").read_text(encoding="utf-8"))
}
# Differs on purpose, by reason; each reason is a promise that is checked too.
ON_PURPOSE: dict[str, list[int]] = {
    "tags are shown as they were written, they are never HTML": [
        21, 31, *range(148, 194), 203, 310, 311, 346, 477, 478, 479, 493, 496, 526, 538, 615, 616, 617, 618,
        619, 625, *range(627, 634), 645, 646,
    ],
    "links lead to http, https, mailto or a path of this site, else their words stand alone": [
        196, 197, 202, 205, 206, 486, 487, 488, 489, 494, 497, 498, 500, 501, 502, 503, 504, 505, 506, 524,
        569, 598, 600, 601, 603,
    ],
    "pictures come from our own media, others become links": [519, 522, 533, *range(574, 592), 593],
    "addresses are links without angle brackets too": [604, 610, 613],
}  # fmt: skip

Event = tuple[str, Any]


class Reader(HTMLParser):
    """HTML as a list of what it says: tags with their attributes in no order, and texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Event] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append((tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("/" + tag, {}))

    def handle_comment(self, data: str) -> None:
        self.events.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.events.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.events.append(("instruction", data))

    def handle_data(self, data: str) -> None:
        if self.events and self.events[-1][0] == "text":
            data = self.events.pop()[1] + data
        self.events.append(("text", data))


def read(markup: str) -> list[Event]:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader.events


def as_we_would(events: list[Event]) -> Iterator[Event]:
    for name, value in events:
        bare = name.removeprefix("/")
        if len(bare) == 2 and bare[0] == "h" and bare[1].isdecimal():
            name = name[:-1] + str(min(int(bare[1]) + 2, 6))
        if name == "a":
            value = value | {"rel": "nofollow ugc noopener"}
        elif name == "code" and "class" in value:
            value = {"class": value["class"].replace("language-", "lang-", 1)}
        yield name, value


def without_breaks(events: list[Event]) -> list[Event]:
    joined: list[Event] = []
    for name, value in events:
        if name == "br":
            continue
        if name == "text" and joined and joined[-1][0] == "text":
            value = joined.pop()[1] + value
        joined.append((name, value))
    return [(name, value.strip("\n") if name == "text" else value) for name, value in joined if value != "\n"]


def breaks(events: list[Event]) -> int:
    return sum(name == "br" for name, _value in events)


def soft_breaks(tokens: list[Token]) -> int:
    return sum(
        (token.type == "softbreak") + soft_breaks(token.children or []) for token in tokens if token.type != "image"
    )


def cooked(example: dict[str, Any]) -> list[Event]:
    return read(cook.cook(example["markdown"].strip("\n")).html)


def same(ours: list[Event], theirs: list[Event], softly: int) -> bool:
    """Equal, when each soft break counts as a break."""
    return without_breaks(ours) == without_breaks(theirs) and breaks(ours) == breaks(theirs) + softly


def as_specified(example: dict[str, Any]) -> bool:
    softly = soft_breaks(MarkdownIt("commonmark").parse(example["markdown"]))
    return same(cooked(example), list(as_we_would(read(example["html"]))), softly)


def allowed(events: list[Event]) -> Iterator[Event]:
    """What the specification says, after our rules for links and pictures."""
    kept: list[bool] = []
    for name, value in events:
        if name == "a":
            kept.append(may_lead(value["href"]))
            if kept[-1]:
                yield name, value
        elif name == "/a":
            if kept.pop():
                yield name, value
        elif name == "img" and (not may_lead(value["src"]) or any(kept)):
            yield "text", value["alt"] or value["src"]
        elif name == "img":
            yield "a", {"href": value["src"]}
            yield "text", value["alt"] or value["src"]
            yield "/a", {}
        else:
            yield name, value


def may_lead(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https", "mailto") or re.match(r"/[^/\\]|/$", address) is not None


def without_bare_links(events: list[Event]) -> Iterator[Event]:
    for place, (name, value) in enumerate(events):
        around = events[max(place - 2, 0) : place + 3]
        if name == "a" and around[-2:] == [("text", value["href"]), ("/a", {})]:
            continue
        if name == "/a" and around[0][0] == "a" and around[1] == ("text", around[0][1]["href"]):
            continue
        yield name, value


def as_promised(example: dict[str, Any], reason: str) -> bool:
    plain = MarkdownIt("commonmark")
    if reason.startswith("tags"):
        plain = plain.disable(["html_block", "html_inline"])
        theirs = read(plain.render(example["markdown"]))
    else:
        theirs = read(example["html"])
    ours = cooked(example)
    if reason.startswith("addresses"):
        ours = list(without_bare_links(ours))
    softly = soft_breaks(plain.parse(example["markdown"]))
    return same(ours, list(as_we_would(list(allowed(theirs)))), softly)


REASON = {number: reason for reason, numbers in ON_PURPOSE.items() for number in numbers}


def test_these_are_all_examples_of_the_specification() -> None:
    assert list(EXAMPLES) == list(range(1, 656))
    assert len(REASON) == sum(map(len, ON_PURPOSE.values()))


@pytest.mark.parametrize("number", EXAMPLES)
def test_an_example_is_cooked_as_specified_or_differs_as_promised(number: int) -> None:
    example = EXAMPLES[number]
    if number not in REASON:
        assert as_specified(example), (example["markdown"], example["html"], cook.cook(example["markdown"]).html)
        return
    assert not as_specified(example), "this example may leave the list"
    assert as_promised(example, REASON[number]), (example["markdown"], cook.cook(example["markdown"]).html)
