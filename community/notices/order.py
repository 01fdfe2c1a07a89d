"""What members and moderators are told of order, written when it is shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community import order_access
from community.addresses import post_url
from community.models import Message, Post, ReviewItem, Sanction
from community.words.rooms import room_words
from messaging.slots import NoticeCard, Told

if TYPE_CHECKING:
    from members.access import Viewer

Written = dict[int, Told]


def hidden(*, notices: Sequence[NoticeCard], viewer: "Viewer") -> Written:
    """The author of something that flags hid: what, and how it comes back."""
    posts = _posts([int(n.data["target"]) for n in notices if n.data["kind"] == "flagged_post"])
    said = {
        message.pk: message
        for message in Message.objects.filter(
            pk__in=[int(n.data["target"]) for n in notices if n.data["kind"] == "flagged_message"]
        ).select_related("room")
    }
    told: Written = {}
    for notice in notices:
        target = int(notice.data["target"])
        if post := posts.get(target):
            text = _("Members flagged your post in “%(topic)s”. It is hidden until you change it or we have looked.")
            url = reverse("community:hidden_post", args=[post.topic.public_id, post.number or 1])
            told[notice.id] = Told(text % {"topic": post.topic.title}, url, icon="flag")
        elif message := said.get(target):
            text = _("Members flagged your message in %(room)s. It is hidden until we have looked.")
            url = reverse("community:room", args=[message.room.slug])
            told[notice.id] = Told(text % {"room": room_words(message.room)}, url, icon="flag")
    return told


def held_judged(*, notices: Sequence[NoticeCard], viewer: "Viewer") -> Written:
    """The author of a post that waited."""
    posts = _posts([int(notice.data["post"]) for notice in notices])
    items = dict(
        ReviewItem.objects.filter(pk__in=[int(n.data["item"]) for n in notices]).values_list("id", "decision_reason")
    )
    told: Written = {}
    for notice in notices:
        post = posts.get(int(notice.data["post"]))
        if post is None:
            continue
        if notice.data["approved"] and post.number:
            url = post_url(post.topic.public_id, post.topic.slug, post.number)
            told[notice.id] = Told(
                _("Your post in “%(topic)s” is published.") % {"topic": post.topic.title}, url, icon="check"
            )
        elif not notice.data["approved"]:
            told[notice.id] = Told(
                _("Your text for “%(topic)s” was not published.") % {"topic": post.topic.title},
                reverse("community:standing"), excerpt=items.get(int(notice.data["item"]), ""), icon="shield",
            )  # fmt: skip
    return told


def flag_judged(*, notices: Sequence[NoticeCard], viewer: "Viewer") -> Written:
    """Whoever flagged: what became of it. What exactly was done to whom is not told."""
    return {
        notice.id: Told(
            ngettext(
                "A moderator agreed with your flag. Thank you.",
                "A moderator agreed with %(count)s of your flags. Thank you.",
                notice.count,
            )
            % {"count": notice.count}
            if notice.data["agreed"]
            else ngettext(
                "A moderator looked at what you flagged and found it fine.",
                "A moderator looked at %(count)s things you flagged and found them fine.",
                notice.count,
            )
            % {"count": notice.count},
            reverse("community:standing"), icon="flag",
        )
        for notice in notices
    }  # fmt: skip


def sanction(*, notices: Sequence[NoticeCard], viewer: "Viewer") -> Written:
    """The member themselves: that there is something to read about their standing."""
    found = {held.pk: held for held in Sanction.objects.filter(pk__in=[int(n.data["sanction"]) for n in notices])}
    url = reverse("community:standing")
    told: Written = {}
    for notice in notices:
        held = found.get(int(notice.data["sanction"]))
        if held is None:
            continue
        if held.ended_at:
            told[notice.id] = Told(_("You can write again. Welcome back."), url, icon="shield")
        elif held.answer:
            told[notice.id] = Told(_("We have answered your objection."), url, excerpt=held.answer[:200], icon="shield")
        else:
            told[notice.id] = Told(
                _("You can read, but not write for a while. Here is why, and until when."), url, icon="shield"
            )
    return told


def review_waits(*, notices: Sequence[NoticeCard], viewer: "Viewer") -> Written:
    """Moderators: what has waited for two days, of what they may see; nothing when it is done meanwhile."""
    if not order_access.may_review(viewer):
        return {}
    waiting = order_access.visible_items(viewer).filter(state="pending", reminded_at__isnull=False).count()
    if not waiting:
        return {}
    text = ngettext(
        "%(count)s thing has waited for review for two days.",
        "%(count)s things have waited for review for two days.",
        waiting,
    ) % {"count": waiting}
    url = reverse("community:review_queue") + "?sort=oldest"
    return {notice.id: Told(text, url, icon="shield") for notice in notices}


def _posts(ids: list[int]) -> dict[int, Post]:
    return {post.pk: post for post in Post.objects.filter(pk__in=ids).select_related("topic")}


WRITERS = (
    ("hidden", hidden, gettext_lazy("my post was hidden")),
    ("held_judged", held_judged, gettext_lazy("my post that waited was looked at")),
    ("flag_judged", flag_judged, gettext_lazy("what I flagged was looked at")),
    ("sanction", sanction, gettext_lazy("my standing")),
    ("review_waits", review_waits, gettext_lazy("the review queue waits")),
)
