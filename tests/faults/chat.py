"""People talk in several rooms over two socket processes while everything around them fails.

    python tests/faults/chat.py --clients 50 --messages 100000 --kills 40 --seconds 900

Faults, in an order that the seed gives: Valkey forgets everything, is killed with -9 and started again, stands still, drops all
of its connections; a socket process is killed with -9 and started again, stands still; clients lose their network in the
middle of a send. All the while somebody edits and removes messages from a page.

At the end each client has every message of its rooms once, in order, as the database has it (edits and removals too); what
was acknowledged is stored, what was said is stored once; unread numbers equal a recount; `manage.py verify` holds.
Broken variants that must be caught: clients that do not ask for what they missed, that send again under another client_id, a
hub that neither repairs gaps nor looks again, and a server that acknowledges before it commits.
"""

import asyncio
import contextlib
import itertools
import json
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.reader import Page, Reader, State
from tests.faults.world import World, arguments, broken_invariants, report

BROKEN = ("no-backfill", "no-client-id", "no-repair", "early-answer")
HEALED = 15.0
"""Seconds after the last word until everybody must have everything: the promise of 10 and a back-off."""
FAULTS = ("flush", "kill", "freeze", "disconnect", "server-kill", "server-freeze", "cut")
EDIT_EVERY = 40


