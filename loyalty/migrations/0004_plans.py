"""The ledger's functions always read by index.

A session keeps a function's plans. Those made while the tables are small scan them whole, and would go on doing so, a thousand times
a statement, while an import fills the tables: then a batch takes minutes instead of a second.
"""

from django.db import migrations

FUNCTIONS = (
    "loyalty_entry_balanced()",
    "loyalty_lock_wallets(bigint[])",
    "loyalty_earn(jsonb)",
    "loyalty_spend(uuid, bigint, smallint, bigint, text, bigint, text, bigint, timestamptz, jsonb)",
    "loyalty_clawback(uuid, bigint, smallint, bigint, text, text, bigint, text, bigint, bigint, bigint, timestamptz, jsonb)",
    "loyalty_unspend(uuid, bigint, text, bigint, timestamptz, interval, jsonb)",
)


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0003_programme")]

    operations = [
        migrations.RunSQL(
            [f"ALTER FUNCTION {function} SET enable_seqscan = off" for function in FUNCTIONS],
            [f"ALTER FUNCTION {function} RESET enable_seqscan" for function in FUNCTIONS],
        )
    ]
