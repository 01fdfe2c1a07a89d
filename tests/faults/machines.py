"""Shops tell orders and hear of points while the worker is killed and machines answer 500, 429, late or not at all.

    python tests/faults/machines.py --orders 1000 --kills 20 --seconds 900

A signed feed tells each order in several revisions, shuffled, some twice; a WooCommerce shop has to be asked for its refunds and
answers 500, 429, hangs and then answers. Four machines hear webhooks: one is quick, one slow, one says 500 for a while, one is dead.

At the end every message came to its end, orders are as their newest revision says, and told once more nothing changes; each
machine that lives heard each event, under one id with one body; the quick one did not wait for the others.
Broken variant that must be caught: a sender that notes what it is about to send as sent.
"""

import json
import sys
import threading
import time
from collections import Counter, defaultdict
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.world import World, arguments, broken_invariants, free_port, report

BROKEN = ("settles-first",)
REVISIONS = 3
QUICK_WITHIN = 40.0
"""Seconds in which the quick machine hears of an event though others hang: a worker's end, its lease, and the next one's start."""


class Others:
    """The machines of others, in one HTTP server of this process."""

    def __init__(self) -> None:
        self.heard: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.asked: Counter[str] = Counter()
        self.orders: dict[str, Any] = {}
        self.guard = threading.Lock()
        others = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                others.answer_shop(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                others.answer_hook(self, body)

            def say(self, status: int, body: Any = "", **headers: str) -> None:
                raw = (body if isinstance(body, str) else json.dumps(body)).encode()
                try:
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(raw)), **headers}.items():
                        self.send_header(name.replace("_", "-"), value)
                    self.end_headers()
                    self.wfile.write(raw)
                except OSError:
                    pass  # whoever asked was killed

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer_shop(self, line: Any) -> None:
        """500, 429, silence, and then what was asked for."""
        path = line.path.partition("?")[0]
        with self.guard:
            self.asked[path] += 1
            times = self.asked[path]
        if times == 1:
            line.say(500)
        elif times == 2:
            line.say(429, Retry_After="1")
        else:
            if times == 3:
                time.sleep(2)
            line.say(200, self.orders.get(path, []), Content_Type="application/json")

    def answer_hook(self, line: Any, body: str) -> None:
        with self.guard:
            self.asked[line.path] += 1
            times = self.asked[line.path]
        if line.path == "/slow":
            time.sleep(1.5)
        if line.path == "/failing" and times <= 4:
            line.say(500)
            return
        with self.guard:
            self.heard[line.path][line.headers["webhook-id"]].append(body)
        line.say(200)


