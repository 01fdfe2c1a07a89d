"""The tables of the community, by topic."""

from community.models.boards import Board, BoardPermission, PermissionVersion
from community.models.topics import Post, PostRevision, Reaction, Topic, TopicRead

__all__ = ["Board", "BoardPermission", "PermissionVersion", "Post", "PostRevision", "Reaction", "Topic", "TopicRead"]
