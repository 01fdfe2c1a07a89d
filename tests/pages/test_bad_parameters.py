"""Every address with senseless parameters: a clear answer, never a 5xx, and a refusal changes nothing."""

import pytest

from tests.pages.trial import BAD_TEXTS, Trial, sendable, tried_by, values

# Wagtail leaves files of its previews to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

PARAMETERS = [
    "page",
    "p",
    "q",
    "before",
    "after",
    "reply",
    "member",
    "arm",
    "state",
    "reason",
    "returned",
    "unsubscribed",
    "stages",
    "holdout_percent",
    "expected_percent",
    "next",
    "cursor",
    "limit",
    "currency",
    "order",
    "ordering",
    "locale",
    "type",
    "search",
    "stage",
    "commerce",
    "social",
    "query",
]


def test_parameters_may_be_anything(trial: Trial) -> None:
    for address in tried_by(trial):
        path = address.path(values(trial.world, address))
        for name, bad in BAD_TEXTS.items():
            sent = {parameter: sendable(bad) for parameter in PARAMETERS}
            trial.ask(f"GET {path} with {name}", lambda client, p=path, s=sent: client.get(p, s), address.route)
        for name in ("NUL", "huge number", "no number"):
            doubled = {parameter: [sendable(BAD_TEXTS[name]), "1"] for parameter in PARAMETERS}
            trial.ask(f"GET {path} with lists", lambda client, p=path, s=doubled: client.get(p, s), address.route)
        raw = "&".join(f"{parameter}=%ED%A0%80%00%FF" for parameter in PARAMETERS)
        trial.ask(f"GET {path}?%FF", lambda client, p=path, r=raw: client.get(f"{p}?{r}"), address.route)
