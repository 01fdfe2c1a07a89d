"""Every address by every method and with senseless parts: a clear answer, never a 5xx, and a refusal changes nothing."""

import pytest

from tests.pages.trial import ADDRESSES, HUGE, Trial, tried_by, values

# Wagtail leaves files of its previews to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

BAD_PARTS = (
    "0",
    "-1",
    HUGE,
    "9223372036854775808",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "..%2F..%2Fetc",
    "a" * 3000,
    "%F0%9F%8D%B5",
    "'%20OR%201=1",
)
# What is posted to an address is looked up as what is got from it; the roughest are tried both ways.
POSTED = ("0", HUGE, "a%00b", "%FF%FE")


def test_every_address_answers_every_method(trial: Trial) -> None:
    for address in ADDRESSES:
        path = address.path(values(trial.world, address))
        for method in ("get", "head", "options", "put", "patch", "delete", "post") if address.ours else ("get", "head"):
            trial.ask(
                f"{method.upper()} {path}", lambda client, m=method, p=path: client.generic(m.upper(), p), address.route
            )


def test_parts_of_addresses_may_be_anything(trial: Trial) -> None:
    for address in tried_by(trial):
        for _part, noun in address.parts:
            for bad in BAD_PARTS:
                path = address.path({**values(trial.world, address), noun: bad})
                for method in ("GET", "POST") if bad in POSTED else ("GET",):
                    trial.ask(
                        f"{method} {path[:80]}", lambda client, m=method, p=path: client.generic(m, p), address.route
                    )