class Talk:
    """One run."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.faults: Counter[str] = Counter()
        self.over = asyncio.Event()
        self.said: dict[str, str] = {}  # client_id -> text
        self.edits = 0

    def prepare(self) -> None:
        here, asked = self.here, self.asked
        application = "tests.faults.broken_sockets:application" if asked.broken else "config.asgi:application"
        self.servers = [here.sockets(application, LAOYOU_BROKEN=asked.broken) for _ in range(2)]
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda server: server[0].start(), self.servers))
        here.make_people(asked.clients)
        self.rooms = dict(
            reversed(here.make_room(f"room{number}", here.people)) for number in range(asked.rooms)
        )  # stream -> id
        page = Page(ports=[port for _server, port in self.servers], load=self.load, broken=asked.broken, delays=[])
        streams = list(self.rooms)
        self.readers = []
        for number, key in enumerate(here.keys):
            wanted = sorted({streams[number % len(streams)], streams[(number * 7 + 1) % len(streams)]})
            self.readers.append(Reader(page, key, wanted, random.Random(f"{asked.seed}-{number}")))
        for reader in self.readers[:3]:
            reader.watches = True
        self.page = page

    # What the database has

    def load(self, stream: str) -> tuple[int, State]:
        """The whole state of a room, as its page and its history show it, and the seq at which it is so."""
        from django.db import connection, transaction

        from community.models import Room
        from community.queries.chat import messages

        state: State = {}
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    cursor.execute("SET LOCAL statement_timeout = 0")
                last, after, more = Room.objects.get(id=self.rooms[stream]).last_seq, 0, True
                while more:
                    page = messages.messages_after(room_id=self.rooms[stream], after=after, limit=2000)
                    for row in page.messages:
                        text = json.dumps(messages.as_data(row), ensure_ascii=False, separators=(",", ":"))
                        state[row.seq] = (row.changed_seq, hash(text.encode()))
                        after = row.seq
                    more = page.newer
        finally:
            connection.close()
        return last, state

    # What happens

    async def play(self) -> None:
        asked = self.asked
        lives = [asyncio.create_task(reader.run()) for reader in self.readers]
        self.begun = time.monotonic()
        share, rest = divmod(asked.messages, len(self.readers))
        talking = [
            asyncio.create_task(self.talk(number, share + (number < rest))) for number in range(len(self.readers))
        ]
        faults = asyncio.create_task(self.disturb())
        editing = asyncio.create_task(self.edit())
        try:
            async with asyncio.timeout(self.here.left()):
                await asyncio.gather(*talking)
                self.talked = time.monotonic() - self.begun
                await faults
                self.over.set()
                await editing
                await self.settle()
        finally:
            for task in (*talking, faults, editing, *lives):
                task.cancel()
            await asyncio.gather(*talking, faults, editing, *lives, return_exceptions=True)
            for reader in self.readers:
                reader.cut()

    async def talk(self, number: int, count: int) -> None:
        reader, chance = self.readers[number], random.Random(f"{self.asked.seed}-talk-{number}")
        await reader.live.wait()
        for place in range(count):
            stream = chance.choice(list(reader.rooms))
            client_id = f"said-{number:04}-{place:07}"
            text = f"{client_id} ^%{time.monotonic_ns() // 1000:016} the oolong of {chance.randint(1990, 2026)}"
            self.said[client_id] = text
            begun = time.monotonic()
            await reader.say(stream, text, client_id)
            if place % 25 == 24:
                reader.read(stream)
            await asyncio.sleep(max(0.0, chance.uniform(0.8, 1.2) / self.asked.rate - (time.monotonic() - begun)))

    @property
    def acknowledged(self) -> int:
        return sum(len(reader.answered) for reader in self.readers)

    async def disturb(self) -> None:
        """Faults evenly over the talk, each kind in its turn, the turns shuffled."""
        chance, asked = random.Random(f"{self.asked.seed}-faults"), self.asked
        wanted = asked.only.split(",") if asked.only else list(FAULTS)
        order = itertools.chain.from_iterable(chance.sample(wanted, len(wanted)) for _ in itertools.count())
        for number, fault in zip(range(asked.kills), order, strict=False):
            while self.acknowledged < asked.messages * (number + 1) / (asked.kills + 1):
                await asyncio.sleep(0.02)
            self.faults[fault] += 1
            await getattr(self, "fault_" + fault.replace("-", "_"))(chance)

    async def fault_flush(self, chance: random.Random) -> None:
        await asyncio.to_thread(self._command, "FLUSHALL")

    async def fault_disconnect(self, chance: random.Random) -> None:
        await asyncio.to_thread(self._command, "CLIENT", "KILL", "TYPE", "pubsub")
        await asyncio.to_thread(self._command, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    async def fault_kill(self, chance: random.Random) -> None:
        self.here.valkey.kill()
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        await asyncio.to_thread(self.here.valkey.start)

    async def fault_freeze(self, chance: random.Random) -> None:
        self.here.valkey.freeze()
        await asyncio.sleep(chance.uniform(1, self.asked.frozen))
        self.here.valkey.thaw()

    async def fault_server_kill(self, chance: random.Random) -> None:
        server, _port = chance.choice(self.servers)
        server.kill()
        await asyncio.to_thread(server.start)

    async def fault_server_freeze(self, chance: random.Random) -> None:
        server, _port = chance.choice(self.servers)
        server.freeze()
        await asyncio.sleep(chance.uniform(0.5, self.asked.frozen))
        server.thaw()

    async def fault_cut(self, chance: random.Random) -> None:
        """Networks end while an answer is on its way."""
        for reader in chance.sample(self.readers, max(1, len(self.readers) // 2)):
            end = time.monotonic() + 1
            while not reader._answers and time.monotonic() < end:
                await asyncio.sleep(0)
            # The frame has been written and reaches the server; its answer finds nobody.
            await asyncio.sleep(chance.uniform(0, 0.004))
            reader.cut()

    def _command(self, *words: str) -> None:
        import redis
        from django.conf import settings

        client = redis.Redis.from_url(settings.LIVE_URL, socket_timeout=5)
        with contextlib.suppress(redis.RedisError), client:
            client.execute_command(*words)

    async def edit(self) -> None:
        """Somebody edits and removes, on a page."""
        chance, done = random.Random(f"{self.asked.seed}-edits"), 0
        while not self.over.is_set() or done < self.acknowledged // EDIT_EVERY:
            if done < self.acknowledged // EDIT_EVERY:
                reader = chance.choice(self.readers)
                if reader.answered:
                    key = chance.choice(list(reader.answered)[-200:])
                    await asyncio.to_thread(self._edit, key, chance.random() < 0.2)
                    self.edits += 1
                done += 1
            else:
                await asyncio.sleep(0.02)

    def _edit(self, client_id: str, remove: bool) -> None:
        from django.db import connection, transaction

        from community.actions.chat import messages
        from community.models import Message
        from outbox.clock import now

        try:
            found = Message.objects.filter(client_id=client_id, removed_at=None).first()
            if found is None:
                return
            with transaction.atomic(durable=True):
                if remove:
                    messages.remove_message(message_id=found.pk, by=found.author_id, at=now())
                else:
                    raw = f"{found.raw} (edited)"
                    messages.edit_message(message_id=found.pk, raw=raw, by=found.author_id, at=now())
        finally:
            connection.close()

    async def settle(self) -> None:
        """Wait until everybody has the last change, at most as long as promised."""
        self.quiet = time.monotonic()
        self.lasts = await asyncio.to_thread(self._lasts)
        while time.monotonic() - self.quiet < self.asked.settle:
            if all(
                heard.last >= self.lasts[stream] and heard.waiting is None
                for reader in self.readers
                for stream, heard in reader.rooms.items()
            ):
                break
            await asyncio.sleep(0.02)
        self.healed = time.monotonic() - self.quiet

    def _lasts(self) -> dict[str, int]:
        from django.db import connection

        from community.models import Room

        try:
            found = dict(Room.objects.filter(id__in=self.rooms.values()).values_list("id", "last_seq"))
        finally:
            connection.close()
        return {stream: found[room_id] for stream, room_id in self.rooms.items()}

    # What came of it

    def check(self) -> list[str]:
        late = [f"not everybody had everything after {self.asked.settle} s"] if self.healed >= self.asked.settle else []
        agree = [*self._readers_agree(), *self._nothing_lost(), *self._unread_is_a_recount()]
        return [*late, *agree, *broken_invariants()]

    def _readers_agree(self) -> list[str]:
        found = []
        truth = {stream: self.load(stream) for stream in self.rooms}
        for number, reader in enumerate(self.readers):
            for stream, heard in reader.rooms.items():
                last, state = truth[stream]
                if heard.state == state and heard.last == last:
                    continue
                missing = state.keys() - heard.state.keys()
                other = [place for place in state.keys() & heard.state.keys() if state[place] != heard.state[place]]
                more = heard.state.keys() - state.keys()
                found.append(
                    f"client {number} in {stream} is at {heard.last} of {last}: {len(missing)} missing"
                    f" {sorted(missing)[:5]}, {len(other)} different {sorted(other)[:5]}, {len(more)} too many"
                )
        return found

    def _nothing_lost(self) -> list[str]:
        from community.models import Message

        found = []
        rows = Message.objects.filter(room_id__in=self.rooms.values(), kind="text")
        stored: Counter[str] = Counter()
        places: dict[str, int] = {}
        for client_id, seq, raw in rows.values_list("client_id", "seq", "raw").iterator():
            stored[client_id] += 1
            places[client_id] = seq
            stored[raw.partition(" ")[0]] += client_id != raw.partition(" ")[0] and bool(raw)
        for client_id in self.said:
            if stored[client_id] != 1:
                found.append(f"{client_id} is stored {stored[client_id]} times")
        for reader in self.readers:
            for client_id, (_stream, seq) in reader.answered.items():
                if places.get(client_id) != seq:
                    found.append(f"{client_id} was acknowledged as {seq} and is {places.get(client_id)}")
        return found

    def _unread_is_a_recount(self) -> list[str]:
        from community.models import Membership, Message
        from community.queries.chat.unread import MOST_UNREAD, places
        from outbox.clock import now

        found = []
        for member in self.here.people[:20]:
            shown = places(member_id=member, at=now()).by_room
            for held in Membership.objects.filter(member_id=member):
                waiting = Message.objects.filter(
                    room_id=held.room_id, seq__gt=held.last_read_seq, removed_at=None, thread=None
                )
                recount = waiting.exclude(kind="line").exclude(author_id=member).count()
                if shown[held.room_id].unread.number != min(recount, MOST_UNREAD):
                    found.append(f"unread of {member} in {held.room_id}: {shown[held.room_id].unread}, not {recount}")
        return found

    def numbers(self) -> dict[str, Any]:
        heard = [room for reader in self.readers for room in reader.rooms.values()]
        delays = sorted(self.page.delays or [0])
        codes = Counter(code for reader in self.readers for code in reader.codes if code)
        refusals: Counter[str] = Counter()
        for reader in self.readers:
            refusals.update(reader.refusals)
        return {
            "clients": len(self.readers), "rooms": len(self.rooms), "messages": len(self.said), "edits": self.edits,
            "faults": dict(self.faults), "seconds": round(self.talked, 1), "per_second": round(len(self.said) / self.talked),
            "healed_s": round(self.healed, 2), "sent_again": sum(reader.again for reader in self.readers),
            "reconnects": sum(reader.connects - 1 for reader in self.readers), "codes": dict(codes),
            "refused": dict(refusals), "client_gaps": sum(room.gaps for room in heard),
            "old_frames": sum(room.old for room in heard), "resets": sum(room.resets for room in heard),
            "delay_p50_ms": delays[len(delays) // 2] / 1000, "delay_p99_ms": delays[int(len(delays) * 0.99)] / 1000,
        }  # fmt: skip


def main() -> None:
    asked = arguments(
        __doc__ or "", broken=BROKEN, clients=12, rooms=3, messages=1200, kills=7, rate=9.0, frozen=3.0, settle=HEALED, seconds=120.0,
        only="",
    )  # fmt: skip
    with World("chat", seed=asked.seed, deadline=asked.seconds) as here:
        talk = Talk(here, asked)
        talk.prepare()
        findings: list[str] = []
        try:
            asyncio.run(talk.play())
        except TimeoutError:
            findings.append(f"not done in {asked.seconds} s: {talk.acknowledged} of {asked.messages} acknowledged")
            talk.talked, talk.healed = asked.seconds, HEALED
        findings += talk.check()
        numbers = talk.numbers()
        if findings:
            print(here.logs()[-6000:], file=sys.stderr)
    report("chat" + (f", {asked.broken}" if asked.broken else ""), findings, seed=asked.seed, **numbers)


if __name__ == "__main__":
    main()
