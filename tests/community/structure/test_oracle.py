"""Cast × act × state of the topic × board: one table. Who is not in a row is refused, and nothing changes.

An address of a topic that takes a POST and has no row here fails the build.
"""

from typing import Any

import pytest
from django.db import transaction
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from community.actions.forum import moving, posts, tags, topics
from community.actions.order import sanctions
from community.models import Board, IdeaVote, Post, PostRevision, Reaction, Topic
from outbox.clock import now
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_member, reply, start_topic, url_of

pytestmark = pytest.mark.django_db

STAFF = {"owner", "helper"}
NAMES = ["owner", "helper", "author", "answerer", "newcomer", "regular", "leader", "silenced", "suspended", None]
READERS = set(NAMES)
"""`author` began the topic, `answerer` wrote its reply 2; `newcomer` is at level 0, `regular` at 1, `leader` at 4."""

TALKERS = READERS - {"silenced", "suspended", None}

# act: (part of the address, form). Post 2 is the answerer's, post 3 a wiki post of the answerer's.
ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "topic": ("", {}),
    "reply": ("reply/", {"raw": TEXT + " A reply of one's own."}),
    "edit first": ("1/edit/", {"raw": TEXT + " Changed.", "revision": 1, "title": "Another title of some length"}),
    "edit reply": ("2/edit/", {"raw": TEXT + " Changed.", "revision": 1}),
    "edit wiki": ("3/edit/", {"raw": TEXT + " Changed.", "revision": 1}),
    "remove reply": ("2/remove/", {}),
    "restore": ("4/restore/", {}),
    "remove topic": ("remove/", {}),
    "react": ("2/react/", {"kind": "like"}),
    "accept": ("2/accept/", {}),
    "wiki": ("2/wiki/", {}),
    "tags": ("tags/", {"tags": "cups"}),
    "moderate": ("moderate/", {"act": "slow", "seconds": "30"}),
    "split": ("split/", {"number": "2", "title": "Split off from the first"}),
    "merge": ("merge/", {"target": "OTHER"}),
}
ALL_OF_A_QUESTION = {
    "topic": READERS,
    "reply": TALKERS,
    "edit first": STAFF | {"author"},
    "edit reply": STAFF | {"answerer"},
    "edit wiki": STAFF | {"answerer", "regular", "leader"},
    "remove reply": STAFF | {"answerer"},
    "restore": STAFF,
    "remove topic": STAFF,
    "react": TALKERS - {"answerer"},
    "accept": STAFF | {"author", "leader"},
    "wiki": STAFF,
    "tags": STAFF | {"author"},
    "moderate": STAFF,
    "split": STAFF,
    "merge": STAFF,
}
CLOSED = ALL_OF_A_QUESTION | {
    "reply": set(), "edit first": STAFF, "edit reply": STAFF, "edit wiki": STAFF, "remove reply": STAFF, "tags": STAFF,
}  # fmt: skip
HIDDEN = {act: set[Any]() for act in ACTS} | dict.fromkeys(
    ("topic", "edit first", "edit reply", "edit wiki", "remove reply", "restore", "wiki", "tags", "moderate"), STAFF
)
NOBODY = {act: set[Any]() for act in ACTS}
TABLE: dict[str, dict[str, set[Any]]] = {
    "open": ALL_OF_A_QUESTION,
    "closed": CLOSED,
    "archived": CLOSED,
    "removed": HIDDEN,
    "merged": NOBODY,
    "archived board": CLOSED | {"reply": {"owner"}},  # the owner may all, everywhere
    "board of level 1": {act: who & {"owner", "regular"} for act, who in ALL_OF_A_QUESTION.items()}
    | {"remove topic": {"owner"}, "topic": {"owner", "regular", "silenced"}, "edit wiki": {"owner", "regular"}},
}
ELSEWHERE = {
    "post", "choose_view", "replies", "reactions", "vote_idea", "edit_event", "event_file", "vote_poll", "poll_voters",
    "topic_level", "bookmark_topic", "bookmark_post", "mark_unread", "topic_feed", "flag_post", "post_history", "hidden_post", "quote_post",
}  # fmt: skip
"""Pages that are only read, one's own notes about a topic, and acts that another test asks by name."""


