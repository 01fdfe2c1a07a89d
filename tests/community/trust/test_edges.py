"""Through the doors people use: too fast, too much, too suspicious. What was written stays in the form."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client

from community.actions.forum import posts, topics
from community.models import MemberActivity, Post, ReviewItem, Topic, TopicRead
from community.problems import Problem
from community.rules import signals as rules_signals
from community.trust import gates, signals
from members.access import Refused
from outbox.clock import now
from outbox.dispatch import run_pending
from tests.community.forum.conftest import Cast, make_board, make_member
from tests.community.trust.conftest import AT

pytestmark = pytest.mark.django_db
WORDS = "Ten seconds at ninety-five degrees, then taste it."


def known(member: Any, level: int = 1) -> Any:
    """Somebody at this level, who joined long ago."""
    member.groups.add(Group.objects.get(name=f"trust:{level}"))
    MemberActivity.objects.update_or_create(member=member, defaults={"trust": level, "noted_at": AT})
    return old(member)


def old(member: Any) -> Any:
    type(member).objects.filter(pk=member.pk).update(date_joined=now() - timedelta(days=90))
    return member


def begin(board: int, by: Any, title: str = "How long may a white tea rest?", raw: str = WORDS) -> Topic:
    with transaction.atomic():
        written = topics.start_topic(board_id=board, title=title, raw=raw, by=by.pk, at=now() - timedelta(hours=1))
    return Topic.objects.get(pk=written.topic_id)


def reply(client: Client, topic: Topic, raw: str, **more: Any) -> Any:
    return client.post(f"/t/{topic.slug}-{topic.public_id}/reply/", {"raw": raw, **more})


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def topic(cast: Cast, tea: int) -> Topic:
    known(cast.ada)
    return begin(tea, cast.mei)


@pytest.mark.usefixtures("limits_on")
class TestPace:
    def test_second_reply_waits_and_stays_in_the_form(self, cast: Cast, topic: Topic) -> None:
        ada = cast.client("ada")
        assert reply(ada, topic, WORDS).status_code == 302
        answer = reply(ada, topic, f"And then once more: {WORDS}")
        assert answer.status_code == 429
        assert 1 <= int(answer["Retry-After"]) <= 5
        assert f"And then once more: {WORDS}" in text(answer)
        assert "You can post again in" in text(answer)
        assert Post.objects.filter(author=cast.ada).count() == 1

    def test_double_click_is_one_post(self, cast: Cast, topic: Topic) -> None:
        ada = cast.client("ada")
        for _ in range(3):
            assert reply(ada, topic, WORDS, client_id="one-form-only").status_code == 302
        assert Post.objects.filter(author=cast.ada).count() == 1

    def test_refused_text_costs_nothing(self, cast: Cast, topic: Topic) -> None:
        ada = cast.client("ada")
        assert reply(ada, topic, "short").status_code == 422
        assert reply(ada, topic, WORDS).status_code == 302

    def test_topics_of_newcomers_are_two_minutes_apart(self, cast: Cast, tea: int) -> None:
        old(cast.mei)
        mei = cast.client("mei")
        form = {"title": "Which leaf for a long evening?", "kind": "discussion"}
        assert mei.post("/b/tea/new/", {**form, "raw": WORDS}).status_code == 302
        answer = mei.post("/b/tea/new/", {**form, "raw": f"Once more. {WORDS}"})
        assert answer.status_code == 429
        assert 100 < int(answer["Retry-After"]) <= 120
        assert "Once more." in text(answer)

    def test_fifty_first_reaction_of_a_day(self, cast: Cast, topic: Topic) -> None:
        ada, url = cast.client("ada"), f"/t/{topic.slug}-{topic.public_id}/1/react/"
        for number in range(50):
            assert ada.post(url, {"kind": ("like", "clap")[number % 2]}).status_code == 302
        answer = ada.post(url, {"kind": "hug"}, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_fast")
        assert int(answer["Retry-After"]) > 86_000

    def test_own_removals_two_a_minute(self, cast: Cast, topic: Topic) -> None:
        with transaction.atomic():
            for number in range(3):
                posts.reply(topic_id=topic.pk, raw=f"{number}. {WORDS}", by=cast.ada.pk, at=now())
        ada = cast.client("ada")
        answers = [
            ada.post(f"/t/{topic.slug}-{topic.public_id}/{number}/remove/", {}).status_code for number in (2, 3, 4)
        ]
        assert answers == [302, 302, 429]
        assert Post.objects.filter(author=cast.ada, state="visible").count() == 1

    def test_edits_have_a_day_too(self, cast: Cast, topic: Topic, settings: Any) -> None:
        settings.COMMUNITY_LIMITS = {"edit": {"windows": [(1, 86400)]}}
        with transaction.atomic():
            posts.reply(topic_id=topic.pk, raw=WORDS, by=cast.ada.pk, at=now())
        ada, url = cast.client("ada"), f"/t/{topic.slug}-{topic.public_id}/2/edit/"
        assert ada.post(url, {"raw": f"{WORDS} Twice.", "revision": 1}).status_code == 302
        answer = ada.post(url, {"raw": f"{WORDS} Thrice.", "revision": 2})
        assert answer.status_code == 429
        assert "Thrice." in text(answer)

    def test_without_valkey_posts_are_still_counted(self, cast: Cast, topic: Topic, no_valkey: None) -> None:
        ada = cast.client("ada")
        assert reply(ada, topic, WORDS).status_code == 302
        assert reply(ada, topic, f"Again. {WORDS}").status_code == 429


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("limits_on")
def test_fifty_replies_at_once_are_one() -> None:
    ada, mei = known(make_member("ada")), make_member("mei")
    topic = begin(make_board("tea"), mei)
    statuses, begin_all = list[int](), threading.Barrier(50)

    def send(number: int) -> None:
        client = Client()
        client.force_login(ada, "members.backends.MemberBackend")
        begin_all.wait(60)
        statuses.append(reply(client, topic, f"{number}. {WORDS}").status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert sorted(statuses) == [302] + [429] * 49
    assert Post.objects.filter(author=ada).count() == 1


class TestGates:
    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            ("See https://a.example/1 https://b.example/2 and https://c.example/3 for more.", "at most 2 links"),
            ("Thank you @ada and @helper and @gold, all of you, for this.", "at most 2 members"),
        ],
    )
    def test_newcomer_is_told_the_next_step(self, cast: Cast, topic: Topic, raw: str, code: str) -> None:
        newcomer, member = make_member("newcomer"), cast.client("ada")
        client = Client()
        client.force_login(newcomer, "members.backends.MemberBackend")
        answer = reply(client, topic, raw)
        assert answer.status_code == 422
        assert code in text(answer)
        assert "Read a few topics for about ten minutes" in text(answer)
        assert Post.objects.filter(author=newcomer).count() == 0
        assert reply(member, topic, raw).status_code == 302

    def test_fourth_reply_of_a_newcomer_in_a_topic(self, cast: Cast, topic: Topic, tea: int) -> None:
        gold = cast.gold
        with transaction.atomic():
            for number in range(3):
                posts.reply(topic_id=topic.pk, raw=f"{number}. {WORDS}", by=gold.pk, at=now())
                posts.reply(topic_id=topic.pk, raw=f"{number}. {WORDS}", by=cast.ada.pk, at=now())
        answer = reply(cast.client("gold"), topic, WORDS)
        assert answer.status_code == 422
        assert "Newcomers reply 3 times in a topic" in text(answer)
        own = begin(tea, gold, title="What may I ask here, and how?")
        with transaction.atomic():
            for number in range(4):
                posts.reply(topic_id=own.pk, raw=f"{number}. {WORDS}", by=gold.pk, at=now())
                posts.reply(topic_id=own.pk, raw=f"{number}. {WORDS}", by=cast.ada.pk, at=now())
        gates.check_place(Topic.objects.get(pk=own.pk), member_id=gold.pk, trust=0, moderating=False)

    def test_fourth_post_in_a_row(self, cast: Cast, topic: Topic) -> None:
        def fresh() -> Topic:
            return Topic.objects.get(pk=topic.pk)

        for number in range(3):
            gates.check_place(fresh(), member_id=cast.ada.pk, trust=3, moderating=False)
            with transaction.atomic():
                posts.reply(
                    topic_id=topic.pk, raw=f"{number}. {WORDS}", by=cast.ada.pk, at=now(), client_id=f"form-{number}-x"
                )
        with pytest.raises(Problem) as refused:
            gates.check_place(fresh(), member_id=cast.ada.pk, trust=3, moderating=False)
        assert refused.value.code == "own_posts_in_a_row"
        gates.check_place(fresh(), member_id=cast.ada.pk, trust=3, moderating=False, client_id="form-2-x")  # sent twice
        gates.check_place(fresh(), member_id=cast.ada.pk, trust=3, moderating=True)
        with transaction.atomic():
            posts.reply(topic_id=topic.pk, raw=WORDS, by=cast.mei.pk, at=now())
        gates.check_place(fresh(), member_id=cast.ada.pk, trust=3, moderating=False)

    @pytest.mark.parametrize("act", ["direct_message", "flag", "private_room", "mention_here", "new_tag", "wiki"])
    def test_closed_gate_names_its_level_and_the_way(self, act: str) -> None:
        from community.rules.trust import GATES

        gates.require(act, GATES[act])
        with pytest.raises(Refused) as refused:
            gates.require(act, GATES[act] - 1)
        assert f"trust level {GATES[act]}" in refused.value.message
        assert "See “Trust” for how far you are." in refused.value.message


class TestSignals:
    def test_first_post_within_three_seconds_waits(self, cast: Cast, topic: Topic) -> None:
        gold = cast.client("gold")
        answer = reply(gold, topic, WORDS, opened=signals.opened(now() - timedelta(seconds=2)))
        assert answer.status_code == 302
        held = Post.objects.get(author=cast.gold)
        assert (held.state, held.number) == ("awaiting_review", None)
        run_pending()
        item = ReviewItem.objects.get(kind="held_post", target=held.pk)
        assert [reason["code"] for reason in item.reasons] == ["typed_fast"]

    @pytest.mark.parametrize("opened", ["slow", "none", "forged"])
    def test_others_do_not_wait(self, cast: Cast, topic: Topic, opened: str) -> None:
        token = {"slow": signals.opened(now() - timedelta(seconds=4)), "none": "", "forged": "1:abc"}[opened]
        reply(cast.client("gold"), topic, WORDS, opened=token)
        assert Post.objects.get(author=cast.gold).state == "visible"

    def test_second_post_and_known_faces_do_not_wait(self, cast: Cast, topic: Topic) -> None:
        with transaction.atomic():
            posts.reply(topic_id=topic.pk, raw=WORDS, by=cast.gold.pk, at=now() - timedelta(hours=1))
        for name in ("gold", "ada"):
            reply(cast.client(name), topic, f"Fast: {WORDS}", opened=signals.opened(now()))
        assert not Post.objects.exclude(state="visible").exists()

    def test_form_carries_its_moment(self, cast: Cast, topic: Topic) -> None:
        page = cast.client("gold").get(f"/t/{topic.slug}-{topic.public_id}/").content.decode()
        token = page.partition('name="opened" value="')[2].partition('"')[0]
        seconds = signals.typed_seconds(token, now() + timedelta(seconds=7))
        assert seconds is not None
        assert 6.5 < seconds < 30

    def test_same_host_in_three_newcomers_posts(self, cast: Cast, tea: int) -> None:
        people = [make_member(name) for name in ("one", "two", "three")]
        for number, person in enumerate(people):
            begin(tea, person, raw=f"{number} Look at https://www.spam.example/{number} and https://ok{number}.example")
            run_pending()
            assert ReviewItem.objects.filter(kind="new_member").count() == (1 if number == 2 else 0)
        item = ReviewItem.objects.get()
        assert (item.target, [reason["code"] for reason in item.reasons]) == (people[2].pk, ["same_host"])

    def test_address_close_to_a_spammer_or_thrown_away(self, cast: Cast, tea: int) -> None:
        from community.models import Sanction

        spammer = make_member("spammer")
        type(spammer).objects.filter(pk=spammer.pk).update(email="buy.cheap1@mail.example")
        Sanction.objects.create(
            member=spammer, kind="suspension", reason="spam", starts_at=now() - timedelta(days=3), by=cast.owner,
            ends_at=now() + timedelta(days=3),
        )  # fmt: skip
        newcomer = make_member("newcomer")
        type(newcomer).objects.filter(pk=newcomer.pk).update(email="buy.cheap22@mail.example")
        begin(tea, newcomer)
        thrown = make_member("thrown")
        type(thrown).objects.filter(pk=thrown.pk).update(email="x@sub.mailinator.com")
        begin(tea, thrown, title="Another question about the water")
        run_pending()
        found = {item.target: [reason["code"] for reason in item.reasons] for item in ReviewItem.objects.all()}
        assert found == {newcomer.pk: ["near_spammer"], thrown.pk: ["disposable"]}


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("buy.cheap1@mail.example", "buy.cheap22@mail.example", True),
        ("buy.cheap1@mail.example", "buy.cheap333@mail.example", False),
        ("buy.cheap+tea@mail.example", "BUY.cheap@mail.example", True),
        ("ann@mail.example", "ana@mail.example", False),
        ("ann@mail.example", "ann@mail.example", True),
        ("", "", False),
        ("somebody@a.example", "somebody@b.example", True),
    ],
)
def test_near_addresses(one: str, other: str, near: bool) -> None:
    assert rules_signals.near(one, other) is near


def test_reading_a_topic_counts_for_trust(cast: Cast, topic: Topic) -> None:
    with transaction.atomic():
        for number in range(30):
            posts.reply(topic_id=topic.pk, raw=f"{number}. {WORDS}", by=cast.mei.pk, at=now())
    gold, address = cast.client("gold"), f"/t/{topic.slug}-{topic.public_id}/"
    for page in ("", "?page=2", "", "?page=2"):
        assert gold.get(address + page).status_code == 200
    row = MemberActivity.objects.get(member=cast.gold)
    assert (row.topics_opened, row.posts_read, row.days_visited) == (1, 31, 1)
    assert TopicRead.objects.get(member=cast.gold).last_read_number == 31
