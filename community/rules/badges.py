"""The numbers behind the badges. What each rule counts is in `queries/badges.py`, the words in `words_badges.py`.

All of them reward what others got out of it, or staying; none counts how much somebody writes. The badges that every
house begins with are rows, made by a migration, which managers may change.
"""

TRUSTED_FROM = 2
"""The level of trust from which somebody's like counts: made-up accounts do not get there in an afternoon."""
NEWCOMER_DAYS = 30
"""For so long after joining somebody is new."""
LATE_DAYS = 7
"""A question that waited so long was waiting."""
LIKED_QUESTION = 5
"""Trusted members who liked a question that was worth asking."""
AWAY_DAYS = 90
"""Silence after which a new post is a return."""
TOLD_WITHIN_DAYS = 7
"""What was earned longer ago (an import, a new badge) is given without a notice or an event."""
