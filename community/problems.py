"""Named reasons why an act did not happen. `code` is stable, `message` tells a person the next step."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Problem(Exception):
    """The act was not done, and nothing changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class TextRefused(Problem):
    """The text is too short or too long."""


class TopicClosed(Problem):
    """Nobody writes in a closed, archived or removed topic."""

    def __init__(self) -> None:
        super().__init__("topic_closed", _("This topic is closed. You can start a new one."))


class SlowMode(Problem):
    """In this topic a member's posts are so far apart; `retry_after` seconds are left."""

    def __init__(self, *, seconds: int) -> None:
        words = ngettext(
            "This topic is in slow mode. You can write again in %(seconds)s second.",
            "This topic is in slow mode. You can write again in %(seconds)s seconds.",
            seconds,
        )
        super().__init__("slow_mode", words % {"seconds": seconds})
        self.retry_after = seconds


class FormReused(Problem):
    """The hidden key of the form belongs to another post."""

    def __init__(self) -> None:
        super().__init__("form_reused", _("This form was already sent somewhere else. Please load the page again."))


class Gone(Problem):
    """The post was removed meanwhile."""

    def __init__(self) -> None:
        super().__init__("gone", _("This post was removed meanwhile."))


class OwnPost(Problem):
    """One does not react to oneself."""

    def __init__(self) -> None:
        super().__init__("own_post", _("Your own posts are for others to like."))


class NotAnAnswer(Problem):
    """Only a reply in a question can be accepted."""

    def __init__(self) -> None:
        super().__init__("not_an_answer", _("Only replies to a question can be accepted as its answer."))


class OthersAnswered(Problem):
    """The first post carries what others wrote below it."""

    def __init__(self) -> None:
        super().__init__(
            "others_answered", _("Others have answered here, so only moderators may remove the whole topic.")
        )


class EditConflict(Problem):
    """Somebody saved the post after this form was opened; both texts are kept for the writer."""

    def __init__(self, *, current_raw: str, current_revision: int) -> None:
        super().__init__(
            "edit_conflict", _("This post was changed after you opened it. Compare both texts, then save.")
        )
        self.current_raw, self.current_revision = current_raw, current_revision


class TooFast(Problem):
    """The member must wait `retry_after` seconds before doing this again (pages answer 429 with Retry-After)."""

    def __init__(self, message: str, retry_after: int, *, code: str = "too_fast") -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class FlagRefused(Problem):
    """The flag was not taken: a note is missing, it is one's own, it was judged fine a moment ago."""


class ChangedMeanwhile(Problem):
    """Somebody else decided, or something new arrived, after the page was opened; `what` says which."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "changed_meanwhile", _("Changed meanwhile: %(what)s Look again, then decide.") % {"what": what}
        )
        self.what = what


class SanctionRefused(Problem):
    """The sanction was not imposed: no reason, no end, or it is about the team."""


class BlockedWord(Problem):
    """A word rule refuses this text."""

    def __init__(self, words: str) -> None:
        super().__init__(
            "blocked_word", _("This cannot be written here: %(words)s. Please say it differently.") % {"words": words}
        )


class SessionRefused(Problem):
    """A live session cannot be so, or the act does not fit its state; `field` is the box of the form that is wrong."""

    def __init__(self, code: str, message: str, *, field: str = "") -> None:
        super().__init__(code, message)
        self.field = field
