"""A small world with a secret in every hidden thing: a random word that only certain people may read."""

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.test import Client
from django.utils import timezone
from PIL import Image

import campaigns.actions
import care.actions
import cms.actions
import members.actions
import messaging.actions
import referrals.actions
from cms.models import NewsIndexPage, NewsPage, SiteDocument, SiteImage
from community.actions.chat import conversations, messages, rooms
from community.actions.composer import drafts
from community.actions.forum import boards, bookmarks, posts, tags, topics
from community.actions.forum.polls import PollDraft
from community.actions.people import levels
from integrations.actions import make_key
from integrations.shops.actions import connect, keep
from integrations.shops.queries import messages as shop_messages
from integrations.signin.actions import make_service
from integrations.webhooks.actions import make_endpoint
from loyalty import actions as loyalty
from loyalty import queries as loyalty_queries
from loyalty.actions.seasons.closing import begin_next
from loyalty.actions.tiers.inviting import invite_member
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState
from loyalty.models import LadderGift, LadderRung, Reward, Season
from loyalty.queries.tiers import tier_ids
from members import letters
from members.access import MANAGERS, MODERATORS, Member
from members.actions.securing import note_change
from members.models import GroupProfile, User
from messaging.addresses import make_token
from messaging.slots import NoticeCard, Told, notices
from outbox.dispatch import run_pending
from outbox.ids import new_id
from tests.pages.world_live import plan_sessions
from tests.pages.world_order import keep_order
from tests.pages.world_stage import set_stages

TIER = "tier:old-friend"
PASSWORD = "a long walk in the rain"
ROLES = ("guest", "member", "moderator", "manager", "owner")
STAFF = frozenset({"moderator", "manager"})


@dataclass(frozen=True)
class Secret:
    """A word, where it was put, and who may read it."""

    where: str
    word: str
    may: frozenset[str]


@dataclass
class World:
    """Who is here, what `open` things everybody sees, what `hidden` ones are like, and what does not exist at all."""

    people: dict[str, User] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    secrets: list[Secret] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    files: list[FieldFile] = field(default_factory=list)

    def secret(self, where: str, *may: str) -> str:
        word = f"zq{new_id()}"
        self.secrets.append(Secret(where, word, frozenset(may)))
        return word

    def client(self, role: str) -> Client:
        """A browser of this role that has looked around already, so that the visit itself is noted."""
        client = Client(raise_request_exception=False)
        if role in self.people:
            client.force_login(self.people[role], backend=settings.AUTHENTICATION_BACKENDS[0])
            client.get("/forum/")
        return client

    @property
    def absent(self) -> dict[str, str]:
        """Values of the shape of the hidden ones that name nothing."""
        return {noun: _another(value) for noun, value in self.hidden.items()}


def _another(value: str) -> str:
    if value.isdecimal():
        return "9" * max(len(value), 6)
    with suppress(ValueError):
        return (date.fromisoformat(value) - timedelta(days=9000)).isoformat()  # a day of which nothing is kept
    head, tail = value[:-8], value[-8:]
    return head.replace("zq", "zx") + "".join("x" if letter.isalnum() else letter for letter in tail)


def make_world(*, at: datetime) -> World:
    """Everything below happened in the days before `at`, by the actions that people's clicks call."""
    world = World()
    with transaction.atomic():
        _people(world, at)
        _pages(world, at)
        _forum(world, at)
        _chat(world, at)
        keep_order(world, at)
        plan_sessions(world, at, TIER)
        set_stages(world, at)
        _loyalty(world, at)
        _care_and_mail(world, at)
        _keys(world, at)
    run_pending()
    world.open |= {
        "number": "1", "word": "anything", "setup": "nothing", "problem": "not_found", "act": "delete",
        "content_type": "1", "app": "members", "model": "user", "page_app": "cms", "page_model": "newspage",
        "filter": "max-100x100", "settings_app": "cms", "settings_model": "sitesettings", "collection": "1",
    }  # fmt: skip
    return world


