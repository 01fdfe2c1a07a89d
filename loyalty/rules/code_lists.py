"""Codes from a shop's file: one a line, or the first field of a line of CSV."""

import csv
from dataclasses import dataclass, field

from loyalty.rules.codes import fold_code

SHORTEST, LONGEST = 6, 40
MOST_LINES = 200_000
_HEADINGS = frozenset({"CODE", "CODES", "COUPON", "COUPONCODE", "VOUCHER", "VOUCHERCODE", "DISCOUNTCODE", "NAME"})


@dataclass
class ReadCodes:
    """`good` and `repeated` are (line from 1, folded code); `bad` is (line, what stood there, what is wrong: a name)."""

    good: list[tuple[int, str]] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)


def read_codes(text: str) -> ReadCodes:
    """Read a list. Wrong lines are named: short, long, signs (not letters, digits, blanks and dashes), many (past the limit).

    A first line that names the column is skipped; empty lines are nothing.
    """
    answer = ReadCodes()
    seen: set[str] = set()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        said = _first(line)
        if not said:
            continue
        code = fold_code(said)
        if number == 1 and code in _HEADINGS:
            continue
        if number > MOST_LINES:
            answer.bad.append((number, "", "many"))
            break
        problem = _problem(said, code)
        if problem:
            answer.bad.append((number, said[:60], problem))
        elif code in seen:
            answer.repeated.append((number, code))
        else:
            seen.add(code)
            answer.good.append((number, code))
    return answer


def _first(line: str) -> str:
    """The first field of a line of CSV, with comma, semicolon or tab."""
    separator = next((one for one in ("\t", ";", ",") if one in line), ",")
    try:
        fields = next(csv.reader([line.replace("\x00", "\ufffd")], delimiter=separator), [])
    except csv.Error:
        return line.strip()
    return fields[0].strip() if fields else ""


def _problem(said: str, code: str) -> str:
    if not all(sign.isascii() and (sign.isalnum() or sign in " -_") for sign in said):
        return "signs"
    if len(code) < SHORTEST:
        return "short"
    return "long" if len(code) > LONGEST else ""
