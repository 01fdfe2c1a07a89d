"""Why a text waits, found out when it is put into the queue."""

from community import moderation, rules
from community.models import Post
from community.problems import BlockedWord
from members import access


def reasons_of(*, post_id: int) -> list[dict[str, str | int]]:
    """What the rules say of a waiting post, as they are now; nothing said means that it was typed too fast."""
    post = Post.objects.select_related("topic").filter(pk=post_id).first()
    if post is None:
        return []
    author = access.member_by_id(post.author_id)
    trust = rules.trust_of(access.group_names(author)) if author else 0
    title = post.topic.title if post.topic.awaiting else ""
    try:
        reasons = list(moderation.judge(post.raw, title=title, trust=trust, first=True).reasons)
    except BlockedWord:
        return []
    return reasons or [{"code": "typed_fast"}]