def _people(world: World, at: datetime) -> None:
    Group.objects.get_or_create(name=TIER)
    cms.actions.ensure_staff_access(at=at)
    cast: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
        ("member", "mei", (), False),
        ("other", "otto", (), False),
        ("gold", "gustav", (), False),
        ("moderator", "hana", (MODERATORS,), True),
        ("manager", "nadia", (MANAGERS,), True),
        ("owner", "olga", (), True),
    )
    for role, username, groups, staff in cast:
        address = f"{world.secret(f'e-mail of {role}', role, 'manager', 'owner')}@example.com"
        number = members.actions.make_member(
            username=username, email=address, password=None, display_name=username.title(), bio="Drinks tea.",
            language="en", groups=list(groups), staff=staff, superuser=role == "owner", by=None,
            at=at - timedelta(days=100),
        )  # fmt: skip
        world.people[role] = User.objects.get(pk=number)
    # The group of a tier follows the tier: whoever shall be inside is in the tier itself.
    invite_member(
        member_id=world.people["gold"].pk, tier_id=tier_ids()[TIER.removeprefix("tier:")], reason="An old friend.",
        ends_at=at + timedelta(days=300), by=world.people["owner"].pk, at=at - timedelta(days=99),
    )  # fmt: skip
    world.open["username"] = "mei"
    _groups(world)
    world.open["customer"] = world.hidden["customer"] = world.people["member"].public_id
    world.open["person"] = world.hidden["person"] = f"mem_{world.people['member'].public_id}"


def _groups(world: World) -> None:
    """One that everybody sees, and one that nobody was told of."""
    GroupProfile.objects.create(
        group=Group.objects.create(name="gaiwan"), slug="gaiwan", name="Gaiwan", visible=True, joining="open"
    )
    hidden = GroupProfile.objects.create(
        group=Group.objects.create(name="a circle"),
        slug=world.secret("address of a hidden group", "manager", "owner"),
        name=world.secret("name of a hidden group", "manager", "owner"),
        description=world.secret("description of a hidden group", "manager", "owner"),
    )
    world.open |= {"group": "gaiwan", "group_act": "join", "badge": "first-good-cup"}
    world.hidden["group"] = hidden.slug


def _pages(world: World, at: datetime) -> None:
    cms.actions.ensure_front_page(at=at)
    index = NewsIndexPage.objects.filter(locale__language_code="en").get()
    # Wagtail's choosers and its history name drafts to everybody who may enter the console; their text they keep.
    draft = NewsPage(
        title=f"Draft {world.secret('title of a draft page', *STAFF, 'owner')}",
        slug=world.secret("address of a draft page", *STAFF, "owner"),
        lead=world.secret("first sentence of a draft page", "manager", "owner"),
        day=date(2026, 5, 1),
        live=False,
    )
    index.add_child(instance=draft)
    revision = draft.save_revision()
    shown = NewsPage.objects.live().filter(locale__language_code="en").first() or index
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    image = SiteImage.objects.create(title="A cup", file=ContentFile(picture.getvalue(), "cup.png"))
    document = SiteDocument.objects.create(title="Price list", file=ContentFile(b"tea,4", "prices.csv"))
    image.file.close()
    document.file.close()
    world.files = [image.file, document.file]
    world.open |= {
        "page": str(shown.pk), "parent_page": str(index.pk), "revision": str(revision.pk), "image": str(image.pk),
        "document": str(document.pk), "file": document.filename, "media": image.file.name, "page_path": "news/",
        "site": str(index.get_site().pk),
    }  # fmt: skip
    world.hidden |= {"page": str(draft.pk), "page_path": f"news/{draft.slug}/"}


