"""What is wrong with a message or with asking a shop, in words and with the next step."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_WORDS: dict[str, Promise] = {
    "malformed_json": gettext_lazy("The body is not JSON."),
    "missing": gettext_lazy("Something that must be there is missing."),
    "required": gettext_lazy("Something that must be there is missing."),
    "unknown_line": gettext_lazy("A refund names a line that the order does not have."),
    "totals_disagree": gettext_lazy("The total and the lines do not agree."),
    "not_an_amount": gettext_lazy("An amount is not written as a number."),
    "amount": gettext_lazy("An amount is negative, too large or no whole number."),
    "currency": gettext_lazy("The currency is not three capital letters."),
    "state": gettext_lazy("The state of the payment is not one that we know."),
    "other_source": gettext_lazy("The order names another shop as its source."),
    "member_missing": gettext_lazy("The order names nobody."),
    "nobody": gettext_lazy("The order names nobody: no customer and no address."),
    "test_order": gettext_lazy("A test order earns nothing."),
    "draft": gettext_lazy("The order is not placed yet."),
    "not_an_order": gettext_lazy("This topic is not about an order. Leave it out of the webhook to save messages."),
    "order_awaited": gettext_lazy("The refund came before its order and waits for it."),
    "no_order_yet": gettext_lazy("The deletion came before its order; the order will be cancelled when it comes."),
    "gone": gettext_lazy("The shop has this order no more."),
    "must_be_asked": gettext_lazy("The shop must be asked for the order, and we have no token for it."),
    "body_gone": gettext_lazy("The body was removed before it could be read."),
    "wants_data": gettext_lazy("A customer asks what is kept."),
    "wants_erasure": gettext_lazy("A customer is to be forgotten."),
    "forgot_shop": gettext_lazy("The shop was left; everything it sent is removed."),
    "token_refused": gettext_lazy("The shop refuses our token. Make a new one there and enter it here."),
    "token_unreadable": gettext_lazy("The token was kept under an older SECRET_KEY. Enter it again."),
    "hooks_refused": gettext_lazy(
        "A webhook in the shop has stopped, or was never made, and the shop does not let us write it. Make it there, or give "
        "us a token that may write webhooks. Orders come by asking meanwhile."
    ),
    "too_fast": gettext_lazy("The shop asks us to come more slowly; we wait as long as it says."),
    "refused_query": gettext_lazy("The shop refuses the question. Give the token the right to read orders."),
    "not_json": gettext_lazy("The shop answered something that is not JSON. Check its address."),
    "too_long": gettext_lazy("The shop's answer is longer than we read, or a name is too long."),
    "database_busy": gettext_lazy("Our database was busy. It is tried again."),
    "unexpected": gettext_lazy("We made a mistake; the log has more. It may be replayed after the next update."),
}


def words_for(code: str) -> str:
    """A problem's sentence."""
    if code in _WORDS:
        return str(_WORDS[code])
    if code.startswith("unreachable_"):
        code = code.removeprefix("unreachable_")
    if code.startswith("status_"):
        return _("The shop answered with status %(status)s.") % {"status": code.removeprefix("status_")}
    if code in ("connect", "lookup", "slow", "answer", "not_public", "host", "address", "own", "port", "scheme"):
        return _("The shop cannot be reached at its address (%(code)s).") % {"code": code}
    return code.replace("_", " ")
