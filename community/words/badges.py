"""What the built-in badges are called and what they are given for, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def badge_name(code: str, own: str = "") -> str:
    """The name that managers gave it, else ours. Names that came with the house are known in other languages too."""
    if own:
        return _(own)
    names = {
        "first-good-cup": _("First good cup"),
        "steady-pourer": _("Steady pourer"),
        "tea-master": _("Master of the house"),
        "good-company": _("Good company"),
        "every-tables-friend": _("A friend at every table"),
        "open-door": _("Open door"),
        "keeper-of-the-door": _("Keeper of the door"),
        "many-tables": _("At home everywhere"),
        "late-lamp": _("The late lamp"),
        "worth-asking": _("Worth asking"),
        "grateful-guest": _("Grateful guest"),
        "words-to-keep": _("Words to keep"),
        "heard": _("Heard"),
        "good-listener": _("Good listener"),
        "four-seasons": _("Four seasons"),
        "three-springs": _("Three springs"),
        "old-friend": _("Old friend"),
        "warm-kettle": _("The kettle stayed warm"),
    }
    return names.get(code, code)


def badge_about(code: str, threshold: int, own: str = "") -> str:
    """What it is given for."""
    if own:
        return _(own)
    if code in _COUNTED:
        return _COUNTED[code](threshold) % {"count": threshold}
    said = {
        "worth-asking": _("Asked a question that found its answer and that others were glad to read."),
        "heard": _("Had an idea that the house made real."),
        "warm-kettle": _("Came back after a long absence, and wrote again. There was tea."),
        "late-lamp": _("Found the answer to a question that had waited a week."),
    }
    return said.get(code, "")


_COUNTED = {
    "first-good-cup": lambda n: ngettext(
        "Wrote an answer that solved somebody's question.", "Wrote %(count)s answers that solved somebody's question.", n
    ),
    "steady-pourer": lambda n: ngettext(
        "Wrote %(count)s answer that helped.", "Wrote %(count)s answers that helped.", n
    ),
    "tea-master": lambda n: ngettext("Wrote %(count)s answer that helped.", "Wrote %(count)s answers that helped.", n),
    "good-company": lambda n: ngettext(
        "Was liked by %(count)s regular of the house.", "Was liked by %(count)s different regulars of the house.", n
    ),
    "every-tables-friend": lambda n: ngettext(
        "Was liked by %(count)s regular of the house.", "Was liked by %(count)s different regulars of the house.", n
    ),
    "open-door": lambda n: ngettext(
        "Was the first to answer a newcomer.", "Was the first to answer %(count)s newcomers.", n
    ),
    "keeper-of-the-door": lambda n: ngettext(
        "Was the first to answer a newcomer.", "Was the first to answer %(count)s newcomers.", n
    ),
    "many-tables": lambda n: ngettext("Helped in %(count)s board.", "Helped in %(count)s boards.", n),
    "grateful-guest": lambda n: ngettext(
        "Said which answer helped, so that others find it.",
        "Said %(count)s times which answer helped, so that others find it.", n,
    ),
    "words-to-keep": lambda n: ngettext(
        "Wrote a post that a regular of the house liked.",
        "Wrote one post that %(count)s regulars of the house liked.", n,
    ),
    "good-listener": lambda n: ngettext("Read along on %(count)s day.", "Read along on %(count)s different days.", n),
    "four-seasons": lambda n: ngettext("A year with us, and still at the table.", "%(count)s years with us.", n),
    "three-springs": lambda n: ngettext("A year with us.", "%(count)s years with us, and still at the table.", n),
    "old-friend": lambda n: ngettext("A year with us.", "%(count)s years with us. An old friend.", n),
}  # fmt: skip


def how(rule: str) -> str:
    """How it is earned, for the page of the badge."""
    return {
        "answers": _(
            "Counted are answers that the asker, not yourself, accepted; and it goes when they are taken back."
        ),
        "liked_by": _("Counted are different members who have been here a while, not the number of likes."),
        "welcomed": _("Counted are first replies to the first topic of somebody new. Later ones are kind, too."),
        "boards": _("Counted are boards in which you were accepted as the answer or liked by a regular."),
        "late_answer": _("Look among the unanswered questions; somebody is still waiting."),
        "good_question": _("Ask so that others can find it; five regulars liked the question, and it was solved."),
        "thanked": _("When an answer to your question helped, say so with “This solved it”."),
        "liked_post": _("It can be earned again with another post."),
        "idea_done": _("Vote for ideas and write your own. It can be earned again."),
        "read_days": _("Whoever listens has more to say. The days need not be in a row."),
        "years": _("Time alone is not enough: you have written something, and been here in the last three months."),
        "came_back": _("After ninety days or more without a word from you."),
        "": _("Given by the team."),
    }.get(rule, "")
