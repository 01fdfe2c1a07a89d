"""schemathesis: every operation does what docs/openapi.json says of it, with data that fit and data that do not.

Behind ids, members and codes there is real data, so that more than the 404 is reached. Always the same cases; more, and new
ones, with `FUZZ_EXAMPLES=300 pytest tests/integrations/test_described.py`.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest import SkipTest

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from integrations import rates
from tests.integrations.conftest import Shop
from tests.integrations.world import EVERYTHING, World, build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning"),
]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
FUZZ = settings(
    max_examples=EXAMPLES or 8,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_headers_conformance, checks.response_schema_conformance, checks.negative_data_rejection,
]  # fmt: skip


@pytest.fixture
def world(db: None, new_shop: Callable[..., Shop], settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr(rates, "PER_MINUTE", 1_000_000)
    monkeypatch.setattr(rates, "GUESSES", 1_000_000)
    world = build(new_shop(*EVERYTHING))
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's transaction outlives its requests
    yield world
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def real(world: World, path: str) -> dict[str, str]:
    """What stands behind the ids of an address."""
    codes = {"/earning-rules/": "purchase", "/coupons/": world.coupon, "/problems/": "refused"}
    known = {
        "ref": world.ada, "line": world.line, "order_id": world.order, "reward_id": world.reward,
        "redemption_id": world.held, "adjustment_id": world.adjustment, "transfer_id": world.transfer,
        "code": next((code for start, code in codes.items() if start in path), ""),
    }  # fmt: skip
    return {name: value for name, value in known.items() if f"{{{name}}}" in path}


def with_real_members(case: Any, world: World) -> Any:
    """Names of members, rewards and orders in bodies and parameters are of somebody, so that the act itself is tried."""
    for place in (case.body, case.query):
        if isinstance(place, dict):
            for name, value in (("member", world.ada), ("friend", world.bob), ("inviter", world.ada), ("reward", world.reward)):  # fmt: skip
                if isinstance(place.get(name), str):
                    place[name] = value
            if isinstance(place.get("occurred_at"), str) and place is case.body:
                place["occurred_at"] = "2026-03-01T10:00:00Z"
    return case


def attempts(world: World, cases: Any, *, fits: bool) -> list[int]:
    """The statuses of what was tried; none when no such data can be made (an address without parameters always fits)."""
    answers: list[int] = []

    @FUZZ
    @given(case=cases)
    def attempt(case: Any) -> None:
        if fits:
            with_real_members(case, world)
        response = case.call(headers=world.shop.headers())
        case.validate_response(response, checks=CHECKS)
        answers.append(response.status_code)
        if response.status_code >= 400:
            problem = json.loads(response.content)
            assert problem["detail"] and problem["code"] != "internal_error", problem

    try:
        attempt()
    except (Unsatisfiable, SkipTest):
        assert not answers
    return answers


@pytest.mark.parametrize("fits", [True, False], ids=["data that fit", "data that do not"])
def test_every_operation_does_what_its_description_says(world: World, fits: bool) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for item in schema.raw_schema["paths"].values():
        for one in item.values():
            one.pop("security", None)  # the key is ours and always right here; wrong ones are test_keys.py
    mode = GenerationMode.POSITIVE if fits else GenerationMode.NEGATIVE
    tried: dict[str, int] = {}
    good: set[str] = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        name = f"{operation.method.upper()} {operation.path}"
        fixed = real(world, operation.path) if fits else None
        answers = attempts(world, operation.as_strategy(generation_mode=mode, path_parameters=fixed), fits=fits)
        if answers:
            tried[name] = len(answers)
        if any(status < 400 for status in answers):
            good.add(name)
    # Of the rest every request fits: reads without parameters, and ids, which may be any text (test_fuzz.py sends these).
    assert len(tried) >= (38 if fits else 20), sorted(tried)
    if fits:
        reads = {name for name in tried if name.startswith("GET")}
        assert reads <= good, reads - good