class Market:
    """One run."""

    def __init__(self, here: World, asked: Any) -> None:
        self.here, self.asked = here, asked
        self.others = Others()
        self.findings: list[str] = []
        self.faults: Counter[str] = Counter()

    def prepare(self) -> None:
        from django.db import transaction

        from integrations.shops import actions as shops
        from integrations.webhooks import actions as hooks
        from outbox.clock import now

        self.page, self.port = self.here.pages()
        self.page.start()
        self.worker = self.here.worker(
            application="tests.faults.quick_worker:app", LAOYOU_BROKEN=self.asked.broken, OUTBOUND_LOCAL="true"
        )
        self.here.make_people(2)
        with transaction.atomic():
            feed = shops.connect(
                kind="feed",
                name="Feed",
                source="feed",
                base_url="",
                currency="EUR",
                secret="",
                token="",
                by=None,
                at=now(),
            )
            woo = shops.connect(
                kind="woocommerce", name="Woo", source="woo", base_url=self.others.url, currency="EUR", secret="hush",
                token="key:secret", by=None, at=now(),
            )  # fmt: skip
            for path in ("/quick", "/slow", "/failing", "/dead"):
                url = f"http://localhost:{free_port()}/" if path == "/dead" else self.others.url + path
                hooks.make_endpoint(name=path, url=url, events=("points.posted",), by=None, at=now())
        self.feed, self.woo = feed, woo

    def messages(self) -> list[Any]:
        """What both shops tell: (shop, number, body)."""
        from outbox.clock import now
        from tests.integrations.shops.conftest import fixture

        order, told = fixture("feed_order"), []
        at = now() - timedelta(days=2)
        for number in range(self.asked.orders):
            member = {"external_id": f"c{number % 7}", "email": f"c{number % 7}@example.com"}
            for revision in range(REVISIONS):
                moment = (at + timedelta(minutes=revision)).strftime("%Y-%m-%dT%H:%M:%SZ")
                body = {**order, "external_id": str(number), "revision": moment, "occurred_at": moment}
                body["member"] = {**order["member"], **member}
                if revision == REVISIONS - 1 and number % 3 == 0:
                    body["payment_state"] = "cancelled"
                told.append((self.feed, f"f{number}-{revision}", body))
        woo = fixture("woocommerce_order")
        for number in range(max(2, self.asked.orders // 8)):
            path = f"/wp-json/wc/v3/orders/{9000 + number}"
            self.others.orders[f"{path}/refunds"] = []
            body = {**woo, "id": 9000 + number, "refunds": [{"id": 755, "total": "-24.99"}]}
            self.others.orders[path] = body
            told.append((self.woo, f"w{number}", body))
        return told

    def send(self, shop: Any, number: str, body: Any) -> None:
        """As shops do: until somebody said that it is kept."""
        import base64
        import hmac

        from integrations.shops import signatures
        from outbox.clock import now

        raw, stamp = json.dumps(body).encode(), str(int(now().timestamp()))
        if shop is self.feed:
            seal = signatures.standard_signature(raw, message_id=number, timestamp=stamp, secret=self.feed.secret)
            headers = {"webhook-id": number, "webhook-timestamp": stamp, "webhook-signature": seal}
        else:
            seal = base64.b64encode(hmac.digest(b"hush", raw, "sha256")).decode()
            headers = {
                "X-WC-Webhook-Topic": "order.updated",
                "X-WC-Webhook-Signature": seal,
                "X-WC-Webhook-Delivery-ID": number,
            }
        url = f"http://127.0.0.1:{self.port}/api/v1/shops/{shop.public_id}/messages"
        asked = Request(url, raw, {"Content-Type": "application/json", "Host": "localhost", **headers})
        while self.here.left():
            try:
                urlopen(asked, timeout=15).close()  # loopback
            except OSError as error:
                if getattr(error, "code", 503) < 500:
                    raise RuntimeError(f"{error}: {error.read()[:400]!r}") from error  # type: ignore[attr-defined]
                time.sleep(0.2)
            else:
                return

    def play(self) -> None:
        told = self.messages()
        told += self.here.random.sample(told, len(told) // 4)
        self.here.random.shuffle(told)
        self.worker.start()
        waves = self.asked.kills + 1
        for wave in range(waves):
            for one in told[wave::waves]:
                self.send(*one)
            if wave < self.asked.kills:
                self.nudge()
                time.sleep(self.here.random.uniform(1.0, 2.5))
                self.faults["in the middle"] += bool(self.open())
                self.worker.kill()
                self.worker.start()
        quiet = time.monotonic()
        while self.open() and self.here.left() > 6:
            self.nudge()
            time.sleep(0.3)
        self.healed = time.monotonic() - quiet

    def open(self) -> int:
        from integrations.shops.models import InboundMessage
        from integrations.webhooks.models import WebhookDelivery
        from outbox.models import EventDelivery

        deliveries = WebhookDelivery.objects.filter(state="due").exclude(endpoint__name="/dead").count()
        messages = InboundMessage.objects.filter(verdict="waiting").count()
        events = EventDelivery.objects.filter(done_at=None, parked_at=None).count()
        return messages + events + deliveries

    def nudge(self) -> None:
        from config.celery import app

        for task in ("outbox.tasks.deliver", "integrations.shops.tasks.take_in", "integrations.tasks.send_webhooks"):
            app.send_task(task, expires=10, retry=False)

    # What came of it

    def check(self) -> list[str]:
        from integrations.shops.models import InboundMessage
        from loyalty.models import Txn

        self.worker.kill()
        found = self.findings
        if left := self.open():
            found.append(f"{left} messages, events or deliveries are not done")
        wrong = InboundMessage.objects.filter(verdict="failed").values_list("problem", "detail")[:3]
        found += [f"a message failed: {problem} {detail}" for problem, detail in wrong]
        found += [*self._orders(), *self._heard()]
        self.posted = Txn.objects.count()
        self._again()
        if Txn.objects.count() != self.posted:
            found.append("told once more, postings came")
        return [*found, *broken_invariants()]

    def _orders(self) -> list[str]:
        from loyalty.models import Order

        found = []
        found += [
            f"order {order.external_id} is {order.state}" for order in Order.objects.filter(source="feed")
            if order.state != ("cancelled" if int(order.external_id) % 3 == 0 else "paid")
        ]  # fmt: skip
        if Order.objects.count() != self.asked.orders + max(2, self.asked.orders // 8):
            found.append(f"{Order.objects.count()} orders are there")
        return found

    def _heard(self) -> list[str]:
        from integrations.webhooks.models import WebhookDelivery
        from outbox.models import StoredEvent

        found = []
        events = set(StoredEvent.objects.filter(name="points.posted").values_list("id", flat=True))
        for path in ("/quick", "/slow", "/failing"):
            rows = WebhookDelivery.objects.filter(endpoint__name=path)
            ids = dict(rows.values_list("public_id", "event_id"))
            heard = self.others.heard[path]
            if missing := len(events) - len({ids.get(one) for one in heard} & events):
                found.append(f"{path} did not hear {missing} of {len(events)} events")
            found += [f"{path} heard {one} in different words" for one, bodies in heard.items() if len(set(bodies)) > 1]
            found += [f"{path} heard {one}, which nobody wrote" for one in heard if one not in ids][:3]
        quick = WebhookDelivery.objects.filter(endpoint__name="/quick", settled_at__isnull=False)
        waited = [row.settled_at - row.created_at for row in quick if row.settled_at]
        self.quick = max(waited, default=timedelta(0)).total_seconds()
        if self.quick > QUICK_WITHIN:
            found.append(f"the quick machine waited {self.quick:.0f} s for an event")
        return found

    def _again(self) -> None:
        from integrations.shops.models import InboundMessage
        from integrations.shops.working import take_in

        InboundMessage.objects.exclude(verdict="waiting").update(verdict="waiting", attempts=0, processed_at=None)
        take_in()

    def numbers(self) -> dict[str, Any]:
        heard = {path: sum(map(len, ids.values())) for path, ids in self.others.heard.items()}
        return {
            "postings": self.posted, "heard": heard, "faults": dict(self.faults), "healed_s": round(self.healed, 1),
            "quick_s": round(self.quick, 1),
        }  # fmt: skip


def main() -> None:
    asked = arguments(__doc__ or "", broken=BROKEN, orders=12, kills=3, seconds=110.0)
    with World("machines", seed=asked.seed, deadline=asked.seconds) as here:
        market = Market(here, asked)
        market.prepare()
        begun = time.monotonic()
        market.play()
        took = time.monotonic() - begun
        findings = market.check()
        if findings:
            print(here.logs()[-6000:], file=sys.stderr)
    report(
        "machines" + (f", {asked.broken}" if asked.broken else ""), findings, seed=asked.seed, seconds=round(took, 1),
        **market.numbers(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
