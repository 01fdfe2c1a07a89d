"""The demonstration: lively, each account with something waiting, and made by actions that can be repeated."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client

import cms.actions
from community import access
from community.actions.live import seats
from community.models import (
    Attendance,
    Board,
    Bookmark,
    Draft,
    Drop,
    EventDetails,
    LiveSession,
    Membership,
    Message,
    MessageMention,
    Poll,
    Post,
    ReviewItem,
    Room,
    Sanction,
    Seat,
    Tag,
    Topic,
    WordRule,
)
from config.demo import fill, live, story
from config.demo.said import CONVERSATIONS, ROOMS
from integrations.shops.models import InboundMessage
from integrations.webhooks.models import WebhookDelivery, WebhookEndpoint
from loyalty.models import (
    Adjustment,
    Coupon,
    EarningRule,
    Gift,
    LadderGift,
    PointsQuestion,
    QuestRun,
    Redemption,
    Reward,
    RuleRefusal,
    Season,
    SeasonResult,
    SeasonScore,
    TierMembership,
    Transfer,
    Txn,
)
from loyalty.queries import check_books
from members.models import User
from messaging.models import Notice
from outbox.clock import now
from outbox.models import EventDelivery

ACCOUNTS = [one.login for one in fill.SIGN_INS]


@pytest.fixture
def few_purchases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The purchases have their own tests; a handful is enough here."""
    lines = fill.ORDERS.read_text().splitlines()[:1]
    customers = {person.customer for person in story.CAST if person.customer}
    lines += [line for line in fill.ORDERS.read_text().splitlines()[1:] if line.split(",")[0].strip('"') in customers]
    few = tmp_path / "few.csv"
    few.write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(fill, "ORDERS", few)
    monkeypatch.setattr(fill, "EXTRA_GUESTS", 3)


@pytest.mark.django_db(transaction=True)
def test_it_shows_what_the_forum_can_and_has_something_waiting_for_each_account(
    few_purchases: None, client: Client
) -> None:
    at = now()
    fill.fill(at=at, say=lambda step: None)
    counts = everything()
    assert not EventDelivery.objects.filter(done_at=None).exists(), "something was left to the worker"

    for login in ACCOUNTS:
        member = User.objects.get(username=login)
        assert Notice.objects.filter(member=member, seen_at=None).exists(), f"nothing is new for {login}"
        assert Bookmark.objects.filter(member=member).exists(), login
        assert Draft.objects.filter(member=member).exists(), login

    # An event ahead, polls with votes, ideas in their states, a solved question, a wiki, branches, tags in two languages.
    assert EventDetails.objects.get().starts_at > at + timedelta(days=6)
    assert set(Poll.objects.values_list("kind", flat=True)) == {"single", "ranked"}
    ideas = Topic.objects.filter(kind="idea")
    assert set(ideas.values_list("progress", flat=True)) == {"", "planned", "done", "declined"}
    assert Topic.objects.filter(accepted_post__isnull=False).count() >= 4
    assert Post.objects.filter(wiki=True, revision__gte=3).exists()
    assert Post.objects.filter(parent__parent__isnull=False).exists()
    assert set(Post.objects.exclude(line=None).values_list("line__code", flat=True)) >= {
        "solved",
        "split",
        "moved",
        "closed",
    }
    assert Tag.objects.get(folded="普洱").synonym_of_id == Tag.objects.get(folded="pu-erh").pk
    assert Topic.objects.filter(tag_ids=[]).count() <= 5

    # Rooms of all kinds; each account is called or written to, and somebody may not come in everywhere.
    rooms = dict(Room.objects.exclude(kind="session").values_list("name", "kind"))
    assert set(rooms.values()) == {"public", "board", "group", "private", "direct"}
    talk = Message.objects.exclude(room__kind="session")
    assert set(talk.values_list("kind", flat=True)) == {"text", "act", "line"}
    for what in (
        Q(thread__isnull=False), Q(parent__isnull=False), Q(pinned_at__isnull=False), Q(edited_at__isnull=False),
        Q(raw__contains="/media/uploads/"), ~Q(reaction_counts={}),
    ):  # fmt: skip
        assert talk.filter(what).exists(), what
    assert Room.objects.filter(slow_seconds__gt=0, retention_days__gt=0).exists()
    assert Room.objects.filter(status="read_only").exists()
    for login in ACCOUNTS:
        new = MessageMention.objects.filter(member__username=login)
        held = Membership.objects.filter(member__username=login, room__memberships__isnull=False)
        assert any(new.filter(room=one.room_id, seq__gt=one.last_read_seq).exists() for one in held), login
    kinds = set(Notice.objects.filter(member__username="lin", seen_at=None).values_list("kind", flat=True))
    assert kinds >= {"room.mention", "thread.reply", "direct.message"}
    lin = window("lin")
    assert "First taste" in (page := lin.get("/chat/").content.decode()) and "The back room" not in page
    assert lin.get("/chat/first-taste/").status_code in (403, 404)
    assert "number five" in window("wen").get("/chat/back-room/").content.decode().lower()

    # A session that is on, full, with a queue whose head is the one who came last; one that is over, one every evening.
    show = LiveSession.objects.get(state="live")
    assert show.seated == show.capacity == Seat.objects.filter(session=show, state="seated").count()
    waiting_for_seats = Seat.objects.filter(session=show, state="waiting").order_by("-waiting_since")
    assert [seat.member.username for seat in waiting_for_seats] == ["wen", "ada", "dana"]
    with transaction.atomic():
        assert seats.settle(session_id=show.pk, at=at + timedelta(hours=2)) == 0, "its guests went away"
    page = lin.get(f"/live/{show.public_id}/room/").content.decode()
    assert "Leave my seat" in page and live.POLL[0] in page and "I want one" in page
    assert Drop.objects.get(session=show).claimed == 2
    assert "1</span>" in window("wen").get(f"/live/{show.public_id}/room/").content.decode()
    over = LiveSession.objects.get(state="ended")
    assert over.summary and Attendance.objects.filter(session=over, attended_at__isnull=False).count() == 6
    assert LiveSession.objects.filter(state__in=("scheduled", "doors")).count() >= 10

    # Before the moderators: a hidden post of three flags, a doubtful one, one that waits, an objection.
    waiting = ReviewItem.objects.filter(state="pending")
    assert sorted(waiting.values_list("kind", flat=True)) == ["flagged_post", "flagged_post", "held_post", "objection"]
    assert Post.objects.filter(state="hidden").count() == 1
    assert Sanction.objects.filter(ended_at=None).count() == 2
    assert WordRule.objects.count() == 3

    points_are_lived(at, lin)

    # Boards look different, one is inside another, and two are for a smaller circle.
    assert len(set(Board.objects.values_list("colour", flat=True))) == 4
    assert Board.objects.filter(depth=2).exists()
    hidden = {Board.objects.get(slug="old-friends").pk, Board.objects.get(slug="counter").pk}
    assert not hidden & set(access.browsable_board_ids(None))
    assert hidden <= set(access.browsable_board_ids(User.objects.get(username="hana"))) | {
        Board.objects.get(slug="old-friends").pk
    }
    assert client.get("/forum/").status_code == 200

    # A start that was interrupted goes on; nothing is there twice.
    fill.fill(at=at + timedelta(minutes=1), say=lambda step: None)
    assert everything() == counts


