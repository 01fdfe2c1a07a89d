"""What waits for each account: bookmarks, drafts, people and tags they follow, news that is still new."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from community.actions.composer import drafts
from community.actions.forum import bookmarks
from community.actions.people import levels
from community.queries.forum import topics as topic_queries
from community.rules.composer import new_key, reply_key
from config.demo import story
from config.demo.table import Written
from messaging import actions as messaging

_FIRST, _WATCHING, _MUTED = 4, 3, 0


def prepare(ids: Mapping[str, int], talk: Written, at: datetime) -> None:
    """In the transaction of the talk, before anybody is told of it."""
    for who, whom in story.FOLLOWS:
        levels.set_person_level(person_id=ids[whom], level=_WATCHING, by=ids[who], at=at)
    for who, whom in story.IGNORES:
        levels.set_person_level(person_id=ids[whom], level=_MUTED, by=ids[who], at=at)
    for who, tag in story.FOLLOWS_TAGS:
        levels.set_tag_level(tag_id=talk.tags[tag], level=_WATCHING, by=ids[who], at=at)
    for who, board in story.FOLLOWS_BOARDS:
        levels.set_board_level(board_id=talk.boards[board], level=_FIRST, by=ids[who], at=at)
    for keep in story.BOOKMARKS:
        topic_id, made = talk.topics[keep.topic]
        thing = {"topic_id": topic_id} if keep.reply is None else {"post_id": made[keep.reply + 1]}
        bookmarks.keep(
            by=ids[keep.member], note=keep.note, at=at - timedelta(days=keep.days_ago),
            remind_at=None if keep.remind_in_days is None else at + timedelta(days=keep.remind_in_days), **thing,
        )  # fmt: skip
    for draft in story.DRAFTS:
        topic_id = talk.topics[draft.topic][0] if draft.topic else 0
        key = reply_key(topic_queries.public_id_of(topic_id=topic_id)) if topic_id else new_key(draft.board)
        drafts.save_draft(
            key=key, raw=draft.text, meta={"title": draft.title}, revision=0, by=ids[draft.member],
            at=at - timedelta(days=draft.days_ago),
        )  # fmt: skip


def read_what_is_old(ids: Mapping[str, int], at: datetime) -> None:
    """Everybody has read what they were told before they last looked in; what came since is new."""
    bookmarks.remind_due(at=at)
    for person in story.CAST:
        away = story.LAST_HERE.get(person.username, 0.5)
        messaging.read_all_notices(member_id=ids[person.username], at=at - timedelta(days=away))
