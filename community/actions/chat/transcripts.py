"""Making a topic of what was said in a room: quotes with their authors, each leading back to its message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.actions.chat import messages
from community.actions.forum import posts, topics
from community.actions.forum.posts import Prepared
from community.actions.live import stream as stage_stream
from community.models import LiveSession, Message, Room, Topic
from community.queries.forum import topics as topic_queries
from community.rules import chat as rules
from community.rules import composer as rules_composer
from members.access import Refused
from members.queries import MemberCard, member_cards
from outbox.require import require_transaction

POST_FULL, POST_QUOTES = 16_000, 100
"""Characters and quotes of one post of a transcript; the next one begins with the quote that would be too much."""


@dataclass(frozen=True)
class Chosen:
    """The messages of a transcript as they are now, in order: what is removed, and lines of the system, are left out.

    `rest`: the seq at which the next transcript begins, when the stretch had more than one topic holds. `left_out`: how
    many messages of the room, in sight between the first and the last of these, were not chosen.
    """

    messages: list[Message]
    people: dict[int, MemberCard]
    rest: int | None = None
    left_out: int = 0


def choose(
    *, room_id: int, first: int | None = None, last: int | None = None, seqs: Sequence[int] = (), replies: bool = False
) -> Chosen:
    """The messages from one seq to another, or these. Those of threads only when asked for or named: right after the
    message that begins their thread."""
    found = Message.objects.filter(room_id=room_id, removed_at__isnull=True).exclude(kind=Message.Kind.LINE)
    within = Q(seq__in=list(seqs)) if seqs else Q(seq__range=(first or 0, last or 0), thread__isnull=True)
    found = found.filter(within)
    chosen = list(found.select_related("thread").order_by("seq")[: rules.TRANSCRIPT_MOST + 1])
    if replies and not seqs:
        roots = [one.pk for one in chosen if one.reply_count]
        more = Message.objects.filter(thread_id__in=roots, removed_at__isnull=True).select_related("thread")
        chosen += more.order_by("thread__seq", "seq")[: rules.TRANSCRIPT_MOST + 1]
    chosen.sort(key=lambda one: (one.thread.seq if one.thread else one.seq, one.seq))
    kept, beyond = _held(chosen)
    return Chosen(
        kept, member_cards(member_ids={one.author_id for one in kept}), rest=beyond,
        left_out=_left_out(room_id, kept) if seqs else 0,
    )  # fmt: skip


def _held(chosen: list[Message]) -> tuple[list[Message], int | None]:
    """What one topic holds of them, and the seq in the room at which the rest begins: a thread is not cut, if it can be."""
    if len(chosen) <= rules.TRANSCRIPT_MOST:
        return chosen, None
    beyond = chosen[rules.TRANSCRIPT_MOST]
    begins = beyond.thread or beyond
    whole = [one for one in chosen[: rules.TRANSCRIPT_MOST] if (one.thread or one).pk != begins.pk]
    if whole:
        return whole, begins.seq
    after = next((one.seq for one in chosen if one.thread_id is None and one.seq > begins.seq), None)
    return chosen[: rules.TRANSCRIPT_MOST], after


def _left_out(room_id: int, chosen: Sequence[Message]) -> int:
    stretch = [one.seq for one in chosen if one.thread_id is None]
    if len(stretch) < 2:
        return 0
    between = Message.objects.filter(room_id=room_id, seq__range=(min(stretch), max(stretch)), thread__isnull=True)
    shown = between.filter(removed_at__isnull=True).exclude(kind=Message.Kind.LINE).count()
    return shown - len(stretch)


def words_of(*, room: Room, chosen: Chosen, intro: str = "") -> list[str]:
    """The Markdown of the topic's posts, one after the other, each as long as a post may be; the first says what was left
    out. Raises Refused when nothing is left or it is too much for one topic."""
    if not chosen.messages:
        raise Refused("nothing_chosen", _("Choose at least one message that is still there."))
    if chosen.rest is not None:
        raise Refused("too_many", _("At most %(most)d messages become one topic.") % {"most": rules.TRANSCRIPT_MOST})
    told = _("Said in the room [%(room)s](%(url)s).") % {"room": _plain(room.name), "url": f"/chat/{room.slug}/"}
    if chosen.left_out:
        told += " " + ngettext(
            "%(count)d message in between was left out.",
            "%(count)d messages in between were left out.",
            chosen.left_out,
        ) % {"count": chosen.left_out}
    parts = [intro.strip(), told] if intro.strip() else [told]
    written: list[str] = []
    quotes = 0
    for one in chosen.messages:
        card = chosen.people.get(one.author_id)
        url = f"/chat/{room.slug}/{one.seq}/"
        head = rules_composer.quote_head(handle=card.username if card else "?", number=one.seq, url=url)
        quote = rules_composer.quote_markdown(head=head, raw=one.raw or "…").strip()
        if quotes == POST_QUOTES or (quotes and _together([*parts, quote]) > POST_FULL):
            written.append("\n\n".join(parts))
            parts, quotes = [], 0
        parts.append(quote)
        quotes += 1
    return [*written, "\n\n".join(parts)]


def _together(parts: Sequence[str]) -> int:
    return sum(len(part) + 2 for part in parts)


def make_topic(
    *,
    room: Room,
    texts: Sequence[Prepared],
    title: str,
    board_id: int,
    count: int,
    client_id: str,
    trust: int,
    by: int,
    at: datetime,
    told: bool = True,
    show: int | None = None,
) -> str:
    """Begin the topic, write what does not fit into its first post below it, and say so in the room by a line, if those
    who are there may read it (`told`); its address.

    The same `client_id` again is the same topic, and nothing is said twice. `show`: it is the talk of this live session,
    which has one such topic, whoever asks for it how often; the session leads to it. Raises what `topics.start_topic`
    raises.
    """
    require_transaction()
    if show is not None:
        held = stage_stream.lock(show)
        if held.topic_id is not None and Topic.objects.filter(pk=held.topic_id, removed_at=None).exists():
            return topic_queries.url_of(topic_id=held.topic_id)
    written = topics.start_topic(
        board_id=board_id, title=title, raw=texts[0].raw, text=texts[0], client_id=client_id, trust=trust, by=by, at=at
    )
    for text in texts[1:] if not written.repeated else ():
        posts.reply(topic_id=written.topic_id, raw=text.raw, text=text, trust=trust, unhurried=True, by=by, at=at)
    url = topic_queries.url_of(topic_id=written.topic_id)
    if show is not None:
        LiveSession.objects.filter(pk=show).update(topic_id=written.topic_id)
    if told and not written.repeated:
        args = {"title": posts.checked_title(title), "url": url, "count": count}
        messages.say_line(room_id=room.pk, code="transcript", args=args, by=by, at=at)
    return url


def _plain(name: str) -> str:
    return name.replace("[", "(").replace("]", ")")
