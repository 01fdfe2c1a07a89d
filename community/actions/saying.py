"""Saying something in a room under the site's word rules: judged, said, and what follows, in one transaction."""

from datetime import datetime

from community import moderation
from community.actions import messages, review, sanctions
from community.actions.audit import record_act
from community.actions.messages import Sent
from community.models import Message, Sanction
from community.moderation import Verdict
from community.problems import BlockedWord
from members.access import Refused
from outbox.require import require_transaction


def say(*, room_id: int, raw: str, client_id: str, by: int, trust: int, moderating: bool, at: datetime) -> Sent:
    """`messages.send_message` for members: a rule may refuse, change or flag the text. Raises what that raises, and Refused.

    A chat does not wait for moderators: what a rule would hold is said, and looked at.
    """
    require_transaction()
    verdict = _judged(raw, trust, moderating)
    if verdict.silence:
        sanctions.serialise(by)  # before the room's lock, as flags and decisions do
    sent = messages.send_message(room_id=room_id, raw=verdict.text, client_id=client_id, by=by, at=at)
    if not sent.again:
        _follow(sent.message_id, verdict, by, at)
    return sent


def reword(*, message_id: int, raw: str, by: int, trust: int, moderating: bool, at: datetime) -> None:
    """`messages.edit_message` under the same rules; what moderators do to others' words goes into the log."""
    require_transaction()
    verdict = _judged(raw, trust, moderating)
    if verdict.silence:
        sanctions.serialise(by)
    messages.edit_message(message_id=message_id, raw=verdict.text, by=by, at=at)
    author = Message.objects.values_list("author_id", flat=True).get(pk=message_id)
    if author != by:
        record_act(act="message.edited", target_kind="message", target=message_id, about=author, by=by, at=at)
    else:
        _follow(message_id, verdict, by, at)


def unsay(*, message_id: int, by: int, at: datetime) -> None:
    """`messages.remove_message`; what moderators take away goes into the log."""
    require_transaction()
    author = Message.objects.filter(pk=message_id, removed_at__isnull=True).values_list("author_id", flat=True).first()
    messages.remove_message(message_id=message_id, by=by, at=at)
    if author is not None and author != by:
        record_act(
            act="message.removed", target_kind="message", target=message_id, about=author, by=by, at=at,
            before={"state": "visible"}, after={"state": "removed"},
        )  # fmt: skip


def _judged(raw: str, trust: int, moderating: bool) -> Verdict:
    try:
        return moderation.judge(raw, trust=trust, place="message", exempt=moderating)
    except BlockedWord as problem:
        raise Refused(problem.code, problem.message) from problem


def _follow(message_id: int, verdict: Verdict, by: int, at: datetime) -> None:
    if not (verdict.flag or verdict.hold):
        return
    board_id = Message.objects.values_list("room__board_id", flat=True).get(pk=message_id)
    item = review.raise_item(
        kind="flagged_message", target=message_id, author_id=by, board_id=board_id, reasons=verdict.reasons, at=at
    )
    if verdict.silence and not sanctions.is_team(by):
        sanctions.impose(
            member_id=by, kind=Sanction.Kind.SILENCE, reason="flags", hours=None, by=None, at=at, item_id=item
        )
