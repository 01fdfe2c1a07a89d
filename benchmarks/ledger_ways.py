"""The ways in which `ledger.py` writes an award: through the action, as plain objects, and as one lean database function."""

import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from ledger_world import AT, sql

Way = Callable[[int], Callable[[], int]]
PICTURE = "bench"

# What an award writes, and nothing asked: the limit against which the action is held. `p_delivery` is empty where no
# subscriber wants the event, as in the action.
YARDSTICK = """
CREATE OR REPLACE FUNCTION bench_award(p_member bigint, p_currency smallint, p_delivery text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE v_wallet bigint; v_txn bigint; v_event bigint;
BEGIN
    SELECT id INTO v_wallet FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_currency FOR UPDATE;
    INSERT INTO loyalty_txn (key, kind, reason, origin, source_type, effective_at, facts)
    VALUES (gen_random_uuid(), 'earn', 'bench', 'activity', 'cause', now(),
            '{"cause": "bench:00000000-0000-0000-0000-000000000000", "reason": "bench"}')
    RETURNING id INTO v_txn;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (v_txn, v_wallet, p_currency, 25), (v_txn, -1000 - p_currency, p_currency, -25);
    INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
    VALUES (v_wallet, v_txn, 25, 25, now(), now(), now() + interval '13 months', 'activity');
    UPDATE loyalty_wallet SET posted = posted + 25, lifetime = lifetime + 25 WHERE id = v_wallet;
    INSERT INTO outbox_storedevent (uid, name, payload, occurred_at, stored_at)
    VALUES (gen_random_uuid(), 'points.posted', jsonb_build_object('at', now(), 'amount', 25, 'currency', 'points',
            'member_id', p_member, 'txn_id', v_txn), now(), now())
    RETURNING id INTO v_event;
    IF p_delivery <> '' THEN
        INSERT INTO outbox_eventdelivery (event_id, handler, attempts, due_at, last_error)
        VALUES (v_event, p_delivery, 0, now(), '');
    END IF;
    RETURN v_txn;
END $$
"""


def script(members: list[int], currency: int, delivery: str) -> str:
    """pgbench's: the same members, as one call."""
    return (
        f"\\set member random({min(members)}, {max(members)})\n"
        f"SELECT bench_award(:member, {currency}::smallint, '{delivery}');\n"
    )


def rows_of(once: Callable[[], int]) -> dict[str, str]:
    """What one award writes, in any table of the ledger or the outbox: how many rows, and which of their columns say something."""
    tables = [
        name for (name,) in sql(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND (relname LIKE 'loyalty\\_%%' OR relname LIKE 'outbox\\_%%') "
            "ORDER BY relname"
        )
    ]  # fmt: skip
    count = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    before = sql(count)[0]
    once()
    found = {}
    for table, old, new in zip(tables, before, sql(count)[0], strict=True):
        if new > old:
            columns = sql(
                "SELECT string_agg(DISTINCT key, ', ') FROM (SELECT (jsonb_each_text(jsonb_strip_nulls(to_jsonb(made)))).key "
                f"FROM (SELECT * FROM {table} ORDER BY id DESC LIMIT {new - old}) AS made) AS filled"
            )
            found[table] = f"{new - old} ({columns[0][0]})"
    return found


def action(members: list[int], currency: str = "points") -> Way:
    """The public one, as every edge calls it."""

    def way(client: int) -> Callable[[], int]:
        from loyalty.actions import grant_points

        pick = random.Random(client)

        def once() -> int:
            with transaction.atomic(durable=True):
                grant_points(
                    cause=f"bench:{uuid.uuid4()}", member_id=pick.choice(members), amount=25, reason="bench",
                    origin="activity", by=None, at=AT, currency=currency,
                )  # fmt: skip
            return 1

        return once

    return way


