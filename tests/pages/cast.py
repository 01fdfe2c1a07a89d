"""What stands in the demonstration's addresses, and a session for each role. Run inside the site: prints JSON.

`manage.py shell` of the running site executes this file, because only its own process knows its secrets.
"""

import json

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

import care.actions
import loyalty.actions
import referrals.actions
from campaigns.models import Campaign
from cms.models import NewsPage
from community.actions.forum import bookmarks, tags
from community.actions.order import flags, sanctions
from community.models import (
    LiveSession,
    Message,
    Post,
    ReviewItem,
    Room,
    Sanction,
    SessionQuestion,
    SessionSeries,
    Stage,
    Tag,
    Topic,
)
from integrations.actions import make_key
from integrations.models import ApiKey, InboundMessage
from integrations.webhooks.queries import endpoints
from loyalty import trying
from loyalty.actions.rewards.coupons import add_codes
from loyalty.actions.trials import drafting
from loyalty.actions.trials import trying as trials
from loyalty.models import CouponPool, DraftSet, EarningRule, Gift, Order, Reward, Trial
from loyalty.queries import statement
from loyalty.queries.seasons import current_season
from members import letters
from members.access import MANAGERS, MODERATORS
from members.actions import ensure_identity
from members.actions.securing import note_change
from members.models import GroupProfile, User
from messaging.addresses import make_token
from outbox.clock import now
from referrals.access import require_inviter

ROLES = {"member": "lin", "moderator": "hana", "manager": "marek", "owner": "owner"}
at = now()
with transaction.atomic():
    if not User.objects.filter(username="owner").exists():
        User.objects.create_superuser("owner", "owner@example.com", None, display_name="Olga", date_joined=at)
    # Nobody chose a language, so that each browser's own decides.
    User.objects.update(language="")
    people = {role: User.objects.get(username=name) for role, name in ROLES.items()}
    keyless = ensure_identity(source="till", external_id="keyless", name="Ping", by=None, at=at)
    people["keyless"] = User.objects.get(pk=keyless)  # neither a password nor a passkey
    lin = people["member"]
    loyalty.actions.grant_points(
        cause="pages", member_id=lin.pk, amount=5000, reason="gift", origin="staff", by=people["owner"].pk, at=at
    )
    reward = Reward.objects.filter(active=True, min_tier__isnull=True).order_by("cost").first()
    claimed = loyalty.actions.claim_reward(
        reward_id=reward.pk, member_id=lin.pk, key="00000000-0000-4000-8000-000000000001", by=lin.pk, at=at
    )
    case = care.actions.open_case(
        member_id=lin.pk, subject="The lid is broken", text="It arrived in two pieces.", by=lin.pk, at=at
    )
    link = referrals.actions.ensure_link(inviter=require_inviter(member_id=lin.pk, at=at), by=lin.pk, at=at)
    if not ApiKey.objects.exists():
        make_key(name="Shop", scopes=("orders:write",), by=people["manager"].pk, at=at)

topic = (
    Topic.objects.filter(author=lin, removed_at=None).first()
    or Topic.objects.exclude(board__slug="old-friends").first()
)
message = Message.objects.filter(author=lin, room__kind="public").first() or Message.objects.first()
live = LiveSession.objects.filter(state=LiveSession.State.LIVE).first()
over = Stage.objects.get(summary_at__isnull=False).session
news = NewsPage.objects.live().filter(locale__language_code="en").first()

with transaction.atomic():
    flagged = (
        Post.objects.filter(state="visible", number__gt=1)
        .exclude(author__groups__name__in=[MODERATORS, MANAGERS])
        .first()
    )
    raised = flags.flag(
        kind="flagged_post", target=flagged.pk, reason="off_topic", by=people["owner"].pk, trust=4, staff=True, at=at
    )
    held = sanctions.impose(
        member_id=flagged.author_id,
        kind="silence",
        reason="A day to cool down.",
        hours=24,
        by=people["owner"].pk,
        at=at,
    )
    sanctions.lift(sanction_id=held, by=people["owner"].pk, at=at)


with transaction.atomic():
    kept = bookmarks.keep(by=lin.pk, topic_id=topic.pk, note="Read it again in winter.", at=at)
    if not GroupProfile.objects.filter(visible=True).exists():
        circle = Group.objects.get_or_create(name="gaiwan")[0]
        GroupProfile.objects.create(group=circle, slug="gaiwan", name="Gaiwan", visible=True, joining="open")
    if not topic.tag_ids:
        tags.set_tags(topic_id=topic.pk, tag_ids=[tags.ensure_tag(name="cups", at=at)], by=lin.pk, at=at)
        topic.refresh_from_db()


