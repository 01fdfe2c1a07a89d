"""The tables of the community, by topic."""

from community.models.arrivals import Arrived
from community.models.badges import BadgeAward, BadgeKind
from community.models.boards import Board, BoardPermission, PermissionVersion
from community.models.cooking import CardsWanted, LinkCard, Recooking
from community.models.drafts import Draft
from community.models.order import AuditEntry, Sanction, StaffNote, WordRule
from community.models.polls import Poll, PollVote
from community.models.reading import (
    Bookmark,
    Mention,
    PersonLevel,
    PlaceLevel,
    PlaceRead,
    ReadingChoice,
    Reason,
    TopTopic,
)
from community.models.review import ReviewFlag, ReviewItem
from community.models.room_reminders import RoomReminder
from community.models.rooms import (
    Membership,
    Message,
    MessageMention,
    MessageReaction,
    MessageRevision,
    Room,
    ThreadReading,
)
from community.models.search import SearchDocument
from community.models.sessions import (
    Audience,
    CalendarFeed,
    LiveSession,
    Rsvp,
    SeriesPerson,
    SessionPerson,
    SessionRole,
    SessionSeries,
)
from community.models.stage import (
    Attendance,
    Drop,
    DropClaim,
    QuestionVote,
    Seat,
    SessionPoll,
    SessionPollVote,
    SessionQuestion,
    Stage,
)
from community.models.structure import EventDetails, IdeaVote, PostRedirect
from community.models.tags import Tag, TagGroup, TopicTag
from community.models.topics import Level, Post, PostRevision, Reaction, Topic, TopicRead
from community.models.trust import ActivityDay, GroupTrust, MemberActivity, Spending, TrustChange
from community.models.uploads import Upload

__all__ = [
    "ActivityDay",
    "Arrived",
    "Attendance",
    "Audience",
    "AuditEntry",
    "BadgeAward",
    "BadgeKind",
    "Board",
    "BoardPermission",
    "Bookmark",
    "CalendarFeed",
    "CardsWanted",
    "Draft",
    "Drop",
    "DropClaim",
    "EventDetails",
    "GroupTrust",
    "IdeaVote",
    "Level",
    "LinkCard",
    "LiveSession",
    "MemberActivity",
    "Membership",
    "Mention",
    "Message",
    "MessageMention",
    "MessageReaction",
    "MessageRevision",
    "PermissionVersion",
    "PersonLevel",
    "PlaceLevel",
    "PlaceRead",
    "Poll",
    "PollVote",
    "Post",
    "PostRedirect",
    "PostRevision",
    "QuestionVote",
    "Reaction",
    "ReadingChoice",
    "Reason",
    "Recooking",
    "ReviewFlag",
    "ReviewItem",
    "Room",
    "RoomReminder",
    "Rsvp",
    "Sanction",
    "SearchDocument",
    "Seat",
    "SeriesPerson",
    "SessionPerson",
    "SessionPoll",
    "SessionPollVote",
    "SessionQuestion",
    "SessionRole",
    "SessionSeries",
    "Spending",
    "StaffNote",
    "Stage",
    "Tag",
    "TagGroup",
    "ThreadReading",
    "TopTopic",
    "Topic",
    "TopicRead",
    "TopicTag",
    "TrustChange",
    "Upload",
    "WordRule",
]
