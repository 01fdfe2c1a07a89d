"""The pages with one promise taken out: what is said after a commit is said within the request."""

from config.wsgi import application  # noqa: F401
from outbox import nudge

nudge.synchronous = True