def _forum(world: World, at: datetime) -> None:
    mei, otto, gold, hana = (world.people[role] for role in ("member", "other", "gold", "moderator"))
    inside = ("gold", "manager", "owner")  # managers make boards and say who may enter
    tea = boards.ensure_board(slug="tea", name="Tea", at=at)
    back = boards.ensure_board(
        slug=world.secret("address of a private board", *inside),
        name=world.secret("name of a private board", *inside),
        description=world.secret("description of a private board", *inside),
        permissions={TIER: ("see", "browse", "start", "reply")},
        at=at,
    )
    began = at - timedelta(days=3)
    shown = topics.start_topic(
        board_id=tea, title="How long may a white tea rest?", raw="I forgot it for a whole day.", kind="question",
        by=mei.pk, at=began,
    )  # fmt: skip
    posts.reply(
        topic_id=shown.topic_id, raw="Then it is cold tea, dear @mei.", by=otto.pk, at=began + timedelta(hours=1)
    )
    removed = posts.reply(
        topic_id=shown.topic_id,
        raw="A few words among friends: " + world.secret("text of a removed post", *STAFF, "owner"),
        by=otto.pk,
        at=began + timedelta(hours=2),
    )
    answer = posts.reply(
        topic_id=shown.topic_id, raw="It is still good after that.", by=gold.pk, at=began + timedelta(hours=3)
    )
    posts.edit(
        post_id=answer.post_id,
        raw="It is still good, in summer.",
        revision=1,
        by=gold.pk,
        at=began + timedelta(hours=4),
    )
    posts.remove(post_id=removed.post_id, by=hana.pk, at=began + timedelta(hours=5))
    private = topics.start_topic(
        board_id=back,
        title="About " + world.secret("title in a private board", *inside),
        raw="A few words among friends: " + world.secret("post in a private board", *inside) + " @mei",
        kind="discussion",
        by=gold.pk,
        at=began,
    )
    posts.reply(
        topic_id=private.topic_id,
        raw="A few words among friends: " + world.secret("reply in a private board", *inside),
        by=gold.pk,
        at=began + timedelta(hours=1),
    )
    gone = topics.start_topic(
        board_id=tea,
        title="About " + world.secret("title of a removed topic", *STAFF, "owner"),
        raw="A few words among friends: " + world.secret("text of a removed topic", *STAFF, "owner"),
        kind="discussion",
        by=otto.pk,
        at=began,
    )
    topics.remove_topic(topic_id=gone.topic_id, by=hana.pk, at=at, moderating=True)
    _structure(world, tea, back, began)
    from community.models import Board, Topic

    def address(topic_id: int) -> str:
        topic = Topic.objects.get(pk=topic_id)
        return f"{topic.slug}-{topic.public_id}" if topic.slug else topic.public_id

    world.open |= {"board": "tea", "topic": address(shown.topic_id), "post": "2", "tag": "cups", "list": "following"}
    _reading(world, shown.topic_id, private.topic_id, at)
    slug = Board.objects.get(pk=back).slug
    world.hidden |= {"board": slug, "topic": address(private.topic_id), "post": "1", "gone": address(gone.topic_id)}


def _reading(world: World, shown: int, private: int, at: datetime) -> None:
    """Levels, and bookmarks with notes: one of the member, one of gold on a private topic, that only they see."""
    member, gold = world.people["member"], world.people["gold"]
    levels.set_topic_level(topic_id=shown, level=3, by=member.pk, at=at)
    world.open["bookmark"] = bookmarks.keep(
        by=member.pk, topic_id=shown, note=world.secret("note of a bookmark", "member"), at=at
    )
    world.hidden["bookmark"] = bookmarks.keep(
        by=gold.pk, topic_id=private, note=world.secret("note of a private bookmark", "gold"), at=at
    )
    _writing(world, private, at)


def _writing(world: World, private: int, at: datetime) -> None:
    """Drafts that only their writers read, and what a post said before a moderator kept it from readers."""
    from community.models import Post, PostRevision, Topic

    staff = (*STAFF, "owner")
    for role, key in (("member", "new:tea"), ("gold", f"reply:{Topic.objects.get(pk=private).public_id}")):
        text, title = (
            world.secret(f"text of a draft of {role}", role),
            world.secret(f"title of a draft of {role}", role),
        )
        drafts.save_draft(key=key, raw=text, meta={"title": title}, revision=0, by=world.people[role].pk, at=at)
    post = Post.objects.filter(topic_id=private, number=1).get()
    PostRevision.objects.create(
        post=post, revision=1, raw=world.secret("earlier text in a private board", "gold", *staff), by=world.people["gold"],
        title=world.secret("earlier title in a private board", "gold", *staff), at=at,
    )  # fmt: skip
    Post.objects.filter(pk=post.pk).update(revision=2)


