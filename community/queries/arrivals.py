"""Where something that came from another forum is now. Of several forums the one that came last answers."""

from community.models import Arrived, Post, Topic


def topic_of(*, external_id: str) -> str | None:
    """Public id of the topic that had this id over there."""
    return Topic.objects.filter(pk=_ours("topic", external_id)).values_list("public_id", flat=True).first()


def post_of(*, external_id: str) -> tuple[str, int] | None:
    """Public id of the topic, and number, of the post that had this id over there."""
    row = Post.objects.filter(pk=_ours("post", external_id)).values_list("topic__public_id", "number").first()
    return (row[0], row[1] or 1) if row else None


def board_of(*, external_id: str) -> int | None:
    """Our id of the board that had this id over there."""
    return _ours("board", external_id) or None


def _ours(kind: str, external_id: str) -> int:
    """0, which nothing is called, when it did not come."""
    if not external_id.isascii() or not external_id.isdigit():
        return 0
    found = Arrived.objects.filter(kind=kind, external_id=external_id).order_by("-id")
    return found.values_list("object_id", flat=True).first() or 0
