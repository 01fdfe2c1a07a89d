"""The part of a topic's page that is the same for all readers of a kind, kept by version.

The key is everything that changes it: the topic's `last_seq` (each post, edit, removal, reaction and state takes one),
what the topic is called and where it lies, the page and how it is drawn, the language and the time zone, and whether the
reader moderates (a page drawn for a moderator is another page, so nothing of it can reach anybody else). Names and
badges have no version of their own: a kept page is valid while the people on it are the ones it was drawn with
(`authors`, a few seconds old at most). A key is read before the posts are, so a page may only be newer than its key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from community.addresses import POSTS_A_PAGE, post_url, topic_url
from community.models import Post
from community.queries.forum import posts as queries
from community.queries.forum.posts import Own, PostRow, TopicHead
from community.topicpage import faces
from community.topicpage.authors import Author, authors
from community.topicpage.branches import Branches, Leaf, grown
from community.topicpage.faces import Face
from community.topicpage.kept import Kept
from community.topicpage.stencils import stencil
from community.words.lines import BY_TIME, line_words

GAP = timedelta(days=7)
"""Silence after which a line between two posts says how long it was."""

OLD_TOPIC = timedelta(days=180)
"""Silence after which who answers is told how long ago the last reply was."""

_kept: "Kept[Body]" = Kept(most=24_000_000)
_trees: "Kept[Branches]" = Kept(most=2_000_000)


@dataclass(frozen=True)
class Way:
    """How a page is asked for: all that decides, beside the topic's version, what its body is."""

    page: int
    nested: bool
    moderating: bool
    language: str
    time_zone: str
    query: str = ""  # what the links of the page carry on: "" or "view=nested&"


@dataclass(frozen=True)
class Drawn:
    """One post of the page: `before` its own attributes, then `after` them, with what is the reader's own between."""

    row: PostRow
    pieces: tuple[str, ...]
    act_url: str
    name: str
    accepted: bool
    polled: bool = False


@dataclass
class Body:
    """A page of posts, drawn but for what is each reader's own."""

    parts: list[str | Drawn]
    numbers: tuple[int, ...]
    people: dict[int, Author]
    pages: int
    shown: list[PostRow]
    answer: PostRow | None
    query: str
    nested: bool
    language: str
    feet: dict[tuple[Any, ...], str] = field(default_factory=dict)
    heads: dict[tuple[Any, ...], tuple[SafeString, SafeString]] = field(default_factory=dict)
    data: dict[str, SafeString] = field(default_factory=dict)
    wholes: dict[Face, SafeString] = field(default_factory=dict)

    def post_ids(self) -> list[int]:
        return [row.id for row in self.shown]

    def author_ids(self) -> list[int]:
        return list({row.author_id for row in self.shown})

    def html(
        self,
        *,
        me: int | None,
        own: Own,
        face_of: Mapping[bool, Face],
        read: int,
        seen: frozenset[int],
        here: int | None,
        polls: Mapping[int, str],
    ) -> SafeString:
        """The posts as this reader sees them. `face_of` is keyed by whether the post is the reader's own; `read` is how
        far they had read (0: never here) and `seen` what they had read beyond, `here` the number the address names,
        `polls` drawn polls by post."""
        alike = me is None and here is None and not polls
        if alike and (known := self.wholes.get(face_of[False])):
            return known
        pieces = self._pieces(me, own, face_of, read, seen, here, polls)
        drawn = SafeString("".join(pieces))
        if alike:
            self.wholes[face_of[False]] = drawn
        return drawn

    def _pieces(
        self,
        me: int | None,
        own: Own,
        face_of: Mapping[bool, Face],
        read: int,
        seen: frozenset[int],
        here: int | None,
        polls: Mapping[int, str],
    ) -> Iterator[str]:
        marked = self.nested  # there the new posts lie in several places, and each says so itself
        for part in self.parts:
            if isinstance(part, str):
                yield part
                continue
            row = part.row
            new = 0 < read < row.number and row.number not in seen
            if new and not marked:
                marked = True
                yield _new_line()
            mine = " data-new" if new else ""
            if here == row.number:
                mine += " data-here"
            drawn = self._post(part, mine, face_of[row.author_id == me], own, polls)
            if row.author_id in own.ignored:
                begin, end = _ignored()
                yield begin
                yield from drawn
                yield end
            else:
                yield from drawn

    def _post(self, part: Drawn, mine: str, face: Face, own: Own, polls: Mapping[int, str]) -> tuple[str, ...]:
        """The pieces of one post with the reader's own between them."""
        row = part.row
        if row.kind == Post.Kind.LINE:
            begin, end = part.pieces
            return begin, mine, end
        foot = self.foot(part, face, own.reactions.get(row.id, ""), own.bookmarks.get(row.id, ""))
        if part.polled:
            begin, text, after, end = part.pieces
            return begin, mine, text, polls.get(row.id, ""), after, foot, end
        begin, text, end = part.pieces
        return begin, mine, text, foot, end

    def foot(self, part: Drawn, face: Face, mine: str, bookmark: str) -> str:
        if bookmark:
            return self._foot(part, face, mine, bookmark)  # nobody else has it
        key = part.row.id, face, mine
        drawn = self.feet.get(key)
        if drawn is None:
            drawn = self.feet[key] = self._foot(part, face, mine, "")
        return drawn

    def _foot(self, part: Drawn, face: Face, mine: str, bookmark: str) -> str:
        return faces.foot(
                part.row, face, mine=mine, bookmark=bookmark, accepted=part.accepted, act_url=part.act_url, query=self.query,
                name=part.name, people=self.people,
            )  # fmt: skip