def _structure(world: World, tea: int, back: int, at: datetime) -> None:
    """A tag, a poll, an event and a reason in the private board; a topic and a reply that wait for a moderator."""
    from community.models import Tag

    gold, otto = world.people["gold"], world.people["other"]
    inside, staff = ("gold", "manager", "owner"), (*STAFF, "owner")
    tag = tags.ensure_tag(name=world.secret("tag of a private topic", *inside), by=gold.pk, at=at)
    world.hidden["tag"] = Tag.objects.values_list("slug", flat=True).get(pk=tag)
    event = topics.start_topic(
        board_id=back, title="A meeting behind closed doors", raw="A few words among friends.", kind="event",
        by=gold.pk, at=at, tag_ids=[tag],
        event=topics.EventDraft(
            at, at + timedelta(days=300), "Asia/Shanghai", world.secret("place of a private event", *inside)
        ),
        poll=PollDraft("Who comes?", ("everybody", world.secret("option of a private poll", *inside)), anonymous=False),
    )  # fmt: skip
    topics.set_state(
        topic_id=event.topic_id,
        state="closed",
        reason=world.secret("reason of a private line", *inside),
        by=gold.pk,
        at=at,
    )
    topics.start_topic(
        board_id=tea, title="About " + world.secret("title of a held topic", *staff, "other"), by=otto.pk, at=at,
        raw="A few words among friends: " + world.secret("text of a held topic", *staff, "other"), hold=True,
    )  # fmt: skip
    open_one = topics.start_topic(
        board_id=tea, title="Which cup, and when?", raw="A few words among friends.", kind="idea", by=otto.pk, at=at,
        poll=PollDraft("Which cup?", ("gaiwan", "mug"), anonymous=False), tag_ids=[tags.ensure_tag(name="cups", at=at)],
    )  # fmt: skip
    posts.reply(
        topic_id=open_one.topic_id, hold=True, by=otto.pk, at=at,
        raw="A few words among friends: " + world.secret("text of a held reply", *staff, "other"),
    )  # fmt: skip


def _chat(world: World, at: datetime) -> None:
    gold, hana = world.people["gold"], world.people["moderator"]
    from community.models import Board, Room

    inside = ("gold", "owner")
    hall = rooms.create_room(kind="public", slug="hall", name="The hall", by=None, at=at - timedelta(days=3))
    messages.send_message(
        room_id=hall, raw="Good evening.", client_id="hall-0001", by=gold.pk, at=at - timedelta(hours=3)
    )
    said = messages.send_message(
        room_id=hall,
        raw="A few words among friends: " + world.secret("removed message", *STAFF, "owner"),
        client_id="hall-0002",
        by=gold.pk,
        at=at - timedelta(hours=2),
    )
    messages.remove_message(message_id=said.message_id, by=hana.pk, at=at - timedelta(hours=1))
    quiet = rooms.create_room(
        kind="private",
        slug=world.secret("address of a private room", *inside),
        name=world.secret("name of a private room", *inside),
        description=world.secret("description of a private room", *inside),
        by=None,
        at=at - timedelta(days=2),
    )
    rooms.add_to_room(room_id=quiet, member_id=gold.pk, by=None, at=at - timedelta(days=2))
    messages.send_message(
        room_id=quiet,
        raw="A few words among friends: " + world.secret("message in a private room", *inside),
        client_id="quiet-0001",
        by=gold.pk,
        at=at - timedelta(hours=3),
    )
    rooms.create_room(
        kind="board",
        slug=world.secret("address of a board's room", *inside, "manager"),  # managers set rooms up
        name=world.secret("name of a board's room", *inside, "manager"),
        board_id=Board.objects.get(slug=world.hidden["board"]).pk,
        by=None,
        at=at - timedelta(days=2),
    )
    talk, _made = conversations.open_conversation(
        member_ids=[world.people["other"].pk], by=gold.pk, at=at - timedelta(days=1)
    )
    messages.send_message(
        room_id=talk,
        raw="A few words among friends: " + world.secret("message in a conversation", "gold", "other", "owner"),
        client_id="talk-0001",
        by=gold.pk,
        at=at - timedelta(hours=2),
    )
    day = timezone.localtime(at - timedelta(hours=3)).date().isoformat()
    world.open |= {"room": "hall", "message": "1", "day": day}
    world.hidden |= {"room": Room.objects.get(pk=quiet).slug, "message": "1", "day": day}


