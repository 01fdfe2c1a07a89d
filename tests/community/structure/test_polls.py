"""Polls: asked in a form, voted in a form, counted by the database, decided by a pure function."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from community.actions.forum import polls
from community.actions.forum.polls import PollDraft
from community.models import Poll, PollVote, Post
from community.queries.forum import structure
from community.rules import polls as rules_polls
from outbox.clock import now
from outbox.models import StoredEvent
from tests.community.forum.conftest import AT, TEXT, Cast, make_board, make_member, start_topic, url_of

pytestmark = pytest.mark.django_db
CUPS = ("gaiwan", "kyusu", "mug")


def ask(board: int, by: Any, **draft: Any) -> tuple[Poll, str]:
    written = start_topic(board, by, poll=PollDraft(**{"question": "Which cup?", "options": CUPS} | draft))
    return Poll.objects.get(post_id=written.post_id), url_of(written.topic_id) + "1/poll/"


def row_of(poll: Poll, viewer: Any = None, at: Any = AT) -> structure.PollRow:
    return structure.polls_of(post_ids=[poll.post_id], viewer_id=viewer.pk if viewer else None, at=at)[poll.post_id]


def votes(poll: Poll) -> list[int | None]:
    return [option.votes for option in row_of(poll).options]


@pytest.mark.parametrize(
    ("ballots", "won", "rounds"),
    [
        ({}, [], 1),
        ({(0,): 1}, [0], 1),
        ({(0, 1): 4, (1, 0): 3, (2, 1): 2}, [1], 2),  # the third's voters decide
        ({(0,): 2, (1,): 2}, [0, 1], 1),  # equal
        ({(0,): 3, (1,): 3, (2,): 1}, [0, 1], 2),  # equal after those who named nobody else left
        ({(0, 1, 2): 5, (1, 2, 0): 4, (2, 1, 0): 3, (3, 2): 1}, [1], 3),
        ({(0,): 4, (1, 2): 2, (2, 1): 2, (3, 1): 1}, [1], 3),  # one step after the other
    ],
)
def test_an_instant_runoff(ballots: dict[tuple[int, ...], int], won: list[int], rounds: int) -> None:
    counted = rules_polls.runoff(4, ballots)
    assert rules_polls.winners(counted) == won
    if ballots:
        assert len(counted) <= 4
    for one in counted:
        assert sum(one.votes.values()) <= sum(ballots.values())


def test_a_runoff_ends_whatever_the_ballots() -> None:
    import random

    dice = random.Random(7)
    for _ in range(300):
        options = dice.randint(2, 20)
        ballots = {
            tuple(dice.sample(range(options), dice.randint(1, options))): dice.randint(1, 9)
            for _ in range(dice.randint(0, 30))
        }
        counted = rules_polls.runoff(options, ballots)
        assert len(counted) <= options
        if ballots:
            best = rules_polls.winners(counted)
            assert best
            majority = [
                one
                for one in range(options)
                if sum(n for b, n in ballots.items() if b[0] == one) * 2 > sum(ballots.values())
            ]
            assert not majority or best == majority


def test_a_poll_is_asked_and_voted_in_plain_forms(cast: Cast, tea: int) -> None:
    data = {
        "kind": "discussion", "title": "Which cup do you take?", "raw": TEXT, "poll_question": "Which cup?",
        "poll_options": "gaiwan\n\n  kyusu \nmug\nmug", "poll_kind": "single", "poll_results": "voted",
    }  # fmt: skip
    answer = cast.client("mei").post("/b/tea/new/", data)
    assert answer.status_code == 302, answer.text
    poll = Poll.objects.get()
    assert (tuple(poll.options), poll.post.has_poll, poll.kind) == (CUPS, True, "single")
    url = answer["Location"] + "1/poll/"
    ada = cast.client("ada")
    assert cast.client(None).post(url, {"choice": "0"}).status_code in (302, 403)
    assert PollVote.objects.count() == 0
    for choice in ("2", "2", "0"):
        assert ada.post(url, {"choice": choice}).status_code == 302
    assert PollVote.objects.get().choices == [0]
    assert StoredEvent.objects.filter(name="poll.voted").count() == 2  # the repeated one changed nothing
    assert votes(poll) == [None, None, None]  # who did not vote sees no result yet
    assert [option.votes for option in row_of(poll, cast.ada).options] == [1, 0, 0]
    assert ada.post(url, {"act": "withdraw"}).status_code == 302
    assert PollVote.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"poll_options": "one"}, "2 to 20"),
        ({"poll_options": "\n".join(map(str, range(21)))}, "2 to 20"),
        ({"poll_options": "a\n" + "b" * 121}, "at most 120"),
        ({"poll_question": ""}, "needs a question"),
        ({"poll_closes": "2001-01-01T10:00"}, "before it begins"),
        ({"poll_kind": "several", "poll_least": "3", "poll_most": "2"}, "The least may not be above"),
        ({"poll_kind": "several", "poll_most": "9"}, "The least may not be above"),
        ({"poll_kind": "shouting"}, ""),
        ({"poll_results": "x"}, ""),
    ],
)
def test_a_poll_that_makes_no_sense_is_not_asked(cast: Cast, tea: int, changes: dict[str, str], word: str) -> None:
    data = {
        "kind": "discussion", "title": "Which cup do you take?", "raw": TEXT, "poll_question": "Which cup?",
        "poll_options": "gaiwan\nkyusu", "poll_kind": "single", "poll_results": "always",
    }  # fmt: skip
    answer = cast.client("mei").post("/b/tea/new/", data | changes)
    assert answer.status_code == 422
    assert word in answer.text and TEXT in answer.text
    assert Post.objects.count() == 0


@pytest.mark.parametrize(
    ("draft", "choices", "good"),
    [
        ({}, ["0", "1"], False), ({}, [], False), ({}, ["3"], False), ({}, ["-1"], False), ({}, ["x"], False),
        ({"kind": "several", "least": 2, "most": 3}, ["0"], False),
        ({"kind": "several", "least": 2, "most": 3}, ["0", "2"], True),
        ({"kind": "several", "least": 1, "most": 2}, ["0", "1", "2"], False),
        ({"kind": "several", "least": 1, "most": 2}, ["1", "1"], False),
    ],
)  # fmt: skip
def test_ballots_fit_their_poll(cast: Cast, tea: int, draft: dict[str, Any], choices: list[str], good: bool) -> None:
    _poll, url = ask(tea, cast.mei, **draft)
    assert cast.client("ada").post(url, {"choice": choices}).status_code == 302
    assert PollVote.objects.exists() is good


def test_a_ranking_is_typed_as_places(cast: Cast, tea: int) -> None:
    poll, url = ask(tea, cast.mei, kind="ranked")
    assert cast.client("ada").post(url, {"place-0": "2", "place-1": "", "place-2": "1"}).status_code == 302
    assert PollVote.objects.get().choices == [2, 0]
    cast.client("gold").post(url, {"place-0": "1", "place-2": "1"})
    assert PollVote.objects.count() == 1
    assert row_of(poll).options[2].won


def test_who_may_vote(cast: Cast, tea: int) -> None:
    _one, circle = ask(tea, cast.mei, group_id=Group.objects.get(name="tier:gold").pk)
    _two, trusted = ask(tea, cast.mei, least_trust=2)
    back = make_board("back", permissions={"tier:gold": ("see", "browse", "start", "reply")})
    _three, hidden = ask(back, cast.gold)
    cast.client("ada").post(circle, {"choice": "0"}), cast.client("ada").post(trusted, {"choice": "0"})
    assert cast.client("ada").post(hidden, {"choice": "0"}).status_code == 404
    assert PollVote.objects.count() == 0
    cast.ada.groups.add(Group.objects.get_or_create(name="trust:2")[0])
    cast.client("ada").post(trusted, {"choice": "0"}), cast.client("gold").post(circle, {"choice": "0"})
    assert PollVote.objects.count() == 2


def test_a_closed_poll_is_closed(cast: Cast, tea: int) -> None:
    poll, url = ask(tea, cast.mei, results="closed", closes_at=now() + timedelta(hours=1))
    cast.client("ada").post(url, {"choice": "1"})
    assert votes(poll) == [None, None, None]
    cast.client("ada").post(url, {"act": "close"})  # not hers to close
    assert not row_of(poll, at=now()).closed
    cast.client("mei").post(url, {"act": "close"})
    cast.client("ada").post(url, {"choice": "2"}), cast.client("ada").post(url, {"act": "withdraw"})
    closed = row_of(poll, at=now())
    assert closed.closed and [option.votes for option in closed.options] == [0, 1, 0]


def test_an_anonymous_poll_names_nobody(cast: Cast, tea: int) -> None:
    secret, hidden = ask(tea, cast.mei)
    named, shown = ask(tea, cast.mei, anonymous=False)
    for url in (hidden, shown):
        cast.client("ada").post(url, {"choice": "1"})
    assert cast.client("mei").get(hidden + "voters/").status_code == 404
    assert "Ada" in cast.client("mei").get(shown + "voters/").text
    assert structure.voters_of(poll_id=secret.pk) == {0: [], 1: [], 2: []}
    assert structure.voters_of(poll_id=named.pk)[1] == [cast.ada.pk]


@pytest.mark.django_db(transaction=True)
def test_a_hundred_votes_at_once_count_a_hundred() -> None:
    people = [make_member(f"voter{index}") for index in range(25)]
    poll, _url = ask(make_board("rush"), people[0])

    def vote(index: int) -> None:
        try:
            with transaction.atomic(durable=True):
                polls.vote(poll_id=poll.pk, choices=[index % 3], by=people[index % 25].pk, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(vote, range(100)))
    counted = votes(poll)
    assert sum(one or 0 for one in counted) == PollVote.objects.count() == 25