def body_of(head: TopicHead, way: Way) -> Body:
    """The body, from the process or drawn now: at most one statement for the posts, one for the tree of a nested page,
    and what the people on it cost. Raises LookupError when the topic has no such page."""
    key = (
        head.id, head.last_seq, head.highest_number, head.slug, head.kind, head.author_id, head.accepted_post_id, way,
    )  # fmt: skip
    body = _kept.get(key)
    if body is not None:
        people = authors(body.people)
        if all(people.get(member) is author for member, author in body.people.items()):
            return body
    body = _draw(head, way)
    _kept.put(key, body, sum(len(part) if isinstance(part, str) else len(part.row.html) + 3_000 for part in body.parts))
    return body


def page_of(head: TopicHead, number: int, *, nested: bool) -> int:
    """The page that shows this number in this view."""
    if nested:
        return branches_of(head).page_of(number, POSTS_A_PAGE)
    return (max(number, 1) - 1) // POSTS_A_PAGE + 1


def pages_of(head: TopicHead, *, nested: bool) -> int:
    if nested:
        return branches_of(head).pages(POSTS_A_PAGE)
    return (max(head.highest_number, 1) - 1) // POSTS_A_PAGE + 1


def branches_of(head: TopicHead) -> Branches:
    """Who answers whom in the whole topic; anew only when the topic changed."""
    key = head.id, head.last_seq, head.highest_number
    tree = _trees.get(key)
    if tree is None:
        tree = grown(queries.parents_of(topic_id=head.id))
        _trees.put(key, tree, len(tree.leaves) + 1)
    return tree


def forget() -> None:
    """Drop everything that is kept (tests; nothing else needs it)."""
    _kept.clear()
    _trees.clear()


def paginator(pages: int, page: int) -> "Page[int]":
    """What `includes/pagination.html` reads; it counts pages, not posts."""
    return Paginator(range(1, pages + 1), 1).page(page)


def _draw(head: TopicHead, way: Way) -> Body:
    answer_id = head.accepted_post_id
    leaves: Sequence[Leaf] = ()
    if way.nested:
        tree = branches_of(head)
        leaves = tree.page(way.page, POSTS_A_PAGE)
        numbers = tuple(leaf.number for leaf in leaves)
        rows = queries.numbered_posts(topic_id=head.id, numbers=numbers, answer_id=answer_id)
        pages = tree.pages(POSTS_A_PAGE)
    else:
        rows = queries.page_posts(topic_id=head.id, page=way.page, answer_id=answer_id)
        first = (way.page - 1) * POSTS_A_PAGE + 1
        numbers = tuple(range(first, first + POSTS_A_PAGE))
        pages = pages_of(head, nested=False)
    answer = next((row for row in rows if row.id == answer_id), None)
    on_page = set(numbers)
    rows = [row for row in rows if row.number in on_page]
    shown = [row for row in rows if way.moderating or _shown(row)]
    people = authors(_people(head, [*shown, answer] if answer else shown))
    posts = {row.number: _post(head, way, row, people, _direct_parents(leaves)) for row in shown}
    parts = list(_as_branches(leaves, posts, tree) if way.nested else _as_list(shown, posts))
    return Body(parts, numbers, people, pages, shown, answer, way.query, way.nested, way.language)


def _shown(row: PostRow) -> bool:
    """Whether people who do not moderate see it: whispers never, what was removed only as a stub that carries answers."""
    return row.kind != Post.Kind.WHISPER and (not row.removed or row.reply_count > 0)


def _people(head: TopicHead, rows: Sequence[PostRow]) -> set[int]:
    people = {head.author_id, *head.participants}
    for row in rows:
        people.add(row.author_id)
        people.update(row.first_givers.values())
        if row.parent_author_id:
            people.add(row.parent_author_id)
    return people


