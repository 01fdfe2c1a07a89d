"""What the review queue holds of this app: one file for each thing to look at, registered in `apps.ready()`."""

from community.kinds.messages import FLAGGED_MESSAGE
from community.kinds.people import FLAGGED_MEMBER, NEW_MEMBER, OBJECTION
from community.kinds.posts import FLAGGED_POST, HELD_POST

KINDS = (FLAGGED_POST, HELD_POST, FLAGGED_MESSAGE, FLAGGED_MEMBER, NEW_MEMBER, OBJECTION)
