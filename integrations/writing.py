"""How a writing request is carried out: once per Idempotency-Key, in one transaction, again when two of them collide."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse

from integrations import actions, rules
from integrations.access import Caller
from integrations.actions import Answer
from integrations.problems import Problem
from outbox.clock import now
from outbox.retry import again_after_collision, collided

Effect = Callable[[datetime], Answer]


def carry_out(
    request: HttpRequest, caller: Caller, effect: Effect, *, dry_run: bool = False, key_required: bool = False
) -> HttpResponse:
    """Run the effect and give its answer; with `dry_run` or a sandbox key everything is rolled back and nothing stored.

    `key_required`: without an Idempotency-Key it is refused, unless it is only tried.
    """
    once = Once(request, caller, dry_run=dry_run)
    if key_required and once.key is None and not dry_run:
        raise Problem("idempotency_key_missing")
    return _respond(once.run(effect, key=once.key))


def carry_out_each(
    request: HttpRequest, caller: Caller, effects: Sequence[Effect], *, dry_run: bool, name: str
) -> HttpResponse:
    """Run many effects, each in a transaction of its own, and answer 207 with what became of each under `name`.

    One long transaction would hold every customer's locks until the last item is done. Each item therefore remembers its
    own answer under the call's Idempotency-Key: a call that was cut off goes on where it stopped when it is sent again,
    and a twin of a running one gets the same answers item by item.
    """
    once = Once(request, caller, dry_run=dry_run)
    started = once.run(lambda at: Answer(207, ""), key=once.key)
    answers = [_item(once, index, effect) for index, effect in enumerate(effects)]
    replayed = started.replayed and all(answer.replayed or answer.status >= 400 for answer in answers)
    data = [
        {
            "index": index,
            "status": answer.status,
            name if answer.status < 400 else "problem": json.loads(answer.body),
        }
        for index, answer in enumerate(answers)
    ]
    return _respond(Answer(207, json.dumps({"data": data}), replayed=replayed))


def _item(once: "Once", index: int, effect: Effect) -> Answer:
    try:
        return once.run(effect, key=f"{once.key_hash}#{index}" if once.key else None, owner=f"{once.caller.owner}:item")
    except Problem as problem:
        return Answer(problem.status, json.dumps(problem.as_dict()))


class Once:
    """One request: whose it is, its Idempotency-Key and fingerprint, its moment."""

    def __init__(self, request: HttpRequest, caller: Caller, *, dry_run: bool) -> None:
        self.caller, self.at = caller, now()
        self.key = _idempotency_key(request)
        self.key_hash = hashlib.sha256((self.key or "").encode()).hexdigest()
        self.dry_run = dry_run or caller.sandbox
        self.fingerprint = rules.fingerprint(
            method=request.method or "", path=request.get_full_path(), body=request.body
        )

    def run(self, effect: Effect, *, key: str | None, owner: str = "") -> Answer:
        """The effect in one durable transaction, tried again when it collides with another one."""
        return _again_after_collision(lambda: self._try(effect, key, owner or self.caller.owner))

    def _try(self, effect: Effect, key: str | None, owner: str) -> Answer:
        with transaction.atomic(durable=True):
            if self.dry_run or key is None:
                answer = effect(self.at)
                transaction.set_rollback(self.dry_run)
                return answer
            return actions.run_once(
                owner=owner, key=key, fingerprint=self.fingerprint, effect=lambda: effect(self.at), at=self.at
            )


def _respond(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _again_after_collision(run: Callable[[], Answer]) -> Answer:
    try:
        return again_after_collision(run)()
    except OperationalError as error:
        if not collided(error):
            raise
        raise Problem("conflict", headers={"Retry-After": "1"}) from error


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Problem("idempotency_key_invalid")
    return key
