"""The tables of the community, by topic."""

from community.models.boards import Board, BoardPermission, PermissionVersion
from community.models.rooms import Membership, Message, MessageRevision, Room
from community.models.search import SearchDocument
from community.models.topics import Level, Post, PostRevision, Reaction, Topic, TopicRead

__all__ = [
    "Board",
    "BoardPermission",
    "Level",
    "Membership",
    "Message",
    "MessageRevision",
    "PermissionVersion",
    "Post",
    "PostRevision",
    "Reaction",
    "Room",
    "SearchDocument",
    "Topic",
    "TopicRead",
]
