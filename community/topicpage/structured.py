"""What machines read of a topic: schema.org as JSON-LD, for search engines and the previews of other sites.

A question is a QAPage, everything else a DiscussionForumPosting (developers.google.com: "discussion-forum", "qapage").
Only what the page itself shows to everybody is said.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

EXCERPT = 5_000
PREVIEW = 200
ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True)
class Said:
    """A post as a machine should know it. `url` and `author_url` are whole addresses."""

    url: str
    text: str
    author: str
    author_url: str
    at: datetime
    likes: int
    accepted: bool = False


def structured_data(
    *, kind: str, title: str, url: str, board: str, opening: Said, replies: Sequence[Said], reply_count: int
) -> SafeString:
    """The script element with the topic's data."""
    data = _question if kind == "question" else _discussion
    return script_element(data(title, url, board, opening, replies, reply_count))


def script_element(data: dict[str, Any]) -> SafeString:
    """What schema.org knows as `data`, for a page's head. A data block is not run by browsers, so the policy needs no nonce."""
    document = {"@context": "https://schema.org", **data}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - no character can end the element


def open_graph(*, site: str, title: str, url: str, text: str) -> SafeString:
    """What other sites and messengers show of a link to the topic (ogp.me)."""
    line = " ".join(text.split())
    about = line if len(line) <= PREVIEW else line[: PREVIEW - 1].rstrip() + "…"
    named = (("type", "article"), ("site_name", site), ("title", title), ("url", url), ("description", about))
    tags = format_html_join("", '<meta property="og:{}" content="{}">', named)
    return format_html(
        '{}<meta name="twitter:card" content="summary"><meta name="description" content="{}">', tags, about
    )


def _question(
    title: str, url: str, board: str, opening: Said, replies: Sequence[Said], reply_count: int
) -> dict[str, Any]:
    question = {"@type": "Question", "name": title, "url": url, "answerCount": reply_count, **_words(opening)}
    accepted = [_answer(reply) for reply in replies if reply.accepted]
    others = [_answer(reply) for reply in replies if not reply.accepted]
    if accepted:
        question["acceptedAnswer"] = accepted[0]
    if others:
        question["suggestedAnswer"] = others
    return {"@type": "QAPage", "mainEntity": question}


def _answer(reply: Said) -> dict[str, Any]:
    return {"@type": "Answer", "url": reply.url, "upvoteCount": reply.likes, **_words(reply)}


def _discussion(
    title: str, url: str, board: str, opening: Said, replies: Sequence[Said], reply_count: int
) -> dict[str, Any]:
    return {
        "@type": "DiscussionForumPosting",
        "headline": title,
        "url": url,
        "articleSection": board,
        "commentCount": reply_count,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/LikeAction",
            "userInteractionCount": opening.likes,
        },
        **_words(opening),
        "comment": [{"@type": "Comment", "url": reply.url, **_words(reply)} for reply in replies],
    }  # fmt: skip


def _words(said: Said) -> dict[str, Any]:
    author = {"@type": "Person", "name": said.author}
    if said.author_url:
        author["url"] = said.author_url
    return {"text": said.text[:EXCERPT], "author": author, "datePublished": said.at.isoformat()}