def objects(members: list[int], delivery: str) -> Way:
    """The same award by models, as a good developer writes it who has no ledger yet: the same rows and the same promises.

    The cause's key is looked up (`get_or_create`), the balance is locked, what a refund left as a debt is repaid first, the lot
    expires as its currency says, the event has a delivery for each who wants it, and open pages hear of it after the commit.
    Given to it, as to the action: the BEGIN that travels with the first statement. Not asked of it: that all the member's
    wallets are locked, and that one call with other facts is told from a replay.
    """

    def way(client: int) -> Callable[[], int]:
        from loyalty import rules
        from loyalty.actions.ledger.posting import zone
        from loyalty.events import PointsPosted
        from loyalty.models import Currency, Debt, Entry, Lot, LotUse, Txn, Wallet
        from outbox.events import to_payload
        from outbox.models import EventDelivery, Listening, StoredEvent
        from outbox.publish import published

        pick = random.Random(client)

        def award(member: int, amount: int, cause: str) -> None:
            currency = Currency.objects.get(code="points")
            wallet, _made = Wallet.objects.select_for_update().get_or_create(member_id=member, currency=currency)
            txn, created = Txn.objects.get_or_create(
                key=rules.cause_key("grant", cause, currency.code),
                defaults={
                    "kind": "earn", "reason": "bench", "origin": "activity", "source_type": "cause", "effective_at": AT,
                    "facts": {"cause": cause, "reason": "bench"},
                },
            )  # fmt: skip
            if not created:
                return
            Entry.objects.bulk_create(
                [
                    Entry(txn=txn, account=wallet.pk, currency=currency, amount=amount),
                    Entry(txn=txn, account=-1000 - currency.pk, currency=currency, amount=-amount),
                ]
            )
            policy = rules.ExpiryPolicy(
                currency.expiry_policy, currency.expiry_months, currency.expiry_rounding, rules.parse_days(currency.expiry_dates)
            )  # fmt: skip
            lot = Lot.objects.create(
                wallet=wallet, txn=txn, amount=amount, remaining=amount, earned_at=AT, available_at=AT,
                expires_at=policy.end(AT, zone()), origin="activity",
            )  # fmt: skip
            wallet.posted += amount
            wallet.lifetime += amount
            wallet.save(update_fields=["posted", "lifetime"])
            for debt in Debt.objects.filter(wallet=wallet, remaining__gt=0).order_by("id"):
                taken = min(debt.remaining, lot.remaining)
                debt.remaining -= taken
                debt.save(update_fields=["remaining"])
                lot.remaining -= taken
                lot.save(update_fields=["remaining"])
                LotUse.objects.create(txn=txn, lot=lot, amount=taken)
            told = PointsPosted(member_id=member, txn_id=txn.pk, currency=currency.code, amount=amount, at=AT)
            event = StoredEvent.objects.create(
                uid=uuid.uuid4(), name="points.posted", payload=to_payload(told), occurred_at=AT
            )
            wanting = [delivery] if delivery else []
            wanting += Listening.objects.filter(name="points.posted").values_list("handler", flat=True)
            EventDelivery.objects.bulk_create([EventDelivery(event=event, handler=one, due_at=AT) for one in wanting])
            published([told], deliveries=len(wanting))

        def once() -> int:
            with transaction.atomic(durable=True):
                award(pick.choice(members), 25, f"bench:{uuid.uuid4()}")
            return 1

        return once

    return way


def bare_objects(members: list[int], currency: int, delivery: str) -> Way:
    """The rows alone by models: a new key each time and nothing looked up, no expiry, no debts, nobody told. Printed beside the
    other, because it is the least that plain objects can cost."""

    def way(client: int) -> Callable[[], int]:
        from loyalty.models import Entry, Lot, Txn, Wallet
        from outbox.models import EventDelivery, StoredEvent

        pick = random.Random(client)

        def once() -> int:
            member = pick.choice(members)
            with transaction.atomic(durable=True):
                wallet = Wallet.objects.select_for_update().get(member_id=member, currency_id=currency)
                txn = Txn.objects.create(
                    key=uuid.uuid4(), kind="earn", reason="bench", origin="activity", source_type="cause", effective_at=AT,
                    facts={"cause": f"bench:{uuid.uuid4()}", "reason": "bench"},
                )  # fmt: skip
                Entry.objects.create(txn=txn, account=wallet.id, currency_id=currency, amount=25)
                Entry.objects.create(txn=txn, account=-1000 - currency, currency_id=currency, amount=-25)
                Lot.objects.create(
                    wallet=wallet, txn=txn, amount=25, remaining=25, earned_at=AT, available_at=AT, origin="activity"
                )
                wallet.posted += 25
                wallet.lifetime += 25
                wallet.save()
                payload = {
                    "at": AT.isoformat(),
                    "member_id": member,
                    "txn_id": txn.pk,
                    "currency": "points",
                    "amount": 25,
                }
                event = StoredEvent.objects.create(
                    uid=uuid.uuid4(), name="points.posted", payload=payload, occurred_at=AT
                )
                if delivery:
                    EventDelivery.objects.create(event=event, handler=delivery, due_at=AT)
            return 1

        return once

    return way


def batch(members: list[int], size: int) -> Way:
    """A crowd in one call, its events too."""

    def way(client: int) -> Callable[[], int]:
        from loyalty.actions import ledger

        pick = random.Random(client)

        def once() -> int:
            chosen = pick.sample(members, size)
            rows: list[Any] = [
                ledger.Earning(
                    key=uuid.uuid4(), member_id=member, currency="points", amount=25, reason="bench", origin="activity",
                    source_type="cause", effective_at=AT, available_at=AT, facts={"cause": "bench", "reason": "bench"},
                )
                for member in chosen
            ]  # fmt: skip
            with transaction.atomic(durable=True):
                posted = ledger.earn(earnings=rows, by=None, at=AT)
                ledger.announce(
                    [(row.member_id, "points", one.txn_id, 25) for row, one in zip(rows, posted, strict=True)], at=AT
                )
            return size

        return once

    return way


def delivery_of(once: Callable[[], int]) -> str:
    """Which subscriber gets a delivery of the award's event; empty for none."""
    once()
    found = sql(
        "SELECT handler FROM outbox_eventdelivery WHERE event_id = (SELECT max(id) FROM outbox_storedevent WHERE name = 'points.posted')"
    )
    return json.loads(json.dumps(found[0][0])) if found else ""
