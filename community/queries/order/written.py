"""Texts as they were written, for our own ears."""

from community.models import Message, Post


def post_raw(*, post_id: int) -> str:
    """Empty when there is no such post any more."""
    return Post.objects.filter(pk=post_id).values_list("raw", flat=True).first() or ""


def message_raw(*, message_id: int) -> str:
    """Empty when there is no such message any more."""
    return Message.objects.filter(pk=message_id).values_list("raw", flat=True).first() or ""
