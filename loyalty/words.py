"""Words of the programme that a new site begins with, so that they reach the catalogues: the rows hold the English ones, and
pages translate what they know."""

from django.utils.translation import gettext_noop as _

SEEDED = (
    _("Purchases"),
    _("Your answer is accepted"),
    _("Somebody likes your post"),
    _("You were at a live session"),
    _("Old friends"),
    _("Friend"),
    _("Good friend"),
    _("Old friend"),
    _("Points for what you do here"),
    _("Rewards kept for good friends"),
    _("A badge beside your name"),
    _("Everything good friends have"),
    _("First choice when something is scarce"),
    _("A tenth off your next order"),
    _("A code for the shop. It takes 10 percent off one order."),
    _("Question to the founders"),
    _("Ask us anything. We answer in person, in the forum or by mail, as you like."),
)
