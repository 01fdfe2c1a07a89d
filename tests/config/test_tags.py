"""What the template tags and form templates write."""

import pytest
from django import forms
from django.template import Context, Template

from config.templatetags.laoyou import bar, elided, icon, initials, tint
from members.slots import Panel


class Guestbook(forms.Form):
    name = forms.CharField(help_text="As you like to be called.")
    note = forms.CharField(required=False)
    agree = forms.BooleanField(label="I agree")
    tea = forms.ChoiceField(widget=forms.RadioSelect, choices=[("green", "Green"), ("black", "Black")])
    secret = forms.CharField(widget=forms.HiddenInput)


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("home")
    assert 'role="img" aria-label="Locked"' in icon("lock", label="Locked")
    assert "&lt;b&gt;" in icon("lock", label="<b>")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mei Chen", "MC"),
        ("ada", "A"),
        ("陈小梅", "陈"),
        ("陈 小梅", "陈"),
        ("Ana María de Souza", "AS"),
        ("", "·"),
        ("  ", "·"),
        ("★", "·"),
        ("<b>", "·"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_a_name_keeps_its_tint() -> None:
    assert tint("Mei Chen") == tint("Mei Chen")
    assert {tint(str(number)) for number in range(200)} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    ("value", "maximum", "width"), [(5, 10, "50.0"), (0, 0, "0.0"), (12, 10, "100.0"), (-1, 10, "0.0")]
)
def test_a_bar_stays_within_its_track(value: int, maximum: int, width: str) -> None:
    assert f'class="bar-fill" width="{width}%"' in bar(value, maximum)


def test_page_numbers_leave_out_the_middle() -> None:
    from django.core.paginator import Paginator

    assert [str(number) for number in elided(Paginator(range(200), 10), 7)] == [
        "1",
        "…",
        "5",
        "6",
        "7",
        "8",
        "9",
        "…",
        "20",
    ]


def test_a_panel_sees_the_page_and_its_own_context_and_leaves_nothing_behind() -> None:
    template = Template("{% load laoyou %}{% panel item %}|{{ text }}")
    context = Context({"item": Panel("includes/why.html", {"text": "Because <you> came back."})})
    assert template.render(context).count("Because &lt;you&gt; came back.") == 1


def test_a_form_names_what_is_wrong_twice_and_links_it() -> None:
    html = Guestbook({"note": "hello"}).render()
    assert '<a href="#id_name">Name</a>: This field is required.' in html
    assert html.count("This field is required.") == 2 * 4 - 1  # a hidden field has no place of its own
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html and 'id="id_name_helptext"' in html
    assert '<a href="#id_tea' in html


def test_optional_fields_say_so_and_a_checkbox_stands_before_its_words() -> None:
    html = Guestbook().render()
    assert html.count("(optional)") == 1
    assert html.index('type="checkbox"') < html.index("I agree")
    assert "error-summary" not in html
    assert html.count('type="hidden"') == 1
