"""Reasons in words, with their numbers."""

import pytest
from django.utils.translation import override

from insights.rules import Inputs
from insights.words import why

INPUTS = Inputs(visits=4, cadence=18.0, silence=36, tenure=66, overdue=2.0, window=72, recent=1, prior=6, back_for=1)


@pytest.mark.parametrize(
    ("stream", "reason", "sentence"),
    [
        ("C", "no_events", "nothing bought yet"),
        ("S", "no_events", "nothing said yet"),
        ("C", "silent", "usually every 18 days, now 36 days: overdue 2.0"),
        ("C", "silent_long", "usually every 18 days, now 36 days: overdue 2.0"),
        ("S", "came_back", "back for 1 day after a long silence"),
        ("S", "falling", "1 day of talk in the last 72 days, after 6 in the 72 days before"),
        ("C", "steady", "4 days with purchases, usually every 18 days, the last 36 days ago"),
        ("C", "few_visits", "4 days with purchases, usually every 18 days, the last 36 days ago"),
    ],
)
def test_why(stream: str, reason: str, sentence: str) -> None:
    assert why(stream=stream, reason=reason, inputs=INPUTS) == sentence


def test_a_visitor_of_every_day() -> None:
    daily = Inputs(visits=400, cadence=0.6, silence=0, overdue=0.0)
    assert why(stream="S", reason="steady", inputs=daily) == "400 days of talk, usually every day, the last today"


def test_back_today() -> None:
    today = Inputs(visits=4, cadence=18.0, silence=0, overdue=0.0, back_for=0)
    assert why(stream="S", reason="came_back", inputs=today) == "back today after a long silence"
    with override("zh-hans"):
        assert why(stream="S", reason="came_back", inputs=today) == "久别归来，就在今天"
        assert why(stream="C", reason="steady", inputs=INPUTS) == "4 天有购买，通常每 18 天一次，上次在 36 天前"
