"""Flags reach each threshold exactly, neither one flag early nor late."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from community.actions.order import flags, review
from community.models import Message, Post, ReviewFlag, ReviewItem, Sanction, Topic
from community.problems import FlagRefused, TooFast
from members.access import SILENCED
from messaging.models import Notice
from outbox.dispatch import run_pending
from tests.community.order.conftest import AT, browser, flag, open_item

pytestmark = pytest.mark.django_db


def state_of(post_id: int) -> str:
    return Post.objects.get(pk=post_id).state


def test_three_members_of_level_two_hide_a_post_and_two_do_not(place: Any, people: Any) -> None:
    for _ in range(2):
        assert flag(place.old_post, people(2)).consequences == ()
    assert state_of(place.old_post) == "visible"
    assert flag(place.old_post, people(2)).consequences == ("hidden",)
    assert state_of(place.old_post) == "hidden"
    assert open_item(place.old_post).score == Decimal(9)
    assert Notice.objects.filter(member=place.old, kind="hidden").count() == 1


def test_the_threshold_is_exact_to_a_hundredth(place: Any, people: Any) -> None:
    """8.32 hides nothing, 8.33 does: accuracies make odd weights."""
    first = people(2)
    flag(place.old_post, first)
    ReviewFlag.objects.update(weight=Decimal("6.32"))
    ReviewItem.objects.update(score=Decimal("6.32"))
    assert flag(place.old_post, people(1)).consequences == ()  # 8.32
    ReviewItem.objects.update(score=Decimal("6.33"))
    assert flag(place.old_post, people(1)).consequences == ("hidden",)  # 8.33


def test_spam_by_a_newcomer_is_hidden_at_once_by_level_three_only(place: Any, people: Any) -> None:
    assert flag(place.post, people(2), reason="spam").consequences == ()
    assert flag(place.old_post, people(3), reason="spam").consequences == ()  # no newcomer
    assert flag(place.post, people(3), reason="spam").consequences == ("hidden",)


def test_staff_may_act_now(place: Any, cast: Any) -> None:
    assert flag(place.old_post, cast.helper, staff=True).consequences == ()
    assert open_item(place.old_post).score == Decimal(6)
    assert flag(place.post, cast.helper, staff=True, act_now=True).consequences == ("hidden",)


def test_a_newcomer_is_silenced_by_three_different_flaggers_over_all_they_wrote(place: Any, people: Any) -> None:
    from tests.community.forum.conftest import reply

    second = reply(place.topic.topic_id, place.author, raw="Once more I say something unpleasant here.").post_id
    one, two = people(1), people(1)
    flag(place.post, one)
    flag(second, one)
    assert flag(place.post, two).consequences == ()
    assert not Sanction.objects.exists()
    assert flag(second, people(1)).consequences == ("silenced",)
    held = Sanction.objects.get()
    assert (held.member, held.by, held.ends_at, held.ended_at) == (place.author, None, None, None)
    assert place.author.groups.filter(name=SILENCED).exists()


def test_an_old_friend_is_not_silenced_by_flags(place: Any, people: Any) -> None:
    for _ in range(4):
        flag(place.old_post, people(1))
    assert open_item(place.old_post).score == 8
    assert not Sanction.objects.exists()


def test_five_members_with_enough_weight_close_a_topic_for_four_hours(place: Any, people: Any) -> None:
    from tests.community.forum.conftest import reply

    targets = [
        reply(place.topic.topic_id, place.old, raw=f"One more word of mine, number {n} of seven.").post_id
        for n in range(7)
    ]
    for target in targets[:6]:
        assert flag(target, people(4)).consequences == ()  # six times 5
    odd = ReviewFlag.objects.filter(item=open_item(targets[0]))
    odd.update(weight=Decimal("4.24"))  # 29.24
    assert flag(targets[6], people(1)).consequences == ()  # 31.24
    odd.update(weight=Decimal("2.25"))  # 29.25
    assert flag(targets[6], people(1)).consequences == ("closed",)  # 31.25
    topic = Topic.objects.get(pk=place.topic.topic_id)
    assert (topic.state, topic.opens_at) == ("closed", AT + timedelta(hours=4))


def test_four_members_close_no_topic_however_heavy(place: Any, people: Any) -> None:
    from tests.community.forum.conftest import reply

    four = [people(4) for _ in range(4)]
    for n in range(9):
        target = reply(place.topic.topic_id, place.old, raw=f"One more word of mine, number {n} of nine.").post_id
        assert flag(target, four[n % 4]).consequences == ()  # 45 in all
    assert Topic.objects.get(pk=place.topic.topic_id).state == "open"


def test_flagging_twice_is_once(place: Any, people: Any) -> None:
    member = people(1)
    assert not flag(place.post, member).again
    again = flag(place.post, member, reason="spam")
    assert again.again
    assert ReviewFlag.objects.count() == 1
    assert open_item(place.post).score == 2


def test_what_was_judged_fine_cannot_be_flagged_for_a_day(place: Any, people: Any, cast: Any) -> None:
    flag(place.post, people(1))
    item = open_item(place.post)
    with transaction.atomic():
        review.decide(item_id=item.pk, version=item.version, act="disagree", by=cast.helper.pk, at=AT)
    with pytest.raises(FlagRefused, match="within the last day"):
        flag(place.post, people(4), at=AT + timedelta(hours=23, minutes=59))
    assert not flag(place.post, people(1), at=AT + timedelta(hours=24)).again
    assert ReviewItem.objects.filter(target=place.post).count() == 2


def test_twenty_flags_a_day(place: Any, people: Any) -> None:
    from tests.community.forum.conftest import reply

    member, strong = people(1), people(2)
    targets = [
        reply(place.topic.topic_id, place.old, raw=f"Another word of mine, number {n} of many.").post_id
        for n in range(21)
    ]
    for target in targets[:20]:
        flag(target, member)
        flag(target, strong)
    with pytest.raises(TooFast) as refused:
        flag(targets[20], member)
    assert refused.value.retry_after == 24 * 3600 + 1
    flag(targets[20], strong)  # thirty at level two
    assert not flag(targets[20], member, at=AT + timedelta(days=1)).again


def test_own_things_and_newcomers_and_notes(place: Any, people: Any) -> None:
    with pytest.raises(FlagRefused):
        flag(place.post, place.author, trust=1)
    with pytest.raises(FlagRefused):
        flag(place.post, people(0))
    for reason in ("illegal", "other"):
        with pytest.raises(FlagRefused):
            flag(place.post, people(1), reason=reason)
        flag(place.post, people(1), reason=reason, note="It names my neighbour.")
    with pytest.raises(FlagRefused):
        flag(place.post, people(1), reason="because")
    with pytest.raises(FlagRefused):
        flag(999_999, people(1))


def test_accuracy_of_past_flags_weighs(place: Any, people: Any) -> None:
    member = people(1)
    for n in range(6):
        item = ReviewItem.objects.create(
            kind="flagged_member", target=100 + n, state="approved", created_at=AT, touched_at=AT, decided_at=AT
        )
        ReviewFlag.objects.create(item=item, by=member, reason="spam", weight=2, trust=1, verdict="agreed", at=AT)
    assert flags.accuracy_of(member_id=member.pk) == Decimal("1.94")
    flag(place.post, member, at=AT + timedelta(days=2))
    assert open_item(place.post).score == Decimal("3.94")


# --- At the door ---------------------------------------------------------------------------------------------------------


def test_a_post_is_flagged_with_a_plain_form(place: Any, people: Any) -> None:
    topic = Topic.objects.get(pk=place.topic.topic_id)
    url = f"/t/{topic.public_id}/2/flag/"
    client = browser(people(1))
    page = client.get(url)
    assert page.status_code == 200
    assert b"Harassment" in page.content
    assert b"act_now" not in page.content
    assert client.post(url, {"reason": "illegal"}).status_code == 422
    answer = client.post(url, {"reason": "illegal", "note": "It sells my address."})
    assert answer.status_code == 302
    row = ReviewFlag.objects.get()
    assert (row.reason, row.note, row.item.kind, row.item.board_id) == (
        "illegal", "It sells my address.", "flagged_post", place.board,
    )  # fmt: skip
    client.post(url, {"reason": "spam"})
    assert ReviewFlag.objects.count() == 1


def test_guests_newcomers_and_authors_do_not_flag(place: Any, people: Any) -> None:
    topic = Topic.objects.get(pk=place.topic.topic_id)
    url = f"/t/{topic.public_id}/2/flag/"
    assert browser(None).get(url).status_code == 302
    refused = browser(people(0)).post(url, {"reason": "spam"})
    assert refused.status_code == 403
    assert b"trust level 1" in refused.content
    assert browser(place.author).post(url, {"reason": "spam"}).status_code == 403
    assert not ReviewFlag.objects.exists()


def test_what_one_cannot_read_cannot_be_flagged(cast: Any, people: Any) -> None:
    from community.models import BoardPermission
    from tests.community.forum.conftest import make_board, start_topic

    back = make_board("back")
    written = start_topic(back, cast.owner)
    BoardPermission.objects.filter(board_id=back).delete()
    topic = Topic.objects.get(pk=written.topic_id)
    hidden = browser(people(3)).get(f"/t/{topic.public_id}/1/flag/")
    absent = browser(people(3)).get("/t/aaaaaaaaaaaa/1/flag/")
    assert (hidden.status_code, absent.status_code) == (404, 404)


def test_messages_and_people_are_flagged_too(place: Any, people: Any, cast: Any) -> None:
    from community.actions.chat import messages, rooms

    with transaction.atomic():
        room = rooms.create_room(kind="public", slug="hall", name="Hall", by=None, at=AT)
        sent = messages.send_message(
            room_id=room, raw="Something nasty zqchatzq.", client_id="c-000001", by=place.old.pk, at=AT
        )
    for level in (2, 2, 2):
        assert browser(people(level)).post("/chat/hall/1/flag/", {"reason": "harassment"}).status_code == 302
    assert Message.objects.get(pk=sent.message_id).removed_at is not None
    assert b"zqchatzq" not in browser(cast.ada).get("/chat/hall/").content
    assert browser(people(1)).post(f"/members/{place.old.username}/flag/", {"reason": "harassment"}).status_code == 302
    assert open_item(place.old.pk, "flagged_member").score == 2


def test_a_hidden_text_is_shown_to_nobody_else(place: Any, people: Any, cast: Any) -> None:
    """The canary: page, first page, profile, search, feed, queue as seen by strangers."""
    run_pending()
    topic = Topic.objects.get(pk=place.topic.topic_id)
    paths = [
        f"/t/{topic.public_id}/", f"/t/{topic.public_id}/2/", "/forum/", f"/members/{place.author.username}/",
        "/search/?q=hurt+somebody", f"/t/{topic.public_id}/feed/", "/review/", "/sitemap.xml", f"/t/{topic.public_id}/2/hidden/",
    ]  # fmt: skip
    assert b"zqhiddenzq" in browser(cast.ada).get(paths[0], follow=True).content
    flag(place.post, people(3), reason="spam")
    run_pending()
    for viewer in (None, cast.ada, place.old):
        for path in paths:
            answer = browser(viewer).get(path, follow=True)
            text = answer.getvalue() if answer.streaming else answer.content
            assert b"zqhiddenzq" not in text, (viewer, path)
    assert b"zqhiddenzq" in browser(place.author).get(paths[-1]).content


def test_a_whole_topic_goes_with_its_first_post(place: Any, people: Any, cast: Any) -> None:
    from tests.community.forum.conftest import start_topic

    spam = start_topic(place.board, place.author, title="Cheap zqtitlezq for everybody here")
    flag(spam.post_id, people(3), reason="spam")
    for path in ("/forum/", "/b/tea/", "/"):
        assert b"zqtitlezq" not in browser(cast.ada).get(path).content
    topic = Topic.objects.get(pk=spam.topic_id)
    assert browser(cast.ada).get(f"/t/{topic.public_id}/").status_code == 404
    assert browser(place.author).get(f"/t/{topic.public_id}/1/hidden/").status_code == 200


def test_the_author_comes_back_after_ten_minutes(place: Any, people: Any, monkeypatch: Any) -> None:
    from community.views.order import standing

    flag(place.post, people(3), reason="spam")
    topic = Topic.objects.get(pk=place.topic.topic_id)
    url = f"/t/{topic.public_id}/2/hidden/"
    client, form = browser(place.author), {"raw": "Said in a friendlier way this time, I hope.", "revision": 1}
    monkeypatch.setattr(standing, "now", lambda: AT + timedelta(minutes=9, seconds=59))
    assert client.post(url, form).status_code == 422
    assert state_of(place.post) == "hidden"
    monkeypatch.setattr(standing, "now", lambda: AT + timedelta(minutes=10))
    assert client.post(url, {**form, "raw": Post.objects.get(pk=place.post).raw}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert state_of(place.post) == "visible"
    # Old flags are answered; only new ones count towards hiding again.
    flag(place.post, people(2), at=AT + timedelta(minutes=20))
    assert state_of(place.post) == "visible"
