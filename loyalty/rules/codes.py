"""Numbers and codes that people read: of orders from files, of coupons, of lines of a statement."""

import base64
import re
import uuid

_MADE_NUMBER = re.compile(r".+:\d{4}-\d{2}-\d{2}:\d+x\d+:\d+")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def made_number(content: str, nth: int) -> str:
    """The number of a row of a file that has none: its content (customer:date:quantity x net), and which such row it is."""
    return f"{content}:{nth}"


def is_made_number(number: str) -> bool:
    """Whether we made this number: then it tells people nothing, and the order is named by its day."""
    return _MADE_NUMBER.fullmatch(number) is not None


COUPON_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without 0 O 1 I L, which people mistake for one another when they copy by hand; 17 of them carry 84 bits."""


def fold_code(code: str) -> str:
    """A coupon code as it is stored: people type small letters, blanks and dashes."""
    return "".join(character for character in code.upper() if character.isalnum())


def shown_code(code: str) -> str:
    """A coupon code as people read it: AB3D-EFGH-…"""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def line_handle(key: uuid.UUID) -> str:
    """The name of a statement's line in addresses: the key of its posting in 26 letters and digits, which counts nothing."""
    return base64.b32encode(key.bytes).decode().rstrip("=").lower()


def key_of_line(handle: str) -> uuid.UUID | None:
    """The posting's key that a handle names; None when it is none of ours, however it is damaged."""
    if re.fullmatch("[a-z2-7]{26}", handle, re.ASCII) is None:
        return None
    key = uuid.UUID(bytes=base64.b32decode(handle.upper() + "======"))
    return key if line_handle(key) == handle else None  # the last letter has two bits to spare


def inert_cell(text: str) -> str:
    """A text for a cell of a table that people open in a spreadsheet: one that would begin a formula begins with an
    apostrophe, so that a name or title typed by somebody else is never executed (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