class House:
    def __init__(self, cast: Cast, state: str) -> None:
        people: dict[str | None, Any] = {"owner": cast.owner, "helper": cast.helper, None: None}
        for name, groups in (
            ("author", ()), ("answerer", ()), ("newcomer", ()), ("regular", ("trust:1",)), ("leader", ("trust:4",)),
            ("silenced", ("trust:1",)), ("suspended", ("trust:1",)),
        ):  # fmt: skip
            people[name] = make_member(name, *groups)
        self.people = people
        _sanction(people["silenced"], "silence", cast.owner), _sanction(people["suspended"], "suspension", cast.owner)
        level = {"trust:1": ("see", "browse", "start", "reply", "attach")}
        self.board = make_board("home", permissions=level if state == "board of level 1" else None)
        author, answerer = people["author"], people["answerer"]
        self.topic = start_topic(self.board, author, kind="question").topic_id
        self.other = start_topic(make_board("elsewhere"), cast.owner, title="Another question to merge with").topic_id
        reply(self.topic, answerer), reply(self.topic, answerer), reply(self.topic, cast.owner)
        removed = Post.objects.get(topic_id=self.topic, number=4)
        with transaction.atomic():
            posts.set_wiki(post_id=Post.objects.get(topic_id=self.topic, number=3).pk, wiki=True, by=answerer.pk, at=AT)
            posts.remove(post_id=removed.pk, by=cast.owner.pk, at=AT)
            if state in ("closed", "archived"):
                topics.set_state(topic_id=self.topic, state=state, by=cast.owner.pk, at=AT)
            elif state == "removed":
                topics.remove_topic(topic_id=self.topic, by=cast.owner.pk, at=AT, moderating=True)
            elif state == "merged":
                moving.merge(topic_id=self.topic, into_topic_id=self.other, by=cast.owner.pk, at=AT)
        if state == "archived board":
            Board.objects.filter(pk=self.board).update(archived=True)
        with transaction.atomic():
            tags.ensure_tag(name="cups", at=AT)
        # Written just now: how long one may change one's own words is another table's.
        Post.objects.filter(topic_id=self.topic).update(created_at=now())
        self.url = url_of(self.topic)

    def try_it(self, cast: Cast, act: str, who: str | None) -> int:
        """The status that this person gets."""
        part, form = ACTS[act]
        client = cast.client(None)
        if who:
            client.force_login(self.people[who])
        if act == "topic":
            return client.get(self.url).status_code
        form = {key: url_of(self.other) if value == "OTHER" else value for key, value in form.items()}
        return client.post(self.url + part, form).status_code

    def state(self) -> Any:
        """Everything that an act of the table could change."""
        return [
            list(Topic.objects.order_by("pk").values_list("state", "board_id", "title", "tag_ids", "slow_seconds", "merged_into", "removed_at", "accepted_post", "visible_posts", "highest_number")),
            list(Post.objects.order_by("pk").values_list("topic", "number", "raw", "state", "wiki")),
            PostRevision.objects.count(), Reaction.objects.count(), IdeaVote.objects.count(),
        ]  # fmt: skip


def _sanction(member: Any, kind: str, by: Any) -> None:
    with transaction.atomic():
        sanctions.impose(member_id=member.pk, kind=kind, reason="Too loud, too often.", hours=24, by=by.pk, at=now())


@pytest.mark.parametrize("state", TABLE)
def test_who_is_in_the_row_may_and_nobody_else(cast: Cast, state: str) -> None:
    house = House(cast, state)
    before = house.state()
    for act in ACTS:
        for who in NAMES:
            point = transaction.savepoint()
            status = house.try_it(cast, act, who)
            happened = status == 200 if act == "topic" else house.state() != before
            wanted = who in TABLE[state][act]
            assert happened is wanted, (state, act, who, status)
            assert wanted or status in (301, 302, 403, 404, 409, 422), (state, act, who, status)
            transaction.savepoint_rollback(point)
            assert house.state() == before


def test_every_state_has_a_row_for_every_act() -> None:
    assert {state: set(rows) for state, rows in TABLE.items()} == {state: set(ACTS) for state in TABLE}


def test_every_address_of_a_topic_is_in_the_table() -> None:
    def names(patterns: "list[URLPattern | URLResolver]", before: str = "") -> Any:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from names(pattern.url_patterns, route)
            elif route.startswith("t/<topic:address>/"):
                yield pattern.name, route.removeprefix("t/<topic:address>/").replace("<int:number>", "0")

    tested = {"0" + part[1:] if part[:1].isdigit() else part for part, _form in ACTS.values()}
    found = dict(names(get_resolver().url_patterns))
    without = {name for name, part in found.items() if part not in tested and name not in ELSEWHERE}
    assert not without, f"Say in tests/community/structure/test_oracle.py who may do this: {without}"