def points_are_lived(at: datetime, lin: Client) -> None:
    """Every kind of reward with its picture and somebody who took it, gifts, codes, seasons, questions, shops: and books that balance."""
    assert set(Reward.objects.values_list("kind", flat=True)) == set(Reward.Kind.values)
    assert not Reward.objects.filter(Q(picture="") | Q(category="")).exists()
    assert set(Redemption.objects.values_list("state", flat=True)) >= {
        "confirmed",
        "fulfilling",
        "fulfilled",
        "cancelled",
    }
    assert Redemption.objects.filter(member__username="lin", tracking__gt="", state="fulfilling").exists()
    assert Gift.objects.filter(member__username="lin", giver__username="hana", state="waiting").exists()
    assert Coupon.objects.filter(member__username__in=["lin", "wen"], state="assigned").count() >= 2
    assert LadderGift.objects.filter(member__username="nora", state="waiting").exists()
    assert QuestRun.objects.filter(member__username="lin", code="leaf-to-cup", state="open").exists()
    assert set(RuleRefusal.objects.values_list("code", flat=True)) >= {"conditions", "week_cap", "cooldown"}
    assert {(one.name, one.closed_at is None) for one in Season.objects.all()} == {
        ("First infusion", False), ("Second infusion", True),
    }  # fmt: skip
    assert SeasonResult.objects.filter(rewarded_at__isnull=False).exists()
    assert set(SeasonScore.objects.values_list("league__kind", flat=True)) == {"everybody", "newcomers", "board"}
    assert dict(PointsQuestion.objects.values_list("member__username", "state")) == {"lin": "granted", "wen": "waiting"}
    assert set(Adjustment.objects.values_list("state", flat=True)) == {"posted", "waiting", "declined"}
    assert Transfer.objects.count() == 3
    assert set(InboundMessage.objects.values_list("verdict", flat=True)) == {
        "recorded",
        "unchanged",
        "no_effect",
        "failed",
    }
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"due", "parked"}
    assert not WebhookEndpoint.objects.filter(state="active").exists(), "the demonstration would call somebody"
    assert TierMembership.objects.filter(until=None, ground="invitation", member__username="kofi").exists()
    assert check_books().clean
    for path in ("points", "points/statement", "points/tier", "rewards", "codes", "quests", "seasons"):
        assert lin.get(f"/{path}/").status_code == 200, path
    assert "On its way" in lin.get("/rewards/").content.decode()
    with transaction.atomic():
        cms.actions.ensure_staff_access(at=at)  # as every start does
    assert "陈伯" in window("sofia").get("/admin/loyalty/corrections/").content.decode()


def everything() -> tuple[int, ...]:
    return tuple(
        rows.objects.count()
        for rows in (
            Topic,
            Post,
            ReviewItem,
            Draft,
            Room,
            Message,
            LiveSession,
            Seat,
            Notice,
            Txn,
            Redemption,
            Gift,
            Season,
            EarningRule,
            InboundMessage,
            PointsQuestion,
            Adjustment,
        )
    )


def window(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login), "members.backends.MemberBackend")
    return client


def test_who_speaks_and_who_is_meant_exist() -> None:
    cast = {person.username for person in story.CAST}
    for talk in story.TALKS:
        said = [talk.author, *talk.likes, *talk.votes.split(), *(reply.author for reply in talk.replies)]
        said += [name for reply in talk.replies for _kind, names in reply.reacts for name in names.split()]
        assert set(said) <= cast, talk.title
        assert set(talk.tags) <= {word for words in story.TAGS.values() for tag in words for word in (tag, *words[tag])}
    keys = [talk.key for talk in story.TALKS if talk.key]
    assert len(keys) == len(set(keys))
    spoken = [line for one in (*ROOMS, *CONVERSATIONS) for line in one.lines]
    names = {line.author for line in spoken} | {
        name for line in spoken for _kind, those in line.reacts for name in those.split()
    }
    quiet = {name for name, away in story.LAST_HERE.items() if away > 30}
    assert names <= cast and not names & quiet, "who has not been here for months is for the win-back"
    assert {kept.topic for kept in story.BOOKMARKS} <= set(keys)
