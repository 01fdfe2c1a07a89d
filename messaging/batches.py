"""The sends of one stream that come while others of it are being carried out go together (`streams.BatchedHandler`)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from members.access import Refused
from messaging.streams import BatchedHandler, Sending, StreamRefused

log = logging.getLogger(__name__)

MOST_TOGETHER = 100
"""Sends of one batch: how long one transaction holds the room is bounded."""

Answer = dict[str, Any] | StreamRefused | Refused


class Batches:
    """Of one process. The first send of an idle stream goes at once; what gathers until it is done goes together next."""

    def __init__(self, in_thread: Callable[..., Any]) -> None:
        self._in_thread = in_thread
        self._waiting: dict[str, list[tuple[Sending, asyncio.Future[Answer]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, stream: str, key: str, handler: BatchedHandler, sending: Sending) -> Answer:
        """The answer to this one; refusals are returned."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if (waiting := self._waiting.get(stream)) is not None:
            waiting.append((sending, answer))
        else:
            self._waiting[stream] = [(sending, answer)]
            task = asyncio.create_task(self._work(stream, key, handler))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _work(self, stream: str, key: str, handler: BatchedHandler) -> None:
        waiting = self._waiting[stream]
        while waiting:
            batch = waiting[:MOST_TOGETHER]
            del waiting[:MOST_TOGETHER]
            answers = await self._carry_out(key, handler, [sending for sending, _answer in batch])
            for (_sending, future), answer in zip(batch, answers, strict=True):
                if not future.done():  # its socket may have gone meanwhile
                    future.set_result(answer)
        del self._waiting[stream]

    async def _carry_out(self, key: str, handler: BatchedHandler, asked: list[Sending]) -> Sequence[Answer]:
        try:
            answers: Sequence[Answer] = await self._in_thread(handler.receive_many, key=key, asked=asked)
            if len(answers) != len(asked):
                raise RuntimeError(f"{len(answers)} answers to {len(asked)} sends")
        except Exception:
            log.exception("socket: %s sends together failed", len(asked))
            return [StreamRefused("failed", "", 5) for _sending in asked]
        return answers
