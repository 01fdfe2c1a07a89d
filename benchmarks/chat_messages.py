"""How many messages a second one room takes, durable and told: 1, 8 and 32 members who each wait for their answer.

The sends go the way of the socket process: while a batch of the room is under way the next ones gather, then one call of
the stream's `receive_many` writes them. Every answer is given after the commit. `markup` is a text that the Markdown parser
has to read, `plain` a line as most are. `workers`: what a worker spends on search, notices and insights for each message
afterwards. Run:

    LAOYOU_HOME=/tmp/laoyou-bench .venv/bin/python manage.py migrate && .venv/bin/python benchmarks/chat_messages.py [seconds]
"""

import asyncio
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MOST = 64
TEXTS = {
    "markup": "{number}: Good evening, who has tried the **new** oolong? It is the {count}th cup today.",
    "plain": "{number}: Good evening, who has tried the new oolong? It is the {count}th cup today.",
}


async def talk(
    handler: Any, streams: Any, key: str, people: list[int], senders: int, seconds: float, words: str
) -> dict[str, Any]:
    """What one room did in so many seconds."""
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(1)
    waiting: list[tuple[Any, asyncio.Future[Any]]] = []
    wake, end = asyncio.Event(), time.monotonic() + seconds
    delays: list[float] = []
    batches: list[int] = []

    async def write() -> None:
        while True:
            await wake.wait()
            batch, waiting[:MOST] = waiting[:MOST], []
            if not waiting:
                wake.clear()
            if not batch:
                continue
            batches.append(len(batch))
            answers = await loop.run_in_executor(
                pool, lambda batch=batch: handler.receive_many(key=key, asked=[one for one, _future in batch])
            )
            for (_one, future), answer in zip(batch, answers, strict=True):
                future.set_result(answer)

    async def speak(number: int) -> None:
        count = 0
        while time.monotonic() < end:
            begun, future = time.perf_counter(), loop.create_future()
            data = {"text": TEXTS[words].format(number=number, count=count)}
            waiting.append((streams.Sending(people[number], f"bench-{number:03}-{time.time_ns()}", data), future))
            wake.set()
            answer = await future
            assert isinstance(answer, dict), answer
            delays.append(time.perf_counter() - begun)
            count += 1

    writer = asyncio.create_task(write())
    cpu, begun = time.process_time(), time.monotonic()
    await asyncio.gather(*(speak(number) for number in range(senders)))
    took, cpu = time.monotonic() - begun, time.process_time() - cpu
    writer.cancel()
    delays.sort()
    return {
        "senders": senders,
        "words": words,
        "messages": len(delays),
        "per_second": round(len(delays) / took),
        "cpu_us_per_message": round(cpu / len(delays) * 1e6),
        "p50_ms": round(delays[len(delays) // 2] * 1000, 2),
        "p99_ms": round(delays[int(len(delays) * 0.99)] * 1000, 2),
        "mean_batch": round(len(delays) / len(batches), 1),
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    from config import embedded

    embedded.ensure_running()  # of LAOYOU_HOME; they end with this process
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from community.actions.chat import rooms
    from community.models import Room
    from messaging import streams
    from outbox import dispatch, nudge
    from outbox.clock import now

    settings.COMMUNITY_LIMITS_ON = False  # one member may say ten messages in ten seconds; the room is measured here
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    mark = str(time.time_ns())
    people = [
        get_user_model().objects.create_user(f"b{mark}{n}", f"b{mark}{n}@example.com", None).pk for n in range(32)
    ]
    with transaction.atomic():
        room_id = rooms.create_room(kind="public", slug=f"bench-{mark}", name="Bench", by=None, at=now())
    key, handler = Room.objects.get(pk=room_id).public_id, streams.find("room")
    dispatch.run_pending()
    for words in TEXTS:
        for senders in (1, 8, 32):
            found = asyncio.run(talk(handler, streams, key, people, senders, seconds, words))
            nudge.drain(30)
            cpu, begun = time.process_time(), time.monotonic()
            dispatch.run_pending()
            found["workers"] = {
                "per_second": round(found["messages"] / (time.monotonic() - begun)),
                "cpu_us_per_message": round((time.process_time() - cpu) / found["messages"] * 1e6),
            }
            sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
