"""What a level of trust opens, asked at the edges where people write. A refusal says the next step.

The table is `rules_trust.GATES`; moderators are at level 4 (`access.Rights.trust`).
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Post, Topic
from community.problems import Problem
from community.rules import trust as rules_trust
from members.access import Refused

if TYPE_CHECKING:
    from community.cook import Cooked


class GateClosed(Problem):
    """The text holds more than this level of trust may write; the text stays in the form."""


def require(act: str, trust: int) -> None:
    """Refuse the act below its level: direct_message, flag, private_room, mention_here, new_tag, wiki."""
    level = rules_trust.GATES[act]
    if trust < level:
        raise Refused(f"trust_{level}_needed", f"{_WHO[act]() % {'level': level}} {next_step(trust)}")


def check_age(post: Post, *, member_id: int, trust: int, moderating: bool, at: datetime, begun: bool = False) -> None:
    """Refuse to change one's own post long after it was written; wikis and moderators have no such end.

    `begun`: the form is open already, so a day more is given and nobody loses what they are writing. Raises Refused.
    """
    if moderating or post.wiki or post.author_id != member_id:
        return
    window = rules_trust.edit_window(trust)
    if at - post.created_at > window + (timedelta(days=1) if begun else timedelta()):
        words = ngettext(
            "A post may be changed for %(days)s day. Write what is new below it, or ask a moderator.",
            "A post may be changed for %(days)s days. Write what is new below it, or ask a moderator.",
            window.days,
        )
        raise Refused("edit_window_over", words % {"days": window.days})


def check_text(cooked: "Cooked", trust: int) -> None:
    """Refuse a newcomer's text with too many pictures, links or names. Raises GateClosed."""
    if trust > 0:
        return
    counted = (
        ("newcomer_images", cooked.images, rules_trust.NEWCOMER_IMAGES, _images),
        ("newcomer_links", len(cooked.links), rules_trust.NEWCOMER_LINKS, _links),
        ("newcomer_mentions", len(cooked.mentions) + len(cooked.groups), rules_trust.NEWCOMER_MENTIONS, _mentions),
    )
    for code, have, most, words in counted:
        if have > most:
            raise GateClosed(code, f"{words(most) % {'most': most, 'have': have}} {next_step(trust)}")


def check_place(topic: Topic, *, member_id: int, trust: int, moderating: bool, client_id: str = "") -> None:
    """Refuse a newcomer's fourth reply in somebody else's topic, and anybody's fourth post below each other.

    `client_id`: the form's key; what it wrote before is not refused when it comes again. Asks the database only of
    newcomers, and where the last post is one's own. Raises GateClosed.
    """
    if moderating:
        return
    try:
        _check_place(topic, member_id, trust)
    except GateClosed:
        if not (client_id and Post.objects.filter(author_id=member_id, client_id=client_id).exists()):
            raise


def _check_place(topic: Topic, member_id: int, trust: int) -> None:
    own = Post.objects.filter(topic_id=topic.pk, author_id=member_id, kind=Post.Kind.POST)
    if trust == 0 and topic.author_id != member_id:
        most = rules_trust.NEWCOMER_REPLIES
        if own.count() >= most:
            words = ngettext(
                "Newcomers reply once in a topic, so that many are heard.",
                "Newcomers reply %(most)s times in a topic, so that many are heard.",
                most,
            )
            raise GateClosed("newcomer_replies", f"{words % {'most': most}} {next_step(trust)}")
    if topic.last_post_by_id == member_id and _row_of(topic, member_id) >= rules_trust.IN_A_ROW:
        raise GateClosed(
            "own_posts_in_a_row",
            _(
                "Your last %(most)s posts here stand below each other. Let somebody answer, or add it to your last post "
                "by editing it."
            )
            % {"most": rules_trust.IN_A_ROW},
        )


def next_step(trust: int) -> str:
    """How to come to the next level, in one sentence. (The page at /trust/ says how far one is.)"""
    if trust == 0:
        return _("Read a few topics for about ten minutes, and it opens by itself. See “Trust” for how far you are.")
    if trust == 1:
        return _("Come by, read and answer for some days, and it opens by itself. See “Trust” for how far you are.")
    return _("It comes with time among us. See “Trust” for how far you are.")


def _row_of(topic: Topic, member_id: int) -> int:
    """How many of the topic's last posts are this member's, counted no further than it matters; the opening is none."""
    newest = (
        Post.objects.filter(topic_id=topic.pk, state=Post.State.VISIBLE, kind=Post.Kind.POST, number__gt=1)
        .order_by("-number")
        .values_list("author_id", flat=True)[: rules_trust.IN_A_ROW]
    )
    return sum(author == member_id for author in newest)


def _images(most: int) -> str:
    return ngettext(
        "A newcomer's post has at most %(most)s picture; yours has %(have)s.",
        "A newcomer's post has at most %(most)s pictures; yours has %(have)s.",
        most,
    )


def _links(most: int) -> str:
    return ngettext(
        "A newcomer's post has at most %(most)s link; yours has %(have)s.",
        "A newcomer's post has at most %(most)s links; yours has %(have)s.",
        most,
    )


def _mentions(most: int) -> str:
    return ngettext(
        "A newcomer's post mentions at most %(most)s member; yours mentions %(have)s.",
        "A newcomer's post mentions at most %(most)s members; yours mentions %(have)s.",
        most,
    )


_WHO = {
    "direct_message": lambda: _("Direct messages are open from trust level %(level)s."),
    "flag": lambda: _("Flagging is open from trust level %(level)s."),
    "private_room": lambda: _("Private rooms are open from trust level %(level)s."),
    "mention_here": lambda: _("Mentioning everybody in a room is open from trust level %(level)s."),
    "new_tag": lambda: _("New tags are made from trust level %(level)s."),
    "wiki": lambda: _("Posts that everybody may edit are made from trust level %(level)s."),
    "host_session": lambda: _("Live sessions are planned from trust level %(level)s."),
}
