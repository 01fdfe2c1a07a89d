"""What comes out of the cook: only what is listed, however the text tries; bounded, however long it is."""

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community import cook, rules
from community.cooking.emoji import EMOJI
from tests.community.forum.hostile import VECTORS

MORE = {"a": {"rel"}, "img": {"loading", "decoding"}, "span": {"tabindex"}}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def assert_listed(markup: str) -> None:
    reader = Reader()
    reader.feed(markup)
    for tag, attributes in reader.found:
        assert tag in cook.TAGS, tag
        for name, value in attributes.items():
            assert name in cook.ATTRIBUTES.get(tag, set()) | MORE.get(tag, set()), (tag, name)
            value = value or ""
            if name == "href":
                assert urlsplit(value).scheme in ("http", "https", "mailto") or (
                    value[:1] == "/" and value[1:2] not in ("/", "\\")
                )
                assert attributes["rel"] == "nofollow ugc noopener"
            if name == "src":
                assert value.startswith("/media/")
                assert ".." not in unquote(value)
            if name == "class":
                assert tag == "code" or set(value.split()) <= cook.CLASSES
            if name == "tabindex":
                assert value == "0"


PEOPLE = {"mei": cook.Named(1, "/members/mei/"), "team": cook.Named(2, "", "mention-group")}
TAGS = {"tea": cook.Named(3, "/forum/tags/tea/", "tag")}


def cook_everything(raw: str) -> cook.Cooked:
    """As a post, with people, tags and hostile cards."""
    address = (cook.cook(raw).bare or [""])[0]
    cards = {address: cook.Card(address, raw[:200], raw[:300], raw[:60])}
    return cook.cook(raw, lambda handles: PEOPLE, tags=lambda words: TAGS, cards=cards)


def cook_message(raw: str) -> cook.Cooked:
    return cook.cook_message(raw, lambda handles: PEOPLE)


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("kitchen", [cook_everything, cook_message])
def test_hostile_text_yields_only_what_is_listed(vector: str, kitchen: Callable[[str], cook.Cooked]) -> None:
    cooked = kitchen(cook.clean(vector))
    assert_listed(cooked.html)
    assert cook.sanitize(cooked.html) == cooked.html  # doing it twice changes nothing
    for address in cooked.links:
        assert_listed(f'<a href="{address}" rel="nofollow ugc noopener">')


