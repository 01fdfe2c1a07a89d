"""What every text passes before it is written: gates of trust, word rules, the first post's speed; and what follows."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse

from community import access, moderation
from community.actions.forum import posts
from community.actions.forum.posts import Prepared
from community.actions.forum.writing import Written
from community.actions.order import review, sanctions
from community.models import Post, Sanction
from community.moderation import Verdict
from community.problems import Problem, TooFast
from community.trust import gates, signals
from members.access import Member


@dataclass(frozen=True)
class Checked:
    """A text that may be written, as it is to be kept."""

    text: Prepared
    verdict: Verdict


def check(
    member: Member,
    held: access.Rights,
    *,
    raw: str,
    moderating: bool,
    at: datetime,
    title: str = "",
    opened: str = "",
) -> Checked:
    """Before the transaction, so that looking up who is named holds no lock. Raises GateClosed, BlockedWord, TextRefused.

    `opened` is the form's signed moment. Moderators are not judged.
    """
    first = held.trust == 0 and not moderating and not _published(member.pk)
    verdict = moderation.judge(
        raw, title=title, trust=held.trust, first=first, typed_seconds=signals.typed_seconds(opened, at) if first else None,
        exempt=moderating,
    )  # fmt: skip
    text = posts.prepare(verdict.text)
    if not moderating:
        gates.check_text(text.cooked, held.trust)
    return Checked(text, verdict)


def begin(verdict: Verdict, member: Member) -> None:
    """First thing in the transaction that writes: a silence that will follow takes its turn before the topic's lock.

    Flags and decisions wait for the author before the topics, too, so that nobody waits in a circle.
    """
    if verdict.silence:
        sanctions.serialise(member.pk)


def follow(written: Written, verdict: Verdict, member: Member, *, at: datetime) -> None:
    """In the transaction that wrote: what the rules want somebody to look at. A held text is put there by its event."""
    if written.repeated or not (verdict.flag or verdict.silence):
        return
    item = None
    if verdict.flag and not written.held:
        item = _look(written.post_id, written.topic_id, written.board_id, verdict, member.pk, at)
    if verdict.silence and not sanctions.is_team(member.pk):
        sanctions.impose(
            member_id=member.pk, kind=Sanction.Kind.SILENCE, reason="flags", hours=None, by=None, at=at, item_id=item
        )


def follow_edit(post: Post, board_id: int, verdict: Verdict, *, at: datetime) -> None:
    """The same for a changed text, which stays where it is: what a rule would have held is looked at."""
    if verdict.flag or verdict.hold:
        _look(post.pk, post.topic_id, board_id, verdict, post.author_id, at)


def refused(response: HttpResponse, problem: Problem | None) -> HttpResponse:
    """The page with the text that was not taken: 429 with Retry-After when it was only too fast."""
    if isinstance(problem, TooFast):
        response.status_code = 429
        response["Retry-After"] = str(problem.retry_after)
    return response


def _look(post_id: int, topic_id: int, board_id: int, verdict: Verdict, author_id: int, at: datetime) -> int:
    return review.raise_item(
        kind="flagged_post", target=post_id, author_id=author_id, reasons=verdict.reasons, at=at, board_id=board_id,
        topic_id=topic_id,
    )  # fmt: skip


def _published(member_id: int) -> bool:
    return Post.objects.filter(author_id=member_id, state=Post.State.VISIBLE).exists()