def _loyalty(world: World, at: datetime) -> None:
    mei = world.people["member"]
    mine = ("member", "manager", "owner")
    members.actions.add_identity(
        member_id=mei.pk, source="shop", external_id=world.secret("customer number", *mine), by=None, at=at
    )
    number = world.secret("order number", *mine)
    loyalty.record_order(
        order=CanonicalOrder(
            source="shop", external_id=number, revision="1", occurred_at=at - timedelta(days=30),
            state=PaymentState.PAID, currency="EUR", placed_at=at - timedelta(days=30),
            paid_at=at - timedelta(days=30), member_id=mei.pk,
            lines=(OrderLineData(external_id="l1", quantity=1, net=987_00, product=world.secret("product", *mine)),),
        ),
        by=None,
        at=at - timedelta(days=30),
    )  # fmt: skip
    loyalty.grant_points(
        cause=f"gift-{new_id()}", member_id=mei.pk, amount=5000, reason="gift", origin="staff",
        by=world.people["owner"].pk, at=at - timedelta(days=20),
    )  # fmt: skip
    reward = Reward.objects.create(
        name="A pot of tea", kind="generated_code", cost=100, percent=10, valid_days=90, stock=50
    )
    claimed = loyalty.claim_reward(reward_id=reward.pk, member_id=mei.pk, key=str(uuid4()), by=mei.pk, at=at)
    world.secrets.append(Secret("claim", claimed.public_id, frozenset(mine)))
    coupon = loyalty.issue_coupon(
        cause=f"secret-{new_id()}", member_id=mei.pk, percent=15, expires_at=at + timedelta(days=30), by=None, at=at
    )
    world.secrets.append(Secret("coupon", coupon.shown_code, frozenset(mine)))
    _gifts(world, reward, at, mine)
    _corrections(world, at)
    _questions(world, at)
    old = Reward.objects.create(
        name=world.secret("reward no longer offered", "manager", "owner", "member"), kind="perk", cost=1, active=False
    )
    world.open["season"] = Season.objects.get(pk=begin_next(at=at)).public_id
    to_come = Season.objects.create(
        name=world.secret("season to come", "manager", "owner"), starts_at=at + timedelta(days=400),
        ends_at=at + timedelta(days=490),
    )  # fmt: skip
    world.hidden["season"] = to_come.public_id
    from loyalty.models import Order

    order = Order.objects.get(external_id=number)
    world.open |= {"reward": reward.public_id, "redemption": claimed.public_id, "order": f"ord_{order.public_id}"}
    world.hidden |= {"reward": old.public_id, "redemption": claimed.public_id, "order": f"ord_{order.public_id}"}


def _questions(world: World, at: datetime) -> None:
    """A member finds a line of theirs wrong."""
    from loyalty.actions.earning.questions import ask_about

    mei = world.people["member"]
    [line] = loyalty_queries.statement(member_id=mei.pk, at=at, limit=1)
    words = world.secret("question about points", "member", "manager", "owner")
    ask_about(txn_id=line.txn_id, member_id=mei.pk, words=words, at=at)
    world.open |= {"line": line.handle, "earning_rule": "purchase"}
    world.hidden |= {"line": line.handle, "earning_rule": "nothing"}
    _trials(world, at)


