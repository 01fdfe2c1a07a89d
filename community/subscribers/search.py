"""Event → the search documents of what changed. Lost workers lose nothing: the outbox delivers again."""

from community.actions import search
from community.events import (
    MessageEdited,
    MessageRemoved,
    MessageRestored,
    MessagesSent,
    PostEdited,
    PostPublished,
    PostRemoved,
    PostRestored,
    PostsMoved,
    TopicChanged,
)
from members.events import MemberJoined, MembersImported, MemberUpdated
from outbox.subscribe import subscribe


def index_post(event: PostPublished | PostEdited | PostRemoved | PostRestored) -> None:
    search.index_posts(topic_ids=[event.topic_id], post_ids=[event.post_id], at=event.at)
    if isinstance(event, PostPublished) and event.number == 1:
        search.index_tags_of(topic_id=event.topic_id, at=event.at)


subscribe(PostPublished)(index_post)
subscribe(PostEdited)(index_post)
subscribe(PostRemoved)(index_post)
subscribe(PostRestored)(index_post)


@subscribe(TopicChanged)
def index_topic(event: TopicChanged) -> None:
    search.index_topic(topic_id=event.topic_id, at=event.at)
    search.index_tags_of(topic_id=event.topic_id, at=event.at)


@subscribe(PostsMoved)
def index_moved(event: PostsMoved) -> None:
    search.index_moved(topic_ids={event.from_topic_id, event.to_topic_id}, post_ids=event.post_ids, at=event.at)


@subscribe(MessagesSent)
def index_sent(event: MessagesSent) -> None:
    search.index_messages(message_ids=event.message_ids, at=event.at)


def index_message(event: MessageEdited | MessageRemoved | MessageRestored) -> None:
    search.index_messages(message_ids=[event.message_id], at=event.at)


subscribe(MessageEdited)(index_message)
subscribe(MessageRemoved)(index_message)
subscribe(MessageRestored)(index_message)


def index_person(event: MemberJoined | MemberUpdated) -> None:
    search.index_people(member_ids=[event.member_id], at=event.at)


subscribe(MemberJoined)(index_person)
subscribe(MemberUpdated)(index_person)


@subscribe(MembersImported)
def index_imported(event: MembersImported) -> None:
    search.index_people(member_ids=event.member_ids, at=event.at)
