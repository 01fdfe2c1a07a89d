"""The subscriber that we ship for Medusa 2, run by Node with a stand-in for Medusa: what it sends is accepted and right."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import playwright
import pytest

from integrations.shops import verifying
from loyalty.models import Order

pytestmark = [pytest.mark.django_db]

NODE = Path(playwright.__file__).parent / "driver" / "node"
"""The one that the browser's driver brings: it is wherever these tests can run."""
SOURCE = Path(verifying.__file__).parent / "medusa" / "laoyou.ts"
RUN = """
globalThis.fetch = async (url, asked) => { console.log(JSON.stringify({ url, ...asked })); return { ok: true } }
const order = JSON.parse(process.env.ORDER)
const container = { resolve: () => ({ graph: async () => ({ data: [order] }) }) }
await sendToLaoyou({ event: { name: "order.placed", data: { id: order.id } }, container })
"""
ORDER: dict[str, Any] = {
    "id": "order_01", "status": "pending", "currency_code": "eur", "created_at": "2026-03-01T10:00:00.000Z", "updated_at": "2026-03-01T10:00:00.000Z",
    "customer_id": "cus_1", "email": "ada@example.com", "tax_total": 7.98, "shipping_subtotal": 4.9, "discount_subtotal": 3,
    "items": [{"id": "item_1", "quantity": 2, "title": "Green tea", "variant_sku": "TEA-1", "subtotal": 45, "discount_subtotal": 3, "tax_total": 7.98}],
    "payment_collections": [{"payments": [{"captures": [{"id": "c", "created_at": "2026-03-01T10:01:00.000Z"}], "refunds": []}]}],
}  # fmt: skip


def plain(typescript: str) -> str:
    """The subscriber without its types, which Node 20 does not read."""
    text = re.sub(r"^import type .*$|^import \{ Container.*$", "", typescript, flags=re.M)
    text = re.sub(
        r" as \{[^}]*\}| as any|: SubscriberArgs<\{[^}]*\}>|: SubscriberConfig|(?<=\w): (any|unknown|number|string)\b",
        "",
        text,
    )
    return "const ContainerRegistrationKeys = { QUERY: 1 }\n" + text.replace("!.replace", ".replace").replace(
        "URL!", "URL"
    )


def sent(tmp_path: Path, order: dict[str, Any], secret: str, source: str) -> dict[str, Any]:
    script = tmp_path / "laoyou.mjs"
    script.write_text(plain(SOURCE.read_text(encoding="utf-8")) + RUN, encoding="utf-8")
    given = {
        "ORDER": json.dumps(order),
        "LAOYOU_URL": "https://x.example",
        "LAOYOU_SECRET": secret,
        "LAOYOU_SOURCE": source,
        "PATH": "/usr/bin",
    }
    done = subprocess.run([str(NODE), str(script)], capture_output=True, text=True, env=given, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_what_the_subscriber_sends_is_signed_whole_and_exact(connect: Any, tmp_path: Path) -> None:
    sender = connect("medusa")
    refund = {"id": "ref_1", "amount": 24.99, "created_at": "2026-03-05T10:00:00.000Z"}
    later = json.loads(json.dumps(ORDER))
    later["payment_collections"][0]["payments"][0]["refunds"] = [refund]
    from integrations.shops.working import take_in

    for order, state, refunded in ((ORDER, "paid", 0), (later, "partly_refunded", 2100)):
        said = sent(tmp_path, order, sender.secret, sender.source)
        answer = sender.client.post(
            sender.address, said["body"], content_type="application/json", headers=said["headers"]
        )
        assert (answer.status_code, answer.json()) == (200, {"kept": True})
        take_in()
        row = Order.objects.get(source=sender.source)
        assert (row.state, row.net, row.tax, row.shipping, row.refunded) == (state, 4200, 798, 490, refunded)
    flipped = said["body"].replace("4200", "4201")
    assert (
        sender.client.post(
            sender.address, flipped, content_type="application/json", headers=said["headers"]
        ).status_code
        == 401
    )
