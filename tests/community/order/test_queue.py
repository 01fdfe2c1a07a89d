"""The queue: who sees what, one decision wins, everything can be taken back."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from cms.actions import ensure_staff_access
from community.actions.forum import posts
from community.actions.order import review
from community.models import AuditEntry, BoardPermission, Post, ReviewFlag, ReviewItem, Sanction, Topic
from community.problems import ChangedMeanwhile
from members.access import SILENCED, SUSPENDED
from messaging.models import Notice
from outbox.dispatch import run_pending
from outbox.models import StoredEvent
from tests.community.forum.conftest import make_board, make_member, reply, start_topic
from tests.community.order.conftest import AT, browser, flag, open_item

pytestmark = pytest.mark.django_db


def decide(item: ReviewItem, act: str, by: Any, **more: Any) -> ReviewItem:
    item.refresh_from_db()
    with transaction.atomic():
        return review.decide(item_id=item.pk, version=item.version, act=act, by=by.pk, at=AT, **more)


def undo(item: ReviewItem, by: Any) -> None:
    with transaction.atomic():
        review.undo(item_id=item.pk, by=by.pk, at=AT + timedelta(minutes=1))


def said(name: str) -> list[Any]:
    return [event.payload for event in StoredEvent.objects.filter(name=name).order_by("id")]


def state_of(post_id: int) -> str:
    return Post.objects.get(pk=post_id).state


@pytest.fixture
def flagged(place: Any, people: Any) -> ReviewItem:
    for _ in range(3):
        flag(place.old_post, people(2))
    return open_item(place.old_post)


@pytest.mark.parametrize(
    ("act", "state", "item_state", "verdict"),
    [
        ("agree_hide", "hidden", "approved", "agreed"), ("agree_remove", "removed", "approved", "agreed"),
        ("agree_keep", "visible", "approved", "agreed"), ("disagree", "visible", "rejected", "disagreed"),
        ("ignore", "visible", "ignored", "ignored"),
    ],
)  # fmt: skip
def test_each_verdict_does_what_it_says_and_its_undo_restores_everything(
    flagged: ReviewItem, place: Any, cast: Any, act: str, state: str, item_state: str, verdict: str
) -> None:
    counts = Topic.objects.values_list("visible_posts", "highest_number").get(pk=place.topic.topic_id)
    done = decide(flagged, act, cast.helper)
    assert (state_of(place.old_post), done.state, done.decided_by) == (state, item_state, cast.helper)
    assert set(ReviewFlag.objects.values_list("verdict", flat=True)) == {verdict}
    entry = AuditEntry.objects.get(act=f"review.{act}")
    assert (entry.by, entry.about, entry.target, entry.before["post"], entry.after["post"]) == (
        cast.helper, place.old, place.old_post, "hidden", state,
    )  # fmt: skip
    assert len(said("flag.upheld")) == (verdict == "agreed")
    assert len(said("flag.declined")) == (verdict == "disagreed")
    undo(done, cast.helper)
    done.refresh_from_db()
    assert (done.state, done.decision, done.decided_by, done.undo) == ("pending", "", None, None)
    assert state_of(place.old_post) == "hidden"
    assert set(ReviewFlag.objects.values_list("verdict", flat=True)) == {""}
    assert Topic.objects.values_list("visible_posts", "highest_number").get(pk=place.topic.topic_id) == counts
    assert len(said("flag.reopened")) == (verdict != "ignored")


@pytest.mark.parametrize(("act", "group"), [("silence", SILENCED), ("suspend", SUSPENDED)])
def test_a_sanction_from_the_card_and_its_undo(
    flagged: ReviewItem, place: Any, cast: Any, act: str, group: str
) -> None:
    done = decide(flagged, act, cast.helper, reason="Third insult this week.", hours=72)
    held = Sanction.objects.get()
    assert (held.reason, held.ends_at, held.by) == ("Third insult this week.", AT + timedelta(hours=72), cast.helper)
    assert place.old.groups.filter(name=group).exists()
    assert state_of(place.old_post) == "removed"
    undo(done, cast.helper)
    held.refresh_from_db()
    assert held.ended_how == "undo"
    assert not place.old.groups.filter(name=group).exists()
    assert state_of(place.old_post) == "hidden"


def test_a_sanction_needs_reason_and_end(flagged: ReviewItem, cast: Any) -> None:
    client = browser(cast.helper)
    url = f"/review/{flagged.public_id}/decide/"
    for form in ({"reason": "", "hours": 24}, {"reason": "Because"}, {"reason": "x", "hours": 99_999}):
        assert client.post(url, {"act": "silence", "version": flagged.version, **form}).status_code == 422
    assert not Sanction.objects.exists()
    assert open_item(flagged.target).state == "pending"


def test_a_spammer_and_everything_they_wrote_go_and_come_back(place: Any, people: Any, cast: Any) -> None:
    from community.actions.chat import messages, rooms

    spam = start_topic(place.board, place.author, title="Cheap watches for all of you")
    deep = reply(spam.topic_id, place.author, raw="And here is more about these watches.").post_id
    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
        messages.send_message(room_id=room, raw="Watches!", client_id="c-000001", by=place.author.pk, at=AT)
    other = reply(place.topic.topic_id, place.author, raw="Watches are also to be had in here.").post_id
    flag(other, people(1))
    flag(place.post, people(3), reason="spam")
    item = open_item(place.post)
    done = decide(item, "delete_spammer", cast.helper)
    assert done.state == "removed"
    assert not Post.objects.filter(author=place.author, state="visible").exclude(pk=spam.post_id).exists()
    assert Topic.objects.get(pk=spam.topic_id).removed_at
    assert place.author.groups.filter(name=SUSPENDED).exists()
    assert ReviewItem.objects.get(target=other).state == "removed"
    undo(done, cast.helper)
    assert state_of(place.post) == "hidden"
    assert [state_of(pk) for pk in (other, spam.post_id, deep)] == ["visible"] * 3
    assert Topic.objects.get(pk=spam.topic_id).removed_at is None
    assert not place.author.groups.filter(name=SUSPENDED).exists()
    assert ReviewItem.objects.get(target=other).state == "pending"
    from community.models import Message

    assert Message.objects.get().removed_at is None


def test_old_friends_are_not_deleted_as_spammers(flagged: ReviewItem, cast: Any) -> None:
    answer = browser(cast.helper).post(
        f"/review/{flagged.public_id}/decide/", {"act": "delete_spammer", "version": flagged.version}
    )
    assert answer.status_code == 422
    assert open_item(flagged.target)


def test_the_automatic_silence_ends_with_the_last_judgement(place: Any, people: Any, cast: Any) -> None:
    for _ in range(3):
        flag(place.post, people(1))
    assert place.author.groups.filter(name=SILENCED).exists()
    done = decide(open_item(place.post), "disagree", cast.helper)
    assert not place.author.groups.filter(name=SILENCED).exists()
    undo(done, cast.helper)
    assert place.author.groups.filter(name=SILENCED).exists()


def test_disagreeing_opens_the_topic_again(place: Any, cast: Any, people: Any) -> None:
    flag(place.old_post, people(1))
    item = open_item(place.old_post)
    ReviewItem.objects.filter(pk=item.pk).update(done=[{"code": "closed", "at": AT.isoformat()}])
    until = AT + timedelta(hours=4)
    Topic.objects.filter(pk=place.topic.topic_id).update(state="closed", opens_at=until)
    done = decide(item, "disagree", cast.helper)
    topic = Topic.objects.get(pk=place.topic.topic_id)
    assert (topic.state, topic.opens_at) == ("open", None)
    undo(done, cast.helper)
    topic.refresh_from_db()
    assert (topic.state, topic.opens_at) == ("closed", until)


def test_a_decision_upon_an_old_card_is_refused_and_says_what_changed(
    flagged: ReviewItem, place: Any, people: Any, cast: Any
) -> None:
    seen = flagged.version
    ReviewItem.objects.filter(pk=flagged.pk).update(version=seen + 1)
    with pytest.raises(ChangedMeanwhile, match="1 new flag"), transaction.atomic():
        review.decide(item_id=flagged.pk, version=seen, act="disagree", by=cast.helper.pk, at=AT)
    decide(flagged, "agree_keep", cast.owner)
    answer = browser(cast.helper).post(f"/review/{flagged.public_id}/decide/", {"act": "disagree", "version": seen + 1})
    assert answer.status_code == 409
    assert b"Owner has decided it" in answer.content
    assert ReviewItem.objects.get(pk=flagged.pk).state == "approved"


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_wins_and_the_other_is_told(people: Any, cast: Any) -> None:
    from tests.community.order.conftest import Place

    place = Place(cast)
    flag(place.old_post, people(2))
    item = open_item(place.old_post)
    barrier, answers = threading.Barrier(2), []

    def press(member: Any, act: str) -> None:
        try:
            barrier.wait()
            answer = browser(member).post(f"/review/{item.public_id}/decide/", {"act": act, "version": item.version})
            answers.append((answer.status_code, act))
        finally:
            connection.close()

    clicks = [
        threading.Thread(target=press, args=pair) for pair in ((cast.helper, "disagree"), (cast.owner, "agree_remove"))
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert sorted(status for status, _act in answers) == [302, 409]
    winner = next(act for status, act in answers if status == 302)
    item.refresh_from_db()
    assert item.decision == winner
    assert AuditEntry.objects.filter(act__startswith="review.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_three_flags_at_once_hide_once(people: Any, cast: Any) -> None:
    from tests.community.order.conftest import Place

    place = Place(cast)
    members = [people(2) for _ in range(3)] + [cast.helper]
    topic = Topic.objects.get(pk=place.topic.topic_id)
    barrier, answers = threading.Barrier(4), []

    def press(member: Any) -> None:
        try:
            client = browser(member)
            barrier.wait()
            answers.append(client.post(f"/t/{topic.public_id}/3/flag/", {"reason": "harassment"}).status_code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=press, args=(member,)) for member in members]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert ReviewItem.objects.filter(kind="flagged_post").count() == 1
    item = open_item(place.old_post)
    assert item.score == sum(ReviewFlag.objects.values_list("weight", flat=True))
    assert state_of(place.old_post) == "hidden"
    assert [entry["code"] for entry in item.done].count("hidden") == 1
    assert Notice.objects.filter(kind="hidden").count() == 1


@pytest.mark.django_db(transaction=True)
def test_deleting_a_spammer_and_flagging_them_elsewhere_never_wait_in_a_circle(people: Any, cast: Any) -> None:
    from tests.community.order.conftest import Place

    place = Place(cast)
    spam = start_topic(place.board, place.author, title="Cheap watches for all of you")
    flag(place.post, people(1))
    item, other = open_item(place.post), Topic.objects.get(pk=spam.topic_id)
    barrier, answers = threading.Barrier(4), []

    def press(member: Any, path: str, form: dict[str, Any]) -> None:
        try:
            client = browser(member)
            barrier.wait()
            answers.append(client.post(path, form).status_code)
        finally:
            connection.close()

    clicks = [
        threading.Thread(
            target=press,
            args=(cast.helper, f"/review/{item.public_id}/decide/", {"act": "delete_spammer", "version": item.version}),
        ),
        *(
            threading.Thread(target=press, args=(people(1), f"/t/{other.public_id}/1/flag/", {"reason": "spam"}))
            for _ in range(3)
        ),
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert set(answers) <= {302, 404, 409, 422} and len(answers) == 4


def test_undo_is_refused_when_it_was_flagged_anew(flagged: ReviewItem, place: Any, people: Any, cast: Any) -> None:
    done = decide(flagged, "agree_keep", cast.helper)
    flag(place.old_post, people(1))
    answer = browser(cast.helper).post(f"/review/{done.public_id}/undo/", follow=True)
    assert b"flagged again" in answer.content
    done.refresh_from_db()
    assert done.state == "approved"


# --- Who sees what -------------------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(place: Any) -> Any:
    """Moderates the tea board alone, with no key to the console."""
    group = Group.objects.create(name="tea keepers")
    BoardPermission.objects.create(board_id=place.board, audience="group", group=group, act="moderate", value="yes")
    return make_member("keeper", "tea keepers")


def test_board_moderators_see_and_decide_their_boards_only(place: Any, keeper: Any, people: Any, cast: Any) -> None:
    coffee = make_board("coffee")
    elsewhere = start_topic(coffee, place.old, title="Coffee zqelsewherezq in the morning")
    flag(elsewhere.post_id, people(1))
    flag(place.old_post, people(1))
    flag(place.old.pk, people(1), kind="flagged_member")
    ours, theirs, person = (
        open_item(place.old_post),
        open_item(elsewhere.post_id),
        open_item(place.old.pk, "flagged_member"),
    )
    client = browser(keeper)
    page = client.get("/review/")
    assert page.status_code == 200
    assert ours.public_id in page.content.decode()
    assert theirs.public_id not in page.content.decode()
    assert b"zqelsewherezq" not in page.content
    card = client.get(f"/review/{ours.public_id}/")
    assert card.status_code == 200
    assert b"delete_spammer" not in card.content and b'value="suspend"' not in card.content
    for item in (theirs, person):
        assert client.get(f"/review/{item.public_id}/").status_code == 404
        assert client.post(f"/review/{item.public_id}/decide/", {"act": "disagree", "version": 1}).status_code == 404
        assert client.post(f"/review/{item.public_id}/undo/").status_code == 404
    url = f"/review/{ours.public_id}/decide/"
    assert client.post(url, {"act": "suspend", "version": ours.version, "reason": "x", "hours": 24}).status_code == 422
    assert client.post(url, {"act": "agree_remove", "version": ours.version}).status_code == 302
    assert state_of(place.old_post) == "removed"
    assert not Sanction.objects.exists()


def test_an_item_goes_where_its_topic_goes(place: Any, keeper: Any, people: Any) -> None:
    flag(place.old_post, people(1))
    item = open_item(place.old_post)
    assert browser(keeper).get(f"/review/{item.public_id}/").status_code == 200
    Topic.objects.filter(pk=place.topic.topic_id).update(board_id=make_board("coffee"))
    assert browser(keeper).get(f"/review/{item.public_id}/").status_code == 404


@pytest.mark.parametrize("who", [None, "mei", "gold"])
def test_strangers_and_members_see_no_queue(place: Any, cast: Any, people: Any, who: str | None) -> None:
    flag(place.old_post, people(1))
    item = open_item(place.old_post)
    client = cast.client(who)
    for path in ("/review/", f"/review/{item.public_id}/", "/admin/review/", f"/admin/review/{item.public_id}/"):
        answer = client.get(path)
        assert answer.status_code in (302, 403, 404), path
        assert b"Other words by an older friend" not in answer.content


def test_the_console_shows_queue_card_people_words_and_log(flagged: ReviewItem, place: Any, cast: Any) -> None:
    with transaction.atomic():
        ensure_staff_access(at=AT)
    client = browser(cast.helper)
    page = client.get("/admin/review/")
    assert page.status_code == 200
    assert b"9.00" in page.content
    card = client.get(f"/admin/review/{flagged.public_id}/").content.decode()
    for words in (
        "Other words by an older friend",
        "3 flags, together 9.00",
        "weighs 3.00",
        "Agree and hide",
        "Flags upheld",
    ):
        assert words in card, words
    assert "points" not in card.lower().partition("<main")[2]
    decided = client.post(
        f"/admin/review/{flagged.public_id}/decide/", {"act": "agree_hide", "version": flagged.version}, follow=True
    )
    assert b"Take it back" in decided.content
    person = client.get(f"/admin/review/people/{place.old.public_id}/")
    assert person.status_code == 200
    client.post(f"/admin/review/people/{place.old.public_id}/note/", {"text": "Was kind on the phone."})
    assert b"Was kind on the phone." in client.get(f"/admin/review/people/{place.old.public_id}/").content
    log = client.get("/admin/review/log/").content.decode()
    assert "Agreed and hidden" in log and "Wrote a note" in log
    assert client.get("/admin/review/?state=decided").status_code == 200
    assert client.get("/admin/review/words/").status_code == 200
    assert client.get("/admin/review/people/").status_code == 200


def test_the_queue_costs_the_same_for_two_and_for_twenty(
    place: Any, people: Any, cast: Any, django_assert_max_num_queries: Any
) -> None:
    member = people(4)
    made = [
        reply(place.topic.topic_id, place.old, raw=f"One more word of mine, number {n} here.").post_id
        for n in range(20)
    ]
    costs = []
    client = browser(cast.helper)
    client.get("/review/")
    for targets in (made[:2], made[2:]):
        for target in targets:
            flag(target, member)
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            assert client.get("/review/").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 16, costs


def test_claiming_is_told_and_binds_nobody(flagged: ReviewItem, cast: Any) -> None:
    browser(cast.helper).post(f"/review/{flagged.public_id}/claim/")
    assert b"Helper is on it" in browser(cast.owner).get(f"/review/{flagged.public_id}/").content
    browser(cast.owner).post(f"/review/{flagged.public_id}/claim/")
    flagged.refresh_from_db()
    assert flagged.claimed_by == cast.helper
    browser(cast.helper).post(f"/review/{flagged.public_id}/claim/", {"release": "1"})
    flagged.refresh_from_db()
    assert flagged.claimed_by is None


# --- Waiting -------------------------------------------------------------------------------------------------------------


def test_moderators_hear_after_two_days_once(flagged: ReviewItem, cast: Any) -> None:
    with transaction.atomic():
        assert review.remind(at=AT + timedelta(hours=47, minutes=59)) == 0
        assert review.remind(at=AT + timedelta(hours=48)) == 1
        assert review.remind(at=AT + timedelta(hours=50)) == 0
    assert set(Notice.objects.filter(kind="review_waits").values_list("member__username", flat=True)) == {
        "owner",
        "helper",
    }


def test_untouched_items_are_ignored_after_sixty_days(flagged: ReviewItem) -> None:
    with transaction.atomic():
        assert review.ignore_old(at=AT + timedelta(days=59)) == 0
        assert review.ignore_old(at=AT + timedelta(days=60)) == 1
    flagged.refresh_from_db()
    assert (flagged.state, flagged.decision) == ("ignored", "untouched")


# --- Posts that wait -----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(place: Any) -> ReviewItem:
    with transaction.atomic():
        written = posts.reply(
            topic_id=place.topic.topic_id, raw="Look at https://zqheldzq.example now, friends.", by=place.author.pk, at=AT,
            hold=True,
        )  # fmt: skip
    run_pending()
    return open_item(written.post_id, "held_post")


def test_a_held_post_comes_to_the_queue_with_its_reasons_and_is_published(
    waiting: ReviewItem, place: Any, cast: Any
) -> None:
    assert said("post.held")
    assert {"code": "newcomer_link"} in waiting.reasons
    topic = Topic.objects.get(pk=place.topic.topic_id)
    assert b"zqheldzq" not in browser(cast.ada).get(f"/t/{topic.slug}-{topic.public_id}/").content
    card = browser(cast.helper).get(f"/review/{waiting.public_id}/").content.decode()
    assert "zqheldzq" in card and "first post with a link" in card
    decide(waiting, "approve", cast.helper)
    post = Post.objects.get(pk=waiting.target)
    assert (post.state, post.number) == ("visible", 4)
    assert Notice.objects.filter(member=place.author, kind="held_judged").count() == 1


def test_declining_a_held_post_and_taking_it_back(waiting: ReviewItem, cast: Any) -> None:
    done = decide(waiting, "decline", cast.helper, reason="No advertising, please.")
    assert state_of(waiting.target) == "removed"
    undo(done, cast.helper)
    post = Post.objects.get(pk=waiting.target)
    assert (post.state, post.number, post.removed_at) == ("awaiting_review", None, None)
    decide(done, "approve", cast.helper)
    assert state_of(waiting.target) == "visible"


def test_signals_raise_one_item_for_a_newcomer(place: Any, cast: Any) -> None:
    for reasons in ([{"code": "same_host"}], [{"code": "same_host"}], [{"code": "disposable"}]):
        with transaction.atomic():
            review.raise_item(
                kind="new_member", target=place.author.pk, author_id=place.author.pk, reasons=reasons, at=AT
            )
    item = open_item(place.author.pk, "new_member")
    assert item.reasons == [{"code": "same_host"}, {"code": "disposable"}]
    assert b"throw-away" in browser(cast.helper).get(f"/review/{item.public_id}/").content
    assert decide(item, "fine", cast.helper).state == "ignored"
