"""What the filters of a question mean for this viewer; each that means nothing gets a plain sentence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community.access import Rights
from community.models import Tag, Topic
from community.models.boards import TopicKind
from community.rules.tags import tag_fold
from community.search import query as search_query
from community.search.query import Question
from community.search.tokens import Term
from members import queries as members
from members.access import Viewer, is_member

STATES = ("solved", "unsolved", "open", "closed", "unread", "mine")


@dataclass
class Wanted:
    """What is looked for, and where. `boards` are browsable ones only. `chat`: in the chat and not in the forum."""

    terms: tuple[Term, ...]
    boards: list[int]
    author_id: int | None = None
    before: datetime | None = None
    since: datetime | None = None
    states: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    tag_ids: list[int] = field(default_factory=list)
    topic: str = ""
    room: str = ""
    chat: bool = False
    problems: list[str] = field(default_factory=list)
    filtered: bool = False

    @property
    def narrows_topics(self) -> bool:
        return bool(self.states - {"mine"} or self.kinds or self.tag_ids or self.topic)


def resolve(question: Question, *, viewer: Viewer, held: Rights, at: datetime) -> Wanted:
    """The question as far as this viewer may ask it. A board that is hidden gets the sentence of one that is absent."""
    wanted = Wanted(question.terms, held.browsable, filtered=bool(question.filters))
    for name, value in question.filters:
        _MEANING[name](wanted, value, _Asker(viewer, held, at))
    return wanted


@dataclass(frozen=True)
class _Asker:
    viewer: Viewer
    held: Rights
    at: datetime

    @property
    def zone(self) -> tzinfo:
        return timezone.get_current_timezone()

    @property
    def today(self) -> date:
        return self.at.astimezone(self.zone).date()


def _in(wanted: Wanted, value: str, asker: _Asker) -> None:
    word = value.casefold()
    if word in search_query.PLACES:
        wanted.chat = True
    elif word in search_query.STATES:
        _is(wanted, value, asker)
    else:
        allowed = asker.held.allowed["browse"]
        cards = [card for card in asker.held.boards.values() if card.id in allowed]
        found = {card.id for card in cards if word in (card.slug.casefold(), card.name.casefold())}
        if not found:
            wanted.problems.append(_("There is no board “%(name)s” that you can read.") % {"name": value})
        for _depth in range(2):  # and the boards inside of it
            found |= {card.id for card in cards if card.parent_id in found}
        wanted.boards = [board for board in wanted.boards if board in found]


def _is(wanted: Wanted, value: str, asker: _Asker) -> None:
    state = search_query.STATES.get(value.casefold())
    if state is None:
        words = _("“is:%(value)s” is unknown. It can be solved, unsolved, open, closed, unread or mine.")
        wanted.problems.append(words % {"value": value})
    elif state in ("unread", "mine") and not is_member(asker.viewer):
        wanted.problems.append(_("Please sign in to search what is unread or yours."))
    else:
        wanted.states.add(state)
        if state == "mine" and is_member(asker.viewer):
            _by(wanted, asker.viewer.pk)


def _from(wanted: Wanted, value: str, asker: _Asker) -> None:
    name = value.removeprefix("@")
    if name.casefold() in ("me", "我") and is_member(asker.viewer):
        _by(wanted, asker.viewer.pk)
        return
    card = members.find_member(username=name)
    if card is None:
        wanted.problems.append(_("Nobody here is called “%(name)s”.") % {"name": name})
    else:
        _by(wanted, card.id)


def _by(wanted: Wanted, member_id: int) -> None:
    if wanted.author_id not in (None, member_id):
        wanted.problems.append(_("One text has one author: please name one person."))
    wanted.author_id = member_id


def _before(wanted: Wanted, value: str, asker: _Asker) -> None:
    wanted.before = _moment(wanted, value, asker) or wanted.before


def _after(wanted: Wanted, value: str, asker: _Asker) -> None:
    wanted.since = _moment(wanted, value, asker) or wanted.since


def _moment(wanted: Wanted, value: str, asker: _Asker) -> datetime | None:
    day = search_query.day(value, today=asker.today)
    if day is None:
        wanted.problems.append(
            _("“%(value)s” is not a date. Write 2026-05-04, 2026-05, 2026, yesterday or 7d.") % {"value": value}
        )
        return None
    return datetime.combine(day, time.min, tzinfo=asker.zone)


def _kind(wanted: Wanted, value: str, asker: _Asker) -> None:
    names = {word: kind.value for kind in TopicKind for word in (kind.value, str(kind.label).casefold())}
    kind = names.get(value.casefold())
    if kind is None:
        words = _("“kind:%(value)s” is unknown. There are: %(kinds)s.")
        wanted.problems.append(words % {"value": value, "kinds": ", ".join(TopicKind.values)})
    else:
        wanted.kinds.add(kind)


def _tag(wanted: Wanted, value: str, asker: _Asker) -> None:
    """By name or address, synonyms too. A tag that stands on hidden topics only gets the sentence of an absent one."""
    found = (
        Tag.objects.filter(Q(folded=tag_fold(value)) | Q(slug=value.removeprefix("#").casefold()))
        .values_list("id", "synonym_of_id")
        .first()
    )
    tag = (found[1] or found[0]) if found else None
    readable = Topic.objects.filter(tag_ids__contains=[tag], board_id__in=asker.held.browsable, removed_at__isnull=True)
    if tag is None or not readable.exists():
        wanted.problems.append(_("There is no topic with the tag “%(name)s”.") % {"name": value.removeprefix("#")})
    else:
        wanted.tag_ids.append(tag)


def _topic(wanted: Wanted, value: str, asker: _Asker) -> None:
    wanted.topic = value.rpartition("-")[2]


def _room(wanted: Wanted, value: str, asker: _Asker) -> None:
    wanted.chat, wanted.room = True, value


_MEANING: dict[str, Callable[[Wanted, str, _Asker], None]] = {
    "in": _in, "is": _is, "from": _from, "before": _before, "after": _after, "kind": _kind, "tag": _tag,
    "topic": _topic, "room": _room,
}  # fmt: skip
