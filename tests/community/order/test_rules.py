"""What follows from what: weights, thresholds, ladder, words. No database."""

from decimal import Decimal

import pytest

from community.rules import flags as rules
from community.rules.words import Matcher, Rule


def test_accuracy_counts_above_five_judged_flags() -> None:
    assert rules.accuracy(5, 5) == 0
    assert rules.accuracy(0, 5) == 0
    assert rules.accuracy(6, 6) == Decimal("1.94")  # (1 − 0.7) × log4 6 × 5
    assert rules.accuracy(16, 16) == Decimal("3.00")
    assert rules.accuracy(0, 16) == Decimal("-7.00")
    assert rules.accuracy(7, 10) == 0


@pytest.mark.parametrize(
    ("trust", "staff", "accuracy", "act_now", "weight"),
    [
        (1, False, "0", False, "2"), (2, False, "0", False, "3"), (4, False, "3.00", False, "8.00"),
        (4, True, "0", False, "6"), (4, True, "0", True, "11"), (1, False, "0", True, "2"), (1, False, "-7", False, "0"),
    ],
)  # fmt: skip
def test_a_flag_weighs(trust: int, staff: bool, accuracy: str, act_now: bool, weight: str) -> None:
    assert rules.weight(trust=trust, staff=staff, accuracy=Decimal(accuracy), act_now=act_now) == Decimal(weight)


def test_thresholds_are_met_exactly() -> None:
    def hides(score: str, reason: str = "other", by: int = 1, author: int = 2) -> bool:
        return rules.hides(score=Decimal(score), reason=reason, flagger_trust=by, author_trust=author)

    assert not hides("8.32") and hides("8.33")
    assert hides("3", "spam", 3, 0) and not hides("3", "spam", 2, 0) and not hides("3", "spam", 3, 1)
    assert rules.silences(score=Decimal("2.5"), flaggers=3, author_trust=0)
    assert not rules.silences(score=Decimal("2.49"), flaggers=3, author_trust=0)
    assert not rules.silences(score=Decimal("99"), flaggers=2, author_trust=0)
    assert not rules.silences(score=Decimal("99"), flaggers=9, author_trust=1)
    assert rules.closes(score=Decimal("31.25"), flaggers=5)
    assert not rules.closes(score=Decimal("31.24"), flaggers=5) and not rules.closes(score=Decimal("99"), flaggers=4)


def test_the_ladder_goes_up_and_ends() -> None:
    assert [rules.next_step(past) for past in ([], [24], [24, 72], [200], [720], [9000])] == [
        24,
        72,
        168,
        720,
        720,
        720,
    ]
    assert [rules.flags_a_day(trust) for trust in (1, 2, 3, 4)] == [20, 30, 40, 60]


EVERYWHERE = frozenset({"post", "title", "message", "name"})


@pytest.mark.parametrize(
    ("phrase", "text", "met"),
    [
        ("viagra", "Buy VIAGRA now", True), ("viagra", "ＶＩＡＧＲＡ", True), ("viagra", "vi\u200bag\u00adra", True),
        ("viagra", "v**iag**ra", True), ("viagra", "viagras", False), ("viagra*", "viagras", True),
        ("ass", "a class of glass", False), ("ass", "看ass吧", True), ("傻瓜", "你是傻瓜吗", True), ("傻瓜", "傻 瓜", False),
        ("oolong tea", "Oolong\n  TEA!", True), ("café", "cafe\u0301", True), ("c++", "I write c++ daily", True),
        ("$$$", "make $$$ fast", True), ("straße", "STRASSE", True), (".*", "anything", False), ("*", "anything", False),
        ("광고", "광고를 보세요", True), ("a(b", "say a(b here", True),
    ],
)  # fmt: skip
def test_words_are_found_in_every_costume(phrase: str, text: str, met: bool) -> None:
    assert bool(Matcher([Rule(1, phrase, "block", EVERYWHERE)]).met(text, "post")) is met


def test_a_rule_acts_only_where_it_should() -> None:
    matcher = Matcher([Rule(1, "casino", "hold", frozenset({"title"}))])
    assert matcher.met("casino", "title") and not matcher.met("casino", "post")


def test_words_are_covered_and_replaced_and_linked() -> None:
    cover = Matcher([Rule(1, "damn", "censor", EVERYWHERE), Rule(2, "heck", "censor", EVERYWHERE, "gosh")])
    assert cover.rewritten("Damn it, heck! ＤＡＭＮ damned", "post") == "■■■■ it, gosh! ■■■■ damned"
    link = Matcher([Rule(1, "gaiwan", "link", EVERYWHERE, "/b/gaiwan/")])
    assert link.rewritten("A gaiwan.", "post") == "A [gaiwan](/b/gaiwan/)."
    assert link.rewritten("gaiwan", "title") == "gaiwan"
    for kept in ("`gaiwan`", "[gaiwan](https://x.example)", "https://x.example/gaiwan", "```\ngaiwan\n```"):
        assert link.rewritten(kept, "post") == kept


def test_five_hundred_rules_cost_little() -> None:
    import time

    matcher = Matcher(Rule(n, f"word{n} thing", "block", EVERYWHERE) for n in range(500))
    text = "lorem ipsum dolor sit amet " * 740
    began = time.thread_time()  # of this thread: others may have the processor meanwhile
    assert not matcher.met(text, "post")
    assert time.thread_time() - began < 0.2
