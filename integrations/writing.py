"""How a writing request is carried out: once per Idempotency-Key, in one transaction, again when two of them collide."""

import random
import time
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse

from integrations import actions, rules
from integrations.access import Caller
from integrations.actions import Answer
from integrations.problems import Problem
from outbox.clock import now

_COLLISIONS = (
    "40P01",
    "40001",
)  # deadlock, serialization failure: PostgreSQL undid everything, so trying again is safe
_TRIES = 4

Effect = Callable[[datetime], Answer]


def carry_out(request: HttpRequest, caller: Caller, effect: Effect, *, dry_run: bool) -> HttpResponse:
    """Run the effect and give its answer; with `dry_run` or a sandbox key everything is rolled back and nothing stored."""
    key, at = _idempotency_key(request), now()
    fingerprint = rules.fingerprint(method=request.method or "", path=request.get_full_path(), body=request.body)

    def once() -> Answer:
        with transaction.atomic(durable=True):
            if dry_run or caller.sandbox:
                answer = effect(at)
                transaction.set_rollback(True)
                return answer
            if key is None:
                return effect(at)
            return actions.run_once(
                owner=caller.owner, key=key, fingerprint=fingerprint, effect=lambda: effect(at), at=at
            )

    answer = _again_after_collision(once)
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _again_after_collision(run: Callable[[], Answer]) -> Answer:
    for attempt in range(1, _TRIES + 1):
        try:
            return run()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in _COLLISIONS:
                raise
            if attempt == _TRIES:
                raise Problem("conflict", headers={"Retry-After": "1"}) from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311
    raise AssertionError("unreachable")


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Problem("idempotency_key_invalid")
    return key