with transaction.atomic():
    owner = people["owner"].pk
    loyalty.actions.grant_points(
        cause="pages-owner", member_id=owner, amount=5000, reason="gift", origin="staff", by=None, at=at
    )
    given = Reward.objects.filter(active=True, kind="generated_code").first()
    gift = loyalty.actions.grant_gift(
        cause="pages", member_id=lin.pk, reward_id=given.pk, valid_days=30, by=owner, at=at, note="For your patience."
    )
    present = Reward.objects.filter(active=True, kind=Reward.Kind.GIFT, min_tier__isnull=True).first()
    if present is None:
        present = Reward.objects.create(name="Tea for a friend", kind=Reward.Kind.GIFT, cost=100, gives=given)
    sent = loyalty.actions.claim_reward(
        reward_id=present.pk, member_id=owner, key="00000000-0000-4000-8000-000000000002", by=owner, at=at
    )
    loyalty.actions.choose_friend(redemption_id=sent.redemption_id, friend_id=None, note="For you", by=owner, at=at)
    gift_link = Gift.objects.values_list("token", flat=True).get(paid_id=sent.redemption_id)
    pool = CouponPool.objects.first() or CouponPool.objects.create(name="Spring", percent=10)
    add_codes(pool_id=pool.pk, text="SPRING-7K2M-Q4TX", by=owner, at=at)
    rule = EarningRule.objects.filter(code="purchase").earliest("version")
    draft_id = drafting.make_draft(name="A warmer spring", by=people["manager"].pk, at=at)
    drafting.put_rule(
        draft_id=draft_id, code=rule.code, at=at,
        values={"name": rule.name, "trigger": "order.paid", "formula": "per_unit", "points": 2, "active": True},
    )  # fmt: skip
    trial_id = trials.ask_for_trial(draft_id=draft_id, days=90, by=people["manager"].pk, at=at)
    Trial.objects.filter(pk=trial_id).update(
        state="done", finished_at=at, result=trying.count(Trial.objects.get(pk=trial_id))
    )
    [line] = statement(member_id=lin.pk, at=at, limit=1)
    season = current_season(at=at)
    shop_message = InboundMessage.objects.select_related("shop").earliest("pk")


def sign_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


# Somebody who looks at no page: a change makes what moves much wait.
with transaction.atomic():
    somebody = User.objects.filter(is_active=True).exclude(pk__in=[user.pk for user in people.values()]).earliest("pk")
    changed = note_change(member_id=somebody.pk, kind="address", told="", by=None, at=timezone.now())

print(
    json.dumps(
        {
            "nouns": {
                "username": "wen",
                "customer": people["member"].public_id,
                "person": f"mem_{lin.public_id}",
                "board": topic.board.slug,
                "topic": f"{topic.slug}-{topic.public_id}" if topic.slug else topic.public_id,
                "post": "1",
                "list": "new",
                "tag": Tag.objects.get(pk=topic.tag_ids[0]).slug,
                "badge": "first-good-cup",
                "quest": "first-guide",
                "group": GroupProfile.objects.filter(visible=True).first().slug,
                "bookmark": kept,
                "room": Room.objects.get(pk=message.room_id).slug,
                "message": str(message.seq),
                "day": timezone.localtime(message.sent_at).date().isoformat(),
                "session": live.public_id,
                "session_over": over.public_id,
                "series": SessionSeries.objects.first().public_id,
                "question": SessionQuestion.objects.filter(session=live)
                .exclude(author=people["manager"])
                .first()
                .public_id,
                "reward": reward.public_id,
                "redemption": claimed.public_id,
                "order": f"ord_{Order.objects.filter(member=lin).first().public_id}",
                "gift": gift.public_id,
                "gift_link": str(gift_link),
                "code_list": str(pool.pk),
                "season": season.public_id,
                "line": line.handle,
                "earning_rule": rule.code,
                "number": str(rule.version),
                "draft": DraftSet.objects.get(pk=draft_id).public_id,
                "trial": Trial.objects.get(pk=trial_id).public_id,
                "shop": shop_message.shop.public_id,
                "shop_kind": shop_message.shop.kind,
                "shop_message": shop_message.public_id,
                "webhook": endpoints()[0].endpoint.public_id,
                "invitation": link,
                "case": case.public_id,
                "item": ReviewItem.objects.get(pk=raised.item_id).public_id,
                "sanction": Sanction.objects.get(pk=held).public_id,
                "campaign": Campaign.objects.first().public_id,
                "key": str(ApiKey.objects.first().pk),
                "mail_link": make_token(member_id=lin.pk, channel="email", purpose="marketing"),
                "stop_link": letters.token_of(change_id=changed),
                "page_path": "/".join(news.url_path.strip("/").split("/")[1:]) + "/",
                "page": str(news.pk),
                "parent_page": str(news.get_parent().pk),
                "site": str(Site.objects.first().pk),
            },
            "sessions": {role: sign_in(user) for role, user in people.items()},
        }
    )
)