def _direct_parents(leaves: Sequence[Leaf]) -> dict[int, int | None]:
    """Below which number each post of a nested page is drawn; who is there need not be named again."""
    above: list[int | None] = []
    found: dict[int, int | None] = {}
    for leaf in leaves:
        above = [*above[: leaf.depth], *[None] * (leaf.depth - len(above))]
        found[leaf.number] = above[-1] if above else 1
        above.append(leaf.number)
    return found


def _post(
    head: TopicHead, way: Way, row: PostRow, people: Mapping[int, Author], drawn_below: Mapping[int, int | None]
) -> Drawn:
    author = people.get(row.author_id)
    url = post_url(head.public_id, head.slug, row.number)
    act_url = url.partition("#")[0]
    name = author.name if author else ""
    accepted = row.id == head.accepted_post_id
    values: dict[str, Any] = {
        "number": row.number,
        "name": name,
        "author_url": author.card.url if author else "",
        "avatar": author.avatar_html if author else "",
        "url": url,
        "act_url": act_url,
        "iso": row.created_at.isoformat(),
        "written_at": _moment(row.created_at),
        "html": row.html,
    }
    if row.kind == Post.Kind.LINE:
        values["html"] = line_words(row.line, row.reason, topic_path=topic_url(head.public_id, head.slug))
        by_time = (row.line or {}).get("code") in BY_TIME
        drawn = stencil(
            "community/topic/line.html", "number name author_url avatar url iso written_at html here", by_time=by_time
        )
        return Drawn(row, tuple(drawn.cut(values, "here")), act_url, name, accepted)
    in_reply = bool(row.parent_number and row.parent_author_id in people)
    if way.nested and drawn_below.get(row.number) == row.parent_number:
        in_reply = False
    parent = people.get(row.parent_author_id or 0)
    values |= {
        "badges": author.badges_html if author else "",
        "edited_at": _moment(row.edited_at) if row.edited_at else "",
        "parent_url": post_url(head.public_id, head.slug, row.parent_number) if row.parent_number else "",
        "parent_name": parent.name if parent else "",
        "parent_number": row.parent_number,
    }
    starter, polled = "", row.has_poll and not row.removed
    if row.author_id == head.author_id and row.number > 1:
        starter = "asked" if head.kind == "question" else "started"
    drawn = stencil(
        "community/topic/post.html",
        "number name author_url avatar badges url act_url iso written_at html edited_at parent_url parent_name parent_number"
        " here poll foot",
        kind=row.kind,
        state=row.state,
        answer=accepted,
        starter=starter,
        in_reply=in_reply,
        edited=row.edited_at is not None,
        wiki=row.wiki,
        has_poll=polled,
    )
    return Drawn(row, tuple(drawn.cut(values, "here", "poll", "foot")), act_url, name, accepted, polled)


def _as_list(rows: Sequence[PostRow], posts: Mapping[int, Drawn]) -> Iterator[str | Drawn]:
    """By number, with a line where nobody wrote for long."""
    before: datetime | None = None
    for row in rows:
        if before is not None and row.created_at - before > GAP:
            yield _gap_line(row.created_at - before)
        before = row.created_at
        yield posts[row.number]


def _as_branches(leaves: Sequence[Leaf], posts: Mapping[int, Drawn], tree: Branches) -> Iterator[str | Drawn]:
    """As a tree: what answers a post lies below it in a part that folds."""
    closing: list[str] = []
    for place, leaf in enumerate(leaf for leaf in leaves if leaf.number in posts):
        while len(closing) > leaf.depth:
            yield closing.pop()
        while len(closing) < leaf.depth:
            if place == 0:  # the page begins inside a branch: what is above lies on the page before
                yield '<div class="branch">'
                closing.append("</div>")
            else:
                begin, end = _branch(tree.below(leaf.number, len(closing)))
                yield begin
                closing.append(end)
        yield posts[leaf.number]
    yield from reversed(closing)


def _branch(count: int) -> list[SafeString]:
    """How a branch begins and ends."""
    return stencil("community/topic/branch.html", "label inside").cut({"label": faces.replies_label(count)}, "inside")


def _gap_line(gap: timedelta) -> str:
    if gap.days >= 365:
        words = ngettext("%(count)s year later", "%(count)s years later", gap.days // 365) % {"count": gap.days // 365}
    elif gap.days >= 60:
        words = ngettext("%(count)s month later", "%(count)s months later", gap.days // 30) % {"count": gap.days // 30}
    else:
        words = ngettext("%(count)s day later", "%(count)s days later", gap.days) % {"count": gap.days}
    return stencil("community/topic/gap.html", "words").fill({"words": words})


def _new_line() -> str:
    return stencil("community/topic/new.html", "").fill({})


def _ignored() -> list[SafeString]:
    return stencil("community/topic/ignored.html", "inside").cut({}, "inside")


def _moment(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