def _trials(world: World, at: datetime) -> None:
    """A draft of rules that was tried."""
    from loyalty import trying
    from loyalty.actions.trials import drafting
    from loyalty.actions.trials import trying as trials
    from loyalty.models import DraftSet, Trial

    name = "Draft " + world.secret("name of a draft of rules", "manager", "owner")
    draft_id = drafting.make_draft(name=name, by=None, at=at)
    values = {"name": "Purchases", "trigger": "order.paid", "formula": "per_unit", "points": 2, "active": True}
    drafting.put_rule(draft_id=draft_id, code="purchase", values=values, at=at)
    trial_id = trials.ask_for_trial(draft_id=draft_id, days=90, by=None, at=at)
    Trial.objects.filter(pk=trial_id).update(
        state="done", finished_at=at, result=trying.count(Trial.objects.get(pk=trial_id))
    )
    names = {
        "draft": DraftSet.objects.get(pk=draft_id).public_id, "trial": Trial.objects.get(pk=trial_id).public_id,
    }  # fmt: skip
    world.open |= names
    world.hidden |= names


def _corrections(world: World, at: datetime) -> None:
    """Points may be sent to friends here; a large correction waits for a second person."""
    from loyalty.models import Currency

    Currency.objects.filter(code="points").update(transferable=True, transfer_trust=0)
    waiting = loyalty.propose_adjustment(
        cause=f"correction-{new_id()}", member_id=world.people["member"].pk, currency="points", amount=9000,
        reason_code="promise", note=world.secret("note of a correction", "manager", "owner"),
        by=world.people["manager"].pk, at=at,
    )  # fmt: skip
    world.open["adjustment"] = world.hidden["adjustment"] = waiting.public_id


def _gifts(world: World, reward: Reward, at: datetime, mine: tuple[str, ...]) -> None:
    """A gift of the house that waits, a friend's gift behind a link, a list of codes."""
    from loyalty.actions.rewards.coupons import add_codes
    from loyalty.actions.rewards.details import choose_friend
    from loyalty.models import CouponPool, Gift

    mei, owner = world.people["member"], world.people["owner"]
    gift = loyalty.grant_gift(
        cause=f"gift-{new_id()}", member_id=mei.pk, reward_id=reward.pk, valid_days=30, by=owner.pk, at=at,
        note=world.secret("words of a gift", *mine),
    )  # fmt: skip
    present = Reward.objects.create(name="Tea for a friend", kind="gift_to_friend", cost=100, gives=reward)
    loyalty.grant_points(
        cause=f"gift-{new_id()}", member_id=owner.pk, amount=500, reason="gift", origin="staff", by=None,
        at=at - timedelta(days=20),
    )  # fmt: skip
    sent = loyalty.claim_reward(reward_id=present.pk, member_id=owner.pk, key=str(uuid4()), by=owner.pk, at=at)
    choose_friend(redemption_id=sent.redemption_id, friend_id=None, note="For you", by=owner.pk, at=at)
    token = Gift.objects.values_list("token", flat=True).get(paid_id=sent.redemption_id)
    world.open |= {"gift": gift.public_id, "gift_link": str(token)}
    world.hidden |= {"gift": gift.public_id, "gift_link": str(token)}
    pool = CouponPool.objects.create(name="Spring", percent=10)
    add_codes(pool_id=pool.pk, text=world.secret("code of a list", "nobody"), by=owner.pk, at=at)
    world.open["code_list"] = str(pool.pk)
    rung = LadderRung.objects.create(level=90, name="A cup", points=1)
    for whose, who in ((world.open, mei), (world.hidden, owner)):
        waiting = LadderGift.objects.create(member=who, rung=rung, granted_at=at, expires_at=at + timedelta(days=30))
        whose["ladder_gift"] = waiting.public_id
    world.open["quest"] = "first-guide"


