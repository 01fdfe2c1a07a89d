"""Signs of spam in what newcomers do, without a database: addresses, hosts, speed."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

TYPED_TOO_FAST = 3.0
"""Seconds between opening the form and sending the first post."""
HOST_IN_POSTS_OF = 3
"""Newcomers whose posts link to one host before somebody looks."""
NEAR = 2
"""Edits between two addresses of, it seems, one person."""

# The largest providers of throw-away mailboxes; a sign to look at, never a reason to refuse.
DISPOSABLE = frozenset({
    "10minutemail.com", "10minutemail.net", "20minutemail.com", "33mail.com", "anonbox.net", "burnermail.io", "byom.de",
    "cock.li", "discard.email", "dispostable.com", "dropmail.me", "emailfake.com", "emailondeck.com", "fakeinbox.com",
    "fakemail.net", "filzmail.com", "generator.email", "getairmail.com", "getnada.com", "grr.la", "guerrillamail.biz",
    "guerrillamail.com", "guerrillamail.de", "guerrillamail.info", "guerrillamail.net", "guerrillamail.org",
    "guerrillamailblock.com", "harakirimail.com", "inboxbear.com", "inboxkitten.com", "incognitomail.org",
    "jetable.org", "mail-temp.com", "mail.tm", "mailcatch.com", "maildrop.cc", "mailinator.com", "mailinator.net",
    "mailnesia.com", "mailnull.com", "mailsac.com", "mailtemp.net", "mintemail.com", "moakt.com", "mohmal.com",
    "mytemp.email", "nada.email", "nowmymail.com", "pokemail.net", "sharklasers.com", "spam4.me", "spambog.com",
    "spambox.us", "spamex.com", "spamgourmet.com", "temp-mail.io", "temp-mail.org", "tempail.com", "tempinbox.com",
    "tempmail.com", "tempmail.dev", "tempmail.net", "tempmailo.com", "tempr.email", "throwawaymail.com",
    "trash-mail.com", "trashmail.com", "trashmail.de", "trashmail.net", "trbvm.com", "yopmail.com", "yopmail.fr",
    "yopmail.net",
})  # fmt: skip

_PLUS = re.compile(r"\+.*$")


def is_disposable(email: str) -> bool:
    """Whether the mailbox is of a known throw-away provider, or of a subdomain of one."""
    parts = email.rpartition("@")[2].lower().split(".")
    return any(".".join(parts[start:]) in DISPOSABLE for start in range(len(parts) - 1))


def hosts(links: Iterable[str], *, own: str) -> frozenset[str]:
    """The foreign hosts that these links lead to, without www."""
    found = set()
    for link in links:
        try:
            host = (urlsplit(link).hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if "." in host and host != own.removeprefix("www."):
            found.add(host)
    return frozenset(found)


def near(one: str, other: str) -> bool:
    """Whether at most two letters make one address of the other; +tags are cut off first.

    Short names are near by accident: below six letters only the same mailbox counts.
    """
    first, second = _mailbox(one), _mailbox(other)
    if not first or not second:
        return False
    if min(len(first.partition("@")[0]), len(second.partition("@")[0])) < 6:
        return first == second
    return _edits_within(first, second, NEAR)


def _mailbox(email: str) -> str:
    local, at, domain = email.strip().lower().rpartition("@")
    return f"{_PLUS.sub('', local)}@{domain}" if at and local else ""


def _edits_within(one: str, other: str, most: int) -> bool:
    """Whether insertions, deletions and replacements (Levenshtein), at most so many, lead from one to the other."""
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        left, row_before, row = number, row, [number]
        for column, wanted in enumerate(other, start=1):
            left = min(left + 1, row_before[column] + 1, row_before[column - 1] + (letter != wanted))
            row.append(left)
        if min(row) > most:
            return False
    return row[-1] <= most
