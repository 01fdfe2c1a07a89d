"""Writing down what the staff did."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from community.models import AuditEntry
from outbox.require import require_transaction


def record_act(
    *,
    act: str,
    target_kind: str,
    target: int | None,
    by: int | None,
    at: datetime,
    about: int | None = None,
    board_id: int | None = None,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add one row to the audit log, in the transaction of the act: both stay or both go.

    `act` is a code like `post.removed`; `before` and `after` hold ids and states, never what people wrote.
    """
    require_transaction()
    AuditEntry.objects.create(
        at=at, by_id=by, act=act, target_kind=target_kind, target=target, about_id=about, board_number=board_id,
        reason=reason[:500], before=dict(before or {}), after=dict(after or {}),
    )  # fmt: skip
