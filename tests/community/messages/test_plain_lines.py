"""A plain line of chat is cooked without a parser, and nobody can tell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community import cook
from community.cooking import parsers
from community.cooking.dialect import Named

NAMES = {name: Named(number, f"/members/{name}/") for number, name in enumerate(("ann", "10", "tea"), 1)}
PIECES = [
    *"abcXYZ019 ,.!?'\"();%$€+=-/:*_`~|#@[]<>&\\^{}、。，！？：；（）「」【】　…—–’“”",
    *(
        "tea",
        "茶",
        "ſ",
        "İ",
        "٣",
        "Ⅷ",
        "é",
        "ก็",
        "👍",
        "🏽",
        "👨‍👩‍👧",
        "❤️",
        "\u00a0",
        "\u200b",
        "\u2028",
        "\ufeff",
        "\u00ad",
    ),
    *("1. ", "12) ", "- ", "+ ", "---", "===", "    ", "\n", "\t", "//", "http:", "https://a.b", "mailto:a@b.cc"),
    *(
        "www.tea.example",
        "ftp:/x",
        ":100:",
        ":tea:",
        ":+1:",
        "10:30",
        "10:30:15",
        "a:b",
        "@ann",
        "#tea",
        "/me ",
        "&amp;",
    ),
]


def parsed(raw: str) -> cook.Cooked:
    return cook._cook(parsers.MESSAGE, raw, lambda handles: NAMES, None, None, cook.MESSAGE_MENTIONS_MOST)


def same(text: str) -> bool:
    raw = cook.clean(text)
    assert not raw or cook.cook_message(raw, lambda handles: NAMES) == parsed(raw)
    return cook._PLAIN_LINE.fullmatch(raw) is not None


@given(
    st.one_of(
        st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
        st.from_regex(cook._PLAIN_LINE, fullmatch=True).map(lambda raw: raw[:300]),
        st.text(max_size=40),
    )
)
@settings(max_examples=300, deadline=None)
def test_what_needs_no_parser_is_cooked_as_the_parser_would(text: str) -> None:
    same(text)


def test_every_sign_there_is() -> None:
    """All of Unicode, between words and alone, a thousand signs a line."""
    for begin in range(0, 0x110000, 1_000):
        signs = [cook.clean(f"a{chr(code)}b") for code in range(begin, min(begin + 1_000, 0x110000))]
        plain = [raw for raw in signs if cook._PLAIN_LINE.fullmatch(raw)]
        if plain:
            raw = " ".join([*plain, *(word[1:-1] for word in plain), "end"])
            assert cook._PLAIN_LINE.fullmatch(raw) is None or parsed(raw).html == f"<p>{raw}</p>\n"
            for word in plain[:: len(plain) // 8 + 1]:
                assert parsed(word).html == f"<p>{word}</p>\n" and parsed(word).text == word


@pytest.mark.parametrize(
    "text",
    ["Good evening!", "who's there? (me)", "Tomorrow at 10:30, 5/6 of us: yes", "晚上好，谁喝过新茶？", "so good 👍"],
)
def test_what_people_mostly_say_needs_no_parser(text: str) -> None:
    assert same(text)


def test_a_long_line_that_is_not_plain_is_given_up_at_once() -> None:
    raw = "a b-" * 1_500 + "*"
    assert cook._PLAIN_LINE.fullmatch(raw) is None  # in one pass: a pattern that went back would not come to its end
