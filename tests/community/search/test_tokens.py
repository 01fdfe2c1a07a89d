"""Words, without a database."""

from datetime import date

import pytest

from community.search import excerpts as search_excerpts
from community.search import query as search_query
from community.search import tokens
from community.search.tokens import Term


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老友好", ["老友", "友好", "好"]),
        ("好", ["好"]),
        ("Hello, World!", ["hello", "world"]),
        ("iPhone手机壳15", ["iphone", "手机", "机壳", "壳", "15"]),
        ("茶，好茶。", ["茶", "好茶", "茶"]),  # punctuation parts, and is glued to nothing
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", ["full", "width"]),
        ("Café Mei's teapots", ["cafe", "mei", "teapot"]),
        ("don't", ["dont"]),
        ("glass bus ponies teas boxes", ["glass", "bus", "pony", "tea", "boxe"]),
        ("snake_case e-mail 12.5", ["snake", "case", "e", "mail", "12", "5"]),
        ("カタカナ 한국어 ชาไทย", ["カタ", "タカ", "カナ", "ナ", "한국", "국어", "어", "ชา", "าไ", "ไท", "ทย", "ย"]),
        ("ｶﾀ", ["カタ", "タ"]),
        ("'; DROP TABLE x --\\", ["drop", "table", "x"]),
        ("👍 … ——", []),
        ("", []),
    ],
)
def test_a_text_has_these_tokens(text: str, expected: list[str]) -> None:
    assert tokens.tokens(text) == expected


def test_a_word_that_never_ends_is_cut_in_text_and_question_alike() -> None:
    word = "x" * 5000
    assert tokens.tokens(word) == ["x" * tokens.LONGEST_TOKEN]
    assert tokens.query([Term(word)], beginnings=False) == f"'{'x' * tokens.LONGEST_TOKEN}'"


def test_a_document_keeps_weights_and_places_and_no_phrase_reaches_from_title_to_text() -> None:
    assert tokens.vector(title="White tea", body="tea 白茶") == "'white':1A 'tea':2A,13D '白茶':14D '茶':15D"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([Term("老友好")], "'老友' & '友好'"),
        ([Term("好")], "'好':*"),
        ([Term("white"), Term("teapots")], "'white' & 'teapot':*"),
        ([Term("to")], "'to'"),  # two letters begin too many words
        ([Term("white tea", phrase=True)], "('white' <1> 'tea')"),
        ([Term("手机壳 iphone", phrase=True)], "('手机' <1> '机壳' <2> 'iphone')"),
        ([Term("tea"), Term("milk", without=True)], "'tea':* & !('milk')"),
        ([Term("milk", without=True)], ""),
        ([Term("!!!")], ""),
    ],
)
def test_a_question_reads_so(terms: list[Term], expected: str) -> None:
    assert tokens.query(terms) == expected


def test_any_of_several_words_is_enough_when_all_are_too_much() -> None:
    assert tokens.query([Term("如何泡"), Term("x", without=True)], any_of=True) == "('如何' | '何泡') & !('x')"


def test_a_title_is_like_another_by_two_words_that_say_something() -> None:
    assert tokens.similar("How do I do this?") == ""
    assert tokens.similar("Which kettle?") == "'kettle':A"
    assert tokens.similar("The kettle is broken") == "('kettle':A & 'broken':A)"


def test_the_box_is_taken_apart() -> None:
    said = search_query.parse(
        'white “green tea” in:tea FROM:@mei -milk 标签：乌龙 before:"2026-05" is:solved foo:bar http://x.org 12:30'
    )
    assert said.filters == (("in", "tea"), ("from", "@mei"), ("tag", "乌龙"), ("before", "2026-05"), ("is", "solved"))
    assert said.terms[:3] == (Term("white"), Term("green tea", phrase=True), Term("milk", without=True))
    assert said.unknown == ("foo",)
    assert [term.text for term in said.terms[3:]] == ["foo bar", "http //x.org", "12:30"]


@pytest.mark.parametrize(
    "text", ["", '"', "-", ":", "in:", '-"', "“", "\x00", 'in:"', "- - -", "(((", "'&|!<->:*", "a" * 100_000]
)
def test_whatever_is_typed_has_a_meaning(text: str) -> None:
    tokens.query(search_query.parse(text).terms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", date(2026, 1, 1)), ("2026-05", date(2026, 5, 1)), ("2026/5/4", date(2026, 5, 4)),
        ("yesterday", date(2026, 5, 3)), ("今天", date(2026, 5, 4)), ("1w", date(2026, 4, 27)),
        ("2026-13", None), ("2026-02-30", None), ("soon", None), ("9999999d", None), ("0001", None), ("9999d", date(1998, 12, 18)),
    ],
)  # fmt: skip
def test_a_day_is_written_in_many_ways(text: str, expected: date | None) -> None:
    assert search_query.day(text, today=date(2026, 5, 4)) == expected


def test_hits_are_marked_where_they_stand_in_the_text_as_written() -> None:
    text = "<b>Ｃafé</b>老友手机壳"
    marked = search_excerpts.highlighted(text, [Term("手机"), Term("cafe")])
    assert marked == "&lt;b&gt;<mark>Ｃafé</mark>&lt;/b&gt;老友<mark>手机</mark>壳"


@pytest.mark.parametrize(("filler", "longest"), [("word ", 300), ("老友", 120)])
def test_an_excerpt_shows_the_place_of_the_hit_and_stays_short(filler: str, longest: int) -> None:
    text = filler * 400 + " kettle " + filler * 400
    shown = str(search_excerpts.excerpt(text, [Term("kettle")]))
    assert "<mark>kettle</mark>" in shown
    assert len(shown) <= longest + len("… <mark></mark> …")