def test_the_sanitizer_alone_would_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the parser let tags through one day, nothing but the listed ones would leave the cook."""
    for attack in VECTORS:
        assert_listed(cook.sanitize(attack.replace("javascript:", "javascript&colon;")))
        assert_listed(cook.sanitize(f'<a href="{attack}" onclick="x">x</a><img src="{attack}">'))


N = rules.RAW_LONGEST
HOSTILE = {
    "unclosed brackets": "[" * N,
    "unclosed images": "![" * (N // 2),
    "deep quotes": ">" * N,
    "deep lists": "- " * (N // 2),
    "stairs": "".join("  " * depth + "- a\n" for depth in range(130)),
    "stars": "**a" * (N // 3),
    "underscores": "_a" * (N // 2),
    "emphasis of all kinds": "*a **b _c __d " * (N // 14),
    "tildes": "~~a" * (N // 3),
    "backticks of all lengths": "".join("`" * length + " " for length in range(1, 199)),
    "angle brackets": "<" * N,
    "ampersands": "&" * N,
    "entities": "&#x" * (N // 3),
    "half links": "[a](b" * (N // 5),
    "references": "".join(f"[a{number}]: /b\n" for number in range(1400)),
    "one reference used often": "[a]: /b\n\n" + "[a]" * (N // 3 - 10),
    "wide table": "|a" * 3000 + "|\n" + "|-" * 3000 + "|\n" + "|a\n" * 2000,
    "30 columns, short rows": "|a" * 30 + "|\n" + "|-" * 30 + "|\n" + "|\n" * 9000,
    "long table": "a|b\n-|-\n" + "a|b\n" * (N // 4 - 4),
    "addresses": "http://a.b/ " * (N // 12),
    "one long address": "http://" + "a." * (N // 2 - 10),
    "mentions": "@aa " * (N // 4),
    "many lists": "-\n" * (N // 2),
    "many quotes": "> a\n\n" * (N // 5),
    "many headings": "#\n" * (N // 2),
    "lines": "a\n" * (N // 2),
    "parentheses": "[a](" + "(" * (N - 10),
    "empty links, each nine times its size": "[](/)" * 300,
    "chinese": "老友" * (N // 2),
    "spoilers": "||a" * (N // 3),
    "bars": "|" * N,
    "spoilers in stars": "||**a" * (N // 5),
    "emoji": ":cat:" * (N // 5),
    "colons": ":a" * (N // 2),
    "tags": "#tea " * (N // 5),
    "one long handle": "@" + "a." * (N // 2 - 1),
    "ats": "@" * N,
    "quotes with a source": "> @mei in #1:\n\n" * (N // 16),
    "half sources": "> @mei in [#1](/t/" * (N // 18),
    "boxes": "- [ ] a\n" * (N // 8),
    "addresses that are none": "www.a.b\n" * (N // 8),
    "mail addresses": "mailto:a@b.c\n" * (N // 13),
    "lists in lists beside tables that are none": '- - - - - """""\n|-|-|\n' * (N // 21),
    "lists with closed brackets": "a\n1. ](/a)" * (N // 10),
    "bare addresses": "http://a.b/\n" * (N // 12),
    "pictures": "![a|9x9](/media/a) " * (N // 19),
    "pictures in pictures": "![" * 390 + "a" + "](/media/a)" * 390,
    "links in links": "[" * 390 + "a" + "](/a)" * 390,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_at_the_limit_stays_small(name: str) -> None:
    raw = cook.clean(HOSTILE[name][:N])
    started = time.thread_time()  # the processor's time of this thread: a busy machine changes nothing
    cooked = cook.cook(raw, lambda handles: PEOPLE, tags=lambda words: TAGS)
    assert time.thread_time() - started < 2  # a hang, not a measurement: the guards below are the promise
    assert len(cooked.html) <= max(8 * len(raw), cook.OUTPUT_FLOOR)
    assert len(cooked.html) <= 256_000
    assert_listed(cooked.html)


def test_a_table_has_at_most_thirty_columns() -> None:
    for columns, tables in ((30, 1), (31, 0)):
        for edge in ("", "|"):
            row, rule = ("|".join(["a"] * columns), "|".join(["-"] * columns))
            text = f"{edge}{row}{edge}\n{edge}{rule}{edge}\n{edge}{row}{edge}"
            assert cook.cook(text).html.count("<table>") == tables


def test_quotes_are_at_most_twenty_deep() -> None:
    assert cook.cook("> " * 60 + "deep").html.count("<blockquote>") <= 20


def test_people_are_named_outside_of_code_and_links() -> None:
    asked: list[list[str]] = []

    def resolve(handles):  # type: ignore[no-untyped-def]
        asked.append(list(handles))
        return {
            handle: cook.Named(number, f"/members/{handle}/")
            for number, handle in enumerate(["mei", "老陈"])
            if handle in handles
        }

    text = "@Mei and @老陈, not `@ada` nor [@bob](https://b.example) nor me@mei.example nor @nobody"
    cooked = cook.cook(text, resolve)
    assert asked == [["mei", "老陈", "nobody"]]
    assert cooked.mentions == [0, 1]
    assert cooked.html.count('class="mention"') == 2
    assert "<code>@ada</code>" in cooked.html
    many = cook.cook(" ".join(f"@name{number}" for number in range(40)), resolve)
    assert len(asked[-1]) == 10
    assert many.mentions == []


def test_what_people_write_looks_as_they_meant() -> None:
    assert cook.cook("# Big\n\nline\nbreak ~~no~~").html == "<h3>Big</h3>\n<p>line<br>\nbreak <s>no</s></p>\n"
    assert cook.cook("2 < 3 & <b>x</b>").html == "<p>2 &lt; 3 &amp; &lt;b&gt;x&lt;/b&gt;</p>\n"
    assert 'class="lang-python"' in cook.cook("```python\nx < 1\n```").html
    assert '<td align="right">' in cook.cook("|a|\n|-:|\n|1|").html
    assert cook.cook_message("# not big").html == "<p># not big</p>\n"
    assert cook.cook("![tea](https://pictures.example/tea.jpg)").html == (
        '<p><a href="https://pictures.example/tea.jpg" rel="nofollow ugc noopener">tea</a></p>\n'
    )
    assert cook.clean("  \r\nCafe\u0301\r\n\x00\x07  ") == "Café"


@pytest.mark.parametrize("text", ["\u200b\u200d", "\u2800\n\u3164", "\u202e\u2060", "\ufe0f"])
def test_what_shows_nothing_is_nothing(text: str) -> None:
    assert cook.clean(text) == ""
    assert cook.clean(text + "茶") == text + "茶"


PIECES = ["**", "_", "~~", "||", "`", "```", "[", "](", ")", "](/a)", "](javascript:a)", "![", "](/media/a.webp)", "<", ">", "<b ", "&", "&#", ";", "#", "# ", "#tea", "@mei", "@team", ":cat:", "> ", "- ", "- [ ] ", "1. ", "\n", "\n\n", "    ", "|", "\n|-|-|\n", "https://a.example/", "[a]: /b", "\\", "'", '"', "a", " ", "老友", "> @mei in #1:\n"]  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_listed_bounded_and_cooked_for_good(text: str) -> None:
    raw = cook.clean(text)
    assert cook.clean(raw) == raw
    for kitchen in (cook_everything, cook_message):
        cooked = kitchen(raw)
        assert_listed(cooked.html)
        assert cook.sanitize(cooked.html) == cooked.html
        assert kitchen(raw) == cooked
    assert len(cook.cook(raw).html) <= max(8 * len(raw), cook.OUTPUT_FLOOR)


# --- Our dialect -------------------------------------------------------------------------------------------------------


def test_a_quote_says_whose_words_it_holds_and_where_they_are() -> None:
    cooked = cook_everything("> @mei in [#12](/t/white-tea-abc/12/):\n> It rests.\n>\n> Long.\n\n@team look")
    assert cooked.html == (
        '<blockquote class="quote">\n<p><small><a href="/members/mei/" class="mention" rel="nofollow ugc noopener">@mei</a> in '
        '<a href="/t/white-tea-abc/12/" rel="nofollow ugc noopener">#12</a>:</small></p>\n<p>It rests.</p>\n<p>Long.</p>\n'
        '</blockquote>\n<p><span class="mention-group">@team</span> look</p>\n'
    )
    assert cooked.mentions == []  # mei heard of it when it was written
    assert cooked.groups == [2]
    for source in ("@mei in #12:", "@mei 在 #12：", "@老陈 #3:"):
        assert 'class="quote"' in cook.cook(f"> {source}\n>\n> words").html
    for plain in ("@mei in town:", "mei in #12:", "@mei in #12: and more"):
        assert "class" not in cook.cook(f"> {plain}\n> words").html


def test_names_inside_of_quotes_and_code_tell_nobody_and_cost_nothing() -> None:
    assert cook_everything("> @mei said\n\n`@mei` [@mei](/x)").mentions == []
    assert cook_everything("> @mei said\n\nYes, @Mei!").mentions == [1]
    asked: list[list[str]] = []

    def resolve(handles):  # type: ignore[no-untyped-def]
        asked.append(list(handles))
        return {}

    cook.cook("> @one @two\n\n@three @four", resolve, mentions_most=2)
    assert asked == [["three", "four"]]
    assert cook.cook("\\@mei", lambda handles: PEOPLE).mentions == []
    assert cook.cook("&#64;mei", lambda handles: PEOPLE).mentions == []


def test_tags_lead_to_their_lists() -> None:
    cooked = cook.cook("#Tea is #12, not https://a.example/#tea nor a#tea nor `#tea`", tags=lambda words: TAGS)
    assert cooked.tags == [3]
    assert cooked.html.count('class="tag"') == 1
    assert '<a href="/forum/tags/tea/" class="tag" rel="nofollow ugc noopener">#Tea</a> is #12' in cooked.html


def test_emoji_have_names() -> None:
    assert cook.cook("Hi :wave: [:tea:](/x) :+1: `:cat:` \\:cat: :nothing: 10:20:30 https://a.example/:cat:").text == (
        "Hi 👋 🍵 👍 :cat: :cat: :nothing: 10:20:30 https://a.example/:cat:"
    )
    assert len(EMOJI) > 200
    assert all(re.fullmatch("[a-z0-9_+-]{1,30}", name) and len(sign) <= 4 for name, sign in EMOJI.items())


def test_spoilers_are_seen_on_demand_without_script() -> None:
    assert cook.cook("It is ||the **cat**||, a || b || c").html == (
        '<p>It is <span class="spoiler" tabindex="0">the <strong>cat</strong></span>, a || b || c</p>\n'
    )
    assert cook.cook("`||a||` \\||b||").html == "<p><code>||a||</code> ||b||</p>\n"


def test_pictures_of_ours_have_their_size_and_wait() -> None:
    assert cook.cook("![white tea|640x480](/media/posts/a.webp)").html == (
        '<p><img src="/media/posts/a.webp" alt="white tea" width="640" height="480" loading="lazy" decoding="async"></p>\n'
    )
    cooked = cook.cook("![a](/media/a.webp) ![b](https://b.example/b.png) [![c](https://c.example/c.png)](/x)")
    assert cooked.images == 1
    assert cooked.links == ["https://b.example/b.png", "/x"]
    for climbing in ("/media/../x", "/media/%2e%2e/x", "/media/%2E./x", "/media/%5C/x", "/mediaevil/x"):
        assert "<img" not in cook.cook(f"![a]({climbing})").html


def test_boxes_show_what_is_done() -> None:
    assert cook.cook("- [ ] milk\n- [x] tea").text == "☐ milk\n☑ tea"


def test_addresses_alone_on_their_line_may_become_cards() -> None:
    a, b, c, d = (f"https://{letter}.example/" for letter in "abcd")
    raw = f"{a}\n\nfirst\n{b}\nlast, {c}\n\n> {c}\n\n- {c}\n\n[{c}]({c})\n\n<{d}>"
    cooked = cook.cook(raw)
    assert cooked.bare == [a, b, d]
    cards = {b: cook.Card(b, "White <tea>", "How & when", "Tea & co"), d: cook.Card(d, "")}
    again = cook.cook(raw, cards=cards)
    assert again.html == cooked.html.replace(
        f'<a href="{b}" rel="nofollow ugc noopener">{b}</a>',
        f'<a href="{b}" class="link-card" rel="nofollow ugc noopener"><small>Tea &amp; co</small> '
        "<strong>White &lt;tea&gt;</strong> <span>How &amp; when</span></a>",
    )
    assert cook.cook("\n".join([a, b, c, d])).bare == [a, b, c]
    assert cook.cook("mailto:a@b.example").bare == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("He said ||the butler|| did it, and ||twice||.", "He said … did it, and …."),
        ("||all of it :tea: and **more**||", "…"),
        ("before ||one|| between ||two||", "before … between …"),
        ("nothing hidden, :tea: here", None),
    ],
)
def test_what_a_spoiler_hides_is_in_no_excerpt(raw: str, words: str | None) -> None:
    text = cook.cook(raw).text
    assert words is None or text == words
    assert "butler" not in text and "more" not in text
