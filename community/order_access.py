"""Who may look at what in the review queue, and who may flag what."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community import slots
from community.access import Rights, absent, get_post, hold_rights, require_voice, rights
from community.models import Post, ReviewItem, Sanction, Topic
from community.room_access import get_message
from members import queries as members
from members.access import Member, Refused, is_member, is_moderator, require_member, require_moderator

if TYPE_CHECKING:
    from community.models import Message
    from members.access import Viewer

OF_THE_SITE = ("flagged_member", "new_member", "objection", "flagged_message", "held_post", "flagged_post")


def may_review(viewer: "Viewer") -> bool:
    """Whether the viewer keeps order anywhere: on the site or on one board."""
    return is_member(viewer) and (is_moderator(viewer) or bool(rights(viewer).allowed["moderate"]))


def visible_items(viewer: "Viewer", *, held: Rights | None = None) -> QuerySet[ReviewItem]:
    """The items that the viewer may see: of the boards they moderate, and for moderators what belongs to no board.

    A post's item is where its topic is now.
    """
    held = held or rights(viewer)
    boards = sorted(held.allowed["moderate"])
    seen = Q(topic__board_id__in=boards) | Q(topic__isnull=True, board_id__in=boards)
    for kind in slots.review_kinds.all():
        if kind.sees(viewer=viewer) if kind.sees else is_moderator(viewer):
            seen |= Q(kind=kind.code, board__isnull=True, topic__isnull=True)
    return ReviewItem.objects.filter(seen)


def require_reviewer(viewer: "Viewer") -> Member:
    """Whoever keeps order somewhere, else Refused."""
    member = require_member(viewer)
    if not may_review(member):
        raise Refused("moderators_only", _("Only moderators may do this."))
    return member


def get_item(viewer: "Viewer", public_id: str) -> ReviewItem:
    """The item for somebody who may see it."""
    member = require_reviewer(viewer)
    item = visible_items(member, held=hold_rights(member)).filter(public_id=public_id).first()
    if item is None:
        raise absent()
    return item


def get_person(viewer: "Viewer", public_id: str) -> members.MemberCard:
    """A member's standing, for moderators of the site."""
    require_moderator(viewer)
    card = members.find_member(public_id=public_id)
    if card is None:
        raise absent()
    return card


def flaggable_post(viewer: "Viewer", public_id: str, number: int) -> Post:
    """A post that the viewer may flag: one that they can read."""
    member = require_member(viewer)
    held = hold_rights(member)
    post = get_post(member, public_id, number, "browse", held=held)
    require_voice(held)
    return post


def flaggable_message(viewer: "Viewer", slug: str, seq: int) -> "Message":
    member = require_member(viewer)
    message = get_message(member, slug=slug, seq=seq, act="read")
    require_voice(rights(member))
    return message


def own_hidden_post(viewer: "Viewer", public_id: str, number: int) -> Post:
    """A hidden post for its author alone, who may still read its board."""
    member = require_member(viewer)
    held = hold_rights(member)
    post = (
        Post.objects.filter(
            topic__public_id=public_id, topic__board_id__in=held.browsable, number=number, author=member,
            state=Post.State.HIDDEN,
        )
        .select_related("topic")
        .first()
    )  # fmt: skip
    if post is None or (post.topic.removed_at and number != 1):
        raise absent()
    if post.topic.state != Topic.State.OPEN:
        raise Refused("topic_closed", _("This topic is closed. You can start a new one."))
    require_voice(held)
    return post


def own_sanctions(viewer: "Viewer") -> QuerySet[Sanction]:
    """The member's own sanctions, the latest first."""
    return Sanction.objects.filter(member=require_member(viewer)).order_by("-starts_at", "-id")
