"""Making a topic of what was said in a room: quotes with their authors, each leading back to its message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

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


@dataclass(frozen=True)
class Chosen:
    """The messages of a transcript as they are now, in order: what is removed, and lines of the system, are left out."""

    messages: list[Message]
    people: dict[int, MemberCard]


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
        chosen += more.order_by("seq")[: rules.TRANSCRIPT_MOST + 1]
    chosen.sort(key=lambda one: (one.thread.seq if one.thread else one.seq, one.seq))
    return Chosen(chosen, member_cards(member_ids={one.author_id for one in chosen}))


def words_of(*, room: Room, chosen: Chosen, intro: str = "") -> str:
    """The Markdown of the topic. Raises Refused when nothing is left or it is too much for one topic."""
    if not chosen.messages:
        raise Refused("nothing_chosen", _("Choose at least one message that is still there."))
    if len(chosen.messages) > rules.TRANSCRIPT_MOST:
        raise Refused("too_many", _("At most %(most)d messages become one topic.") % {"most": rules.TRANSCRIPT_MOST})
    told = _("Said in the room [%(room)s](%(url)s).") % {"room": _plain(room.name), "url": f"/chat/{room.slug}/"}
    parts = [intro.strip(), told] if intro.strip() else [told]
    for one in chosen.messages:
        card = chosen.people.get(one.author_id)
        url = f"/chat/{room.slug}/{one.seq}/"
        head = rules_composer.quote_head(handle=card.username if card else "?", number=one.seq, url=url)
        parts.append(rules_composer.quote_markdown(head=head, raw=one.raw or "…").strip())
    return "\n\n".join(parts)


def make_topic(
    *,
    room: Room,
    text: Prepared,
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
    """Begin the topic, and say so in the room by a line, if those who are there may read it (`told`); its address.

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
        board_id=board_id, title=title, raw=text.raw, text=text, client_id=client_id, trust=trust, by=by, at=at
    )
    url = topic_queries.url_of(topic_id=written.topic_id)
    if show is not None:
        LiveSession.objects.filter(pk=show).update(topic_id=written.topic_id)
    if told and not written.repeated:
        args = {"title": posts.checked_title(title), "url": url, "count": count}
        messages.say_line(room_id=room.pk, code="transcript", args=args, by=by, at=at)
    return url


def _plain(name: str) -> str:
    return name.replace("[", "(").replace("]", ")")