def _care_and_mail(world: World, at: datetime) -> None:
    mei, gold, nadia = (world.people[role] for role in ("member", "gold", "manager"))
    mine = ("member", "manager", "owner")
    case = care.actions.open_case(
        member_id=mei.pk,
        subject=world.secret("subject of a case", *mine),
        text=world.secret("text of a case", *mine),
        by=mei.pk,
        at=at - timedelta(days=2),
    )
    messaging.actions.record_consent(
        member_id=mei.pk, purpose="marketing", granted=True, source="test", by=mei.pk, at=at - timedelta(days=50)
    )
    notices.register("test.told", _tell, label="told in a test")
    secret = world.secret("what a notice says", "member")
    messaging.actions.notify(member_ids=[mei.pk], kind="test.told", cause="x", data={"secret": secret}, at=at)
    from messaging.models import Notice

    notice = Notice.objects.get(kind="test.told").public_id
    messaging.actions.queue_email(
        kind="campaign", cause=world.secret("cause of a message", "owner"), member_id=mei.pk, purpose="service", at=at
    )
    staff = ("manager", "owner")
    campaign = campaigns.actions.save_draft(
        campaign_id=None,
        values={
            "name": world.secret("name of a campaign", *staff), "stages": ["decline", "lapsed"],
            "holdout_percent": 20, "expected_percent": 5, "outcome": "any", "window_days": 30,
            "subject": world.secret("subject of a campaign", *staff),
            "body": "Dear {name},\n\n" + world.secret("text of a campaign", *staff) + "\n\nYour code:\n\n{coupon}",
            "offer": "percent", "offer_percent": 10, "offer_amount": 0, "offer_currency": "", "offer_days": 14,
            "keeps_quiet_hours": True,
        },
        by=nadia.pk,
        at=at - timedelta(days=1),
    )  # fmt: skip
    from referrals.access import require_inviter

    link = referrals.actions.ensure_link(inviter=require_inviter(member_id=gold.pk, at=at), by=gold.pk, at=at)
    world.secrets.append(Secret("invitation of somebody else", link, frozenset({"gold", "manager", "owner"})))
    token = make_token(member_id=mei.pk, channel="email", purpose="marketing")
    changed = note_change(member_id=gold.pk, kind="address", told="", by=None, at=timezone.now())
    world.open |= {
        "case": case.public_id,
        "campaign": campaign,
        "invitation": link,
        "mail_link": token,
        "notice": notice,
        "stop_link": letters.token_of(change_id=changed),
    }
    world.hidden |= {"case": case.public_id, "campaign": campaign, "mail_link": token, "notice": notice}


def _tell(*, notices: Sequence[NoticeCard], viewer: Member) -> dict[int, Told]:
    return {card.id: Told(f"Told: {card.data['secret']}", "/forum/") for card in notices}


def _keys(world: World, at: datetime) -> None:
    for name, scopes in (("full", ("orders:read", "orders:write", "members:read")), ("poor", ("orders:write",))):
        made = make_key(
            name=world.secret(f"name of the {name} key", "manager", "owner"), scopes=scopes,
            by=world.people["manager"].pk, at=at,
        )  # fmt: skip
        world.keys[name] = made.token
    from integrations.models import ApiKey

    world.open["key"] = str(ApiKey.objects.order_by("pk").values_list("pk", flat=True)[0])
    made = make_endpoint(
        name=world.secret("name of the webhook", "manager", "owner"), url="https://machine.example/in", events=["season.closed"],
        by=world.people["manager"].pk, at=at,
    )  # fmt: skip
    world.open |= {"webhook": made.public_id, "webhook_act": "pause"}
    made_service = make_service(
        name="Signed shop", kind="signed", source=world.secret("source of a service", "manager", "owner"),
        url="https://signed.example.com/sso", by=None, at=at,
    )  # fmt: skip
    world.open["service"] = made_service.slug
    _shop(world, at)


def _shop(world: World, at: datetime) -> None:
    """A shop with a message that could not be read."""
    made = connect(
        kind="feed", name=world.secret("name of the shop", "manager", "owner"), source="corner", base_url="", currency="EUR",
        secret="", token="", by=world.people["manager"].pk, at=at,
    )  # fmt: skip
    body = json.dumps({"word": world.secret("body of the shop's message", "manager", "owner")}).encode()
    keep(shop_id=made.id, key="one", topic="order", delivery_id="", about=("", ""), headers={}, raw=body, at=at)
    world.open |= {"shop": made.public_id, "shop_kind": "feed", "shop_act": "pause", "shop_replay": "replay"}
    world.open["shop_message"] = shop_messages(shop_id=made.id).rows[0].public_id
