"""Reading the community. Other apps import from here and get frozen rows."""

from community.queries.people.people import (
    AuthorScore,
    PostSummary,
    ReplyFact,
    Talk,
    TopicCard,
    Voice,
    any_topics,
    latest_topics,
    liked_most,
    post_summary,
    posts_since,
    replies_to_member_since,
    talk_of,
    top_authors,
    topics_started_since,
)
from community.queries.people.trust import trust_of

__all__ = [
    "AuthorScore",
    "PostSummary",
    "ReplyFact",
    "Talk",
    "TopicCard",
    "Voice",
    "any_topics",
    "latest_topics",
    "liked_most",
    "post_summary",
    "posts_since",
    "replies_to_member_since",
    "talk_of",
    "top_authors",
    "topics_started_since",
    "trust_of",
]
