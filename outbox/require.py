"""Actions demand a transaction and never open or commit one: the edge that called them decides what belongs together."""

from django.db import transaction


class TransactionRequired(RuntimeError):
    """An action was called outside a transaction."""


def require_transaction() -> None:
    """Raise TransactionRequired unless the caller is inside ``transaction.atomic()``."""
    if not transaction.get_connection().in_atomic_block:
        raise TransactionRequired(
            "Open the transaction at the edge: `with transaction.atomic(durable=True): actions.verb(...)`."
        )
