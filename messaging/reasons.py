"""Why a message is where it is, in words for staff and members."""

from django.utils.translation import gettext_lazy as _

_REASONS = {
    "in_line": _("waits its turn"),
    "being_prepared": _("is being written"),
    "being_handed_over": _("is being given to the mail server"),
    "sender_died": _("its sender stopped; it waits again"),
    "sender_died_while_handing_over": _("its sender stopped while handing it over; nobody knows whether it arrived"),
    "connection_broke_while_handing_over": _(
        "the connection broke at the last moment; nobody knows whether it arrived"
    ),
    "connection_broke_before_sending": _("the connection broke before anything was sent; tried again"),
    "sent_again_under_the_same_id": _("perhaps arrived; sent again under the same id"),
    "server_said_later": _("the mail server asked us to come back later"),
    "mail_server_away": _("the mail server cannot be reached"),
    "could_not_be_written": _("its text could not be made"),
    "nobody_writes_this_kind": _("nothing here writes this kind of message any more"),
    "gave_up": _("given up after five tries"),
    "waited_too_long": _("waited longer than it stays true"),
    "quiet_hours": _("waits for the member's morning"),
    "cap_day": _("the member got a mail in the last 24 hours"),
    "cap_week": _("the member got enough mail in the last 7 days"),
    "cap_budget": _("the member got enough of everything in the last 7 days"),
    "read_meanwhile": _("the member saw it in the site before it left"),
    "nothing_missed": _("the member missed nothing"),
    "no_device": _("no device of the member may be rung"),
    "push_refused": _("the push service refused it"),
    "push_later": _("the push service asked us to come back later"),
    "no_consent": _("never said yes to news and offers"),
    "consent_withdrawn": _("took the consent back"),
    "no_address": _("no confirmed e-mail address"),
    "paused_by_member": _("asked for a pause"),
    "hard_bounce": _("the mailbox does not exist"),
    "complaint": _("complained about a mail"),
    "manual": _("stopped by staff"),
    "erased": _("the person was erased"),
    "legal": _("for legal reasons"),
    "mailbox_unknown": _("the mailbox does not exist"),
    "cannot_be_addressed": _("no mail can be made for this address"),
    "server_refused": _("the mail server refused it for good"),
    "campaign_paused": _("the campaign rests"),
    "campaign_stopped": _("the campaign was stopped"),
    "drawn_to_be_held_out": _("drawn to be held out, so that the effect can be proven"),
    "no_true_news": _("nothing true was left to say"),
    "came_back_already": _("came back before it was sent"),
    "no_personalisation": _("does not want to be chosen by behaviour"),
}


def say(reason: str) -> str:
    """The reason in words; an unknown one as it is stored."""
    return str(_REASONS.get(reason, reason))
