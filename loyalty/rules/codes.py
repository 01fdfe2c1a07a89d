"""Numbers and codes that people read: of orders from files, of coupons."""

import re

_MADE_NUMBER = re.compile(r".+:\d{4}-\d{2}-\d{2}:\d+x\d+:\d+")


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
