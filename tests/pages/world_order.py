"""What the review queue and the log of a small world hide: flags, notes, sanctions, and items of a board that not every
moderator may read."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from community.actions.forum import posts, topics
from community.actions.order import flags, notes, sanctions, words
from community.models import Board, Post, ReviewItem, Sanction, Topic

if TYPE_CHECKING:
    from tests.pages.world import World

TEAM = ("moderator", "manager", "owner")


def keep_order(world: "World", at: datetime) -> None:
    """After the forum is there: one open item for every moderator, one of a private board, one sanction that is over."""
    gold, otto, owner, hana = (world.people[role] for role in ("gold", "other", "owner", "moderator"))
    tea = Board.objects.get(slug="tea").pk
    began = at - timedelta(hours=20)
    talk = topics.start_topic(
        board_id=tea, title="A talk that went astray", raw="Where did we begin, and how?", by=otto.pk, at=began
    )
    rude = posts.reply(
        topic_id=talk.topic_id,
        raw="A few words among friends: " + world.secret("text of a hidden post", "gold", *TEAM),
        by=gold.pk,
        at=began,
    )
    flags.flag(
        kind="flagged_post", target=rude.post_id, reason="other", trust=4, staff=True, act_now=True, by=hana.pk,
        note="For the team alone: " + world.secret("note of a flag", *TEAM), at=at - timedelta(hours=19),
    )  # fmt: skip
    private = Topic.objects.get(public_id=world.hidden["topic"][-12:])
    flags.flag(
        kind="flagged_post", target=Post.objects.get(topic=private, number=2).pk, reason="other", trust=2, by=owner.pk,
        note="For few alone: " + world.secret("note of a flag in a private board", "owner"),
        at=at - timedelta(hours=18),
    )  # fmt: skip
    notes.add_note(member_id=otto.pk, text="Was kind: " + world.secret("note of the team", *TEAM), by=hana.pk, at=began)
    held = sanctions.impose(
        member_id=otto.pk, kind=Sanction.Kind.SILENCE, hours=24, by=hana.pk, at=began,
        reason="Said: " + world.secret("reason of a sanction", "other", *TEAM),
    )  # fmt: skip
    sanctions.lift(sanction_id=held, by=hana.pk, at=began + timedelta(hours=1))
    words.save_rule(
        rule_id=None, phrase="zzcasino", act="block", places=["post"], with_what="", active=True, by=owner.pk, at=began,
        note="Because " + world.secret("note of a word rule", *TEAM),
    )  # fmt: skip
    world.open |= {
        "item": ReviewItem.objects.get(target=rude.post_id).public_id, "sanction": Sanction.objects.get(pk=held).public_id,
    }  # fmt: skip
    world.hidden |= {"item": ReviewItem.objects.get(topic=private).public_id}
