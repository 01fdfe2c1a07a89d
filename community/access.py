"""The one door: what a person may see and do, as get-or-refuse. What is hidden looks exactly like what is absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from community import rules
from community.models import Board, BoardPermission, PermissionVersion, Post, Topic, TopicRead
from members.access import (
    UNASKED,
    Member,
    Refused,
    Viewer,
    group_ids,
    group_names,
    is_member,
    is_moderator,
    is_silenced,
    standing,
)

if TYPE_CHECKING:
    from community.queries.forum.posts import TopicHead


@dataclass(frozen=True)
class BoardCard:
    """A board as its readers know it."""

    id: int
    parent_id: int | None
    depth: int
    name: str
    slug: str
    description: str
    colour: str
    icon: str
    position: int
    kinds: tuple[str, ...]
    archived: bool
    default_order: str = "latest"
    least_tags: int = 0
    slow_seconds: int = 0


@dataclass(frozen=True)
class Rights:
    """What one combination of groups may do, board by board; shared by everybody who has the same combination.

    `trust` is 0 (guests and newcomers) to 4 (by hand, and whoever moderates): what one may do to others. Who is
    `silenced` reads, and does nothing else.
    """

    boards: Mapping[int, BoardCard]
    allowed: Mapping[str, frozenset[int]]
    trust: int = 0
    silenced: bool = False

    def may(self, act: str, board_id: int) -> bool:
        return board_id in self.allowed[act]

    @property
    def browsable(self) -> list[int]:
        return sorted(self.allowed["browse"])


def rights(viewer: Viewer, *, version: int | None = None) -> Rights:
    """What the viewer may do, at this moment: one statement, which compares the version (or none, when it is given).

    A change of groups acts at once, because the groups are the key; a change of boards acts at its commit.
    """
    held: Rights | None = getattr(viewer, "_rights_of_this_request", None)
    if held is not None and version is None:
        return held
    superuser = is_member(viewer) and viewer.is_superuser
    audiences, trust = {"guests"}, 0
    if is_member(viewer):
        audiences = {"members"} | {f"group:{pk}" for pk in group_ids(viewer)}
        trust = rules.trust_of(group_names(viewer))
    moderator = is_moderator(viewer)
    if version is None:
        asked = standing(viewer, "permission_version")
        version = permission_version() if asked is UNASKED else asked or 0
    return _rights(
        version,
        frozenset(audiences),
        moderator,
        superuser,
        4 if moderator else trust,
        is_silenced(viewer),
    )


def hold_rights(viewer: Viewer) -> Rights:
    """The same, kept on the viewer for the rest of this request: pages call it first, so that what else is on the page
    (navigation, panels) asks nothing again. Never for a viewer who outlives a request."""
    held = rights(viewer)
    if viewer is not None:
        viewer._rights_of_this_request = held  # type: ignore[union-attr]
    return held


def open_boards(viewer: Viewer = None) -> frozenset[int]:
    """The boards that every member may read, whatever groups they are in; `viewer`: who asks, when at hand."""
    asked = standing(viewer, "permission_version")
    version = permission_version() if asked is UNASKED else asked or 0
    return _rights(version, frozenset({"members"}), False, False, 0).allowed["browse"]


def browsable_board_ids(viewer: Viewer) -> list[int]:
    """The boards whose content the viewer may read; lists filter by them inside the SQL."""
    return rights(viewer).browsable


def get_board(viewer: Viewer, slug: str, act: str = "browse", *, held: Rights | None = None) -> BoardCard:
    """The board of this address for somebody who may do the act there, else Refused."""
    held = held or rights(viewer)
    for board in held.boards.values():
        if board.slug == slug:
            return board_by_id(viewer, board.id, act, held=held)
    raise absent()


def board_by_id(viewer: Viewer, board_id: int, act: str = "browse", *, held: Rights | None = None) -> BoardCard:
    """The same by id, for those who hold a foreign key (rooms, pages)."""
    held = held or rights(viewer)
    require(viewer, board_id, act, held=held)
    return held.boards[board_id]


def get_topic(viewer: Viewer, public_id: str, act: str = "browse", *, held: Rights | None = None) -> Topic:
    """The topic for somebody who may browse (reply, moderate …) it. A removed one is there for moderators only.

    For a member it comes with their pointer, `read_number` (None: never opened).
    """
    held = held or rights(viewer)
    topics = Topic.objects.filter(public_id=public_id, board_id__in=held.browsable).select_related("author")
    if is_member(viewer):
        pointer = TopicRead.objects.filter(topic=OuterRef("pk"), member_id=viewer.pk).values("last_read_number")
        topics = topics.annotate(read_number=Subquery(pointer))
    topic = topics.first()
    if topic is None or (topic.removed_at and not held.may("moderate", topic.board_id)):
        raise absent()
    if topic.merged_into_id and act != "browse":
        raise absent()  # its posts are elsewhere now
    require(viewer, topic.board_id, act, held=held)
    if act == "reply":
        require_open(topic)
    return topic


def get_head(viewer: Viewer, public_id: str, *, held: Rights) -> "TopicHead":
    """The topic as its page reads it, with what is the viewer's own about it, for somebody who may browse it.

    A removed one is there for moderators only. One that was merged into another answers too: its page leads there.
    """
    from community.queries.forum.posts import topic_head

    head = topic_head(public_id=public_id, boards=held.browsable, member_id=viewer.pk if is_member(viewer) else None)
    if head is None or (head.removed_at and not head.merged_into_id and not held.may("moderate", head.board_id)):
        raise absent()
    return head


def get_post(viewer: Viewer, public_id: str, number: int, act: str, *, held: Rights | None = None) -> Post:
    """The post for somebody who may browse, edit, remove, restore, react to or accept it; its topic comes with it."""
    held = held or rights(viewer)
    topic = get_topic(viewer, public_id, held=held)
    post = Post.objects.filter(topic=topic, number=number).select_related("author").first()
    if post is None or (post.state != Post.State.VISIBLE and act != "restore"):
        raise absent()
    if post.kind == Post.Kind.WHISPER and not held.may("moderate", topic.board_id):
        raise absent()  # among the team
    if post.kind == Post.Kind.LINE and act != "browse":
        raise absent()  # nobody wrote it
    post.topic = topic
    if act != "browse":
        check_post(viewer, post, act, held=held)
    return post


def check_post(viewer: Viewer, post: Post, act: str, *, held: Rights) -> None:
    """Refuse unless the viewer may do the act to this visible post."""
    topic = post.topic
    if not is_member(viewer):
        raise Refused("sign_in_required", _("Please sign in first."), sign_in=True)
    require_voice(held)
    if topic.removed_at and act == "react":
        raise absent()
    if held.may("moderate", topic.board_id):
        if act == "react" and viewer.pk == post.author_id:
            raise Refused("own_post", _("Your own posts are for others to like."))
        return
    if act == "restore":
        raise absent()
    if not _by_trust(post, act, held.trust) and (reason := _POST_RULES[act](viewer, post)):
        raise Refused(*reason)
    if act in ("edit", "remove"):
        require(viewer, topic.board_id, "reply", held=held)
        require_open(topic)


def require(viewer: Viewer, board_id: int, act: str, *, held: Rights) -> None:
    """Refuse unless the act is allowed in the board; an unseen board is absent."""
    if held.may(act, board_id):
        return
    if not held.may("see", board_id):
        raise absent()
    if not is_member(viewer):
        raise Refused("sign_in_required", _("Please sign in first."), sign_in=True)
    if act == "browse":
        raise Refused("board_locked", _("This board is for a smaller circle. You see its name, not its topics."))
    require_voice(held)
    if held.boards[board_id].archived:
        raise Refused("board_archived", _("This board is archived: it can be read, but nothing new is written."))
    raise Refused(f"may_not_{act}", str(_MAY_NOT[act]()))


def require_voice(held: Rights) -> None:
    """Refuse whoever is silenced: for every act that others would see."""
    if held.silenced:
        raise Refused(
            "silenced",
            _("You can read, but not write at the moment. Your standing page says why, until when, and how to object."),
        )


def require_open(topic: Topic) -> None:
    if topic.state != Topic.State.OPEN:
        raise Refused("topic_closed", _("This topic is closed. You can start a new one."))


def absent() -> Refused:
    """The refusal of what does not exist, and of what the viewer may not know to exist."""
    return Refused("not_found", _("There is nothing here."), hidden=True)


def _by_trust(post: Post, act: str, trust: int) -> bool:
    """What a level of trust opens in others' posts: wiki posts are everybody's from 1 on, solving a question from 4 on."""
    return (act == "edit" and post.wiki and trust >= 1) or (act == "accept" and trust >= 4)


def _own(viewer: Member, post: Post) -> tuple[str, str] | None:
    if viewer.pk != post.author_id:
        return "not_your_post", _("Only the author and moderators may change a post.")
    return None


def _not_own(viewer: Member, post: Post) -> tuple[str, str] | None:
    if viewer.pk == post.author_id:
        return "own_post", _("Your own posts are for others to like.")
    return None


def _asker(viewer: Member, post: Post) -> tuple[str, str] | None:
    if viewer.pk != post.topic.author_id:
        return "not_your_question", _("Only the person who asked, and moderators, may say which answer helped.")
    return None


_POST_RULES = {"edit": _own, "remove": _own, "react": _not_own, "accept": _asker}
_MAY_NOT = {
    "start": lambda: _("You may read here, but not start topics."),
    "reply": lambda: _("You may read here, but not reply."),
    "attach": lambda: _("You may not attach files here."),
    "moderate": lambda: _("Only moderators of this board may do this."),
}


def member_board_ids() -> list[int]:
    """The boards whose content every member may read, whatever groups they are in."""
    return _rights(permission_version(), frozenset({"members"}), False, False, 0).browsable


def permission_version() -> int:
    """Changes whenever a board or a permission does; read it once to ask for many people."""
    return PermissionVersion.objects.values_list("version", flat=True).first() or 0


@lru_cache(maxsize=512)
def _rights(
    version: int, audiences: frozenset[str], moderator: bool, superuser: bool, trust: int, silenced: bool = False
) -> Rights:
    boards, answers = _tree(version)
    if superuser:
        everywhere = frozenset(boards)
        return Rights(boards, dict.fromkeys(rules.ACTS, everywhere), trust)
    parents = [(card.id, card.parent_id) for card in boards.values()]
    allowed = rules.granted(parents, [card.id for card in boards.values() if card.archived], answers, audiences)
    if moderator:
        allowed["moderate"] = allowed["browse"]
    if silenced:
        allowed |= dict.fromkeys((*rules.WRITING, "moderate"), frozenset())
    return Rights(boards, allowed, trust, silenced)


@lru_cache(maxsize=4)
def _tree(version: int) -> tuple[dict[int, BoardCard], dict[tuple[int, str, str], str]]:
    """All boards, parents first, and all answers. The version makes a new entry; the old ones fall out."""
    rows = Board.objects.order_by("depth", "position", "id").values(
        "id", "parent_id", "depth", "name", "slug", "description", "colour", "icon", "position", "kinds", "archived",
        "default_order", "least_tags", "slow_seconds",
    )  # fmt: skip
    boards = {row["id"]: BoardCard(**row | {"kinds": tuple(row["kinds"])}) for row in rows}
    answers = {
        (board, f"group:{group}" if group else audience, act): value
        for board, audience, group, act, value in BoardPermission.objects.values_list(
            "board_id", "audience", "group_id", "act", "value"
        )
    }
    return boards, answers
