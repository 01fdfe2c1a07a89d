"""What a campaign's text may contain, and what a member reads."""

import pytest

from campaigns.rules.letter import Filled, News, Problem, as_html, as_text, fill_line, problems

BODY = """Dear {name},

{news}

You have {points} points waiting.

{coupon}

- Good until {expires}
- **No** minimum, see [the rewards](/rewards/)
"""
FULL = Filled(
    {
        "name": "Ming",
        "site": "Teahouse",
        "coupon": "ABCD",
        "offer": "10 % off",
        "expires": "May 1",
        "points": "120",
        "root": "https://t.example",
    },
    [News("reply", "Ada answered you", "https://t.example/t/1")],
)


def test_all_of_it() -> None:
    assert problems(subject="Hello {name}", body=BODY, has_offer=True) == []
    assert as_text(BODY, FULL) == (
        "Dear Ming,\n\n- Ada answered you\n  https://t.example/t/1\n\nYou have 120 points waiting.\n\n10 % off: ABCD\n\n"
        "- Good until May 1\n- No minimum, see the rewards (https://t.example/rewards/)"
    )
    html = as_html(BODY, FULL)
    assert '<a href="https://t.example/rewards/">the rewards</a>' in html
    assert "<strong>No</strong>" in html


def test_what_is_not_true_is_not_said() -> None:
    poor = Filled({"name": "Ming", "points": None, "coupon": "ABCD", "offer": "10 % off", "expires": None}, [])
    assert as_text(BODY, poor) == "Dear Ming,\n\n10 % off: ABCD\n\n- No minimum, see the rewards (/rewards/)"


@pytest.mark.parametrize(
    ("subject", "body", "has_offer", "expected"),
    [
        ("Hi", "Dear {nmae}", False, [Problem("unknown_variable", "nmae")]),
        ("{first_name}", "Hi", False, [Problem("unknown_variable", "first_name")]),
        ("{points} wait", "Hi", False, [Problem("not_in_subject", "points")]),
        ("Hi", "Use {coupon} until {expires}", False, [Problem("no_offer", "coupon"), Problem("no_offer", "expires")]),
        ("Hi", "Come back", True, [Problem("code_missing", "coupon")]),
        ("Hi", "Dear { name }", False, [Problem("stray_brace")]),
        ("Hi", "{{name}}", False, [Problem("stray_brace")]),
        ("Hi", "[x](javascript:alert)", False, [Problem("unsafe_link", "javascript:alert")]),
        ("Hi", "[x](//evil.example)", False, [Problem("unsafe_link", "//evil.example")]),
        ("Hi", "[x](data:text/html,1)", False, [Problem("unsafe_link", "data:text/html,1")]),
    ],
)
def test_what_cannot_be_saved(subject: str, body: str, has_offer: bool, expected: list[Problem]) -> None:
    assert problems(subject=subject, body=body, has_offer=has_offer) == expected


def test_a_name_is_a_name_whatever_it_contains() -> None:
    sly = Filled({"name": '**x** [y](https://evil.example) {coupon} <script>alert("1")</script>', "coupon": "SECRET"})
    assert as_text("Dear {name}", sly) == f"Dear {sly.values['name']}"
    assert as_html("Dear {name}", sly) == (
        "<p>Dear **x** [y](https://evil.example) {coupon} &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</p>"
    )
    assert fill_line("Hi {name}", Filled({"name": "a\r\nBcc: b"})) == "Hi a Bcc: b"
