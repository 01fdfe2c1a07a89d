"""Whole numbers: minor units, and sharing without losing one."""

from collections.abc import Sequence

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}

MOST = 10**12
"""No posting is larger: sums of postings stay far from the end of bigint."""


class BadAmount(ValueError):
    """An amount of points is a whole number from 1 to `MOST`."""


def whole_amount(value: object) -> int:
    """The amount, or BadAmount: floats, booleans, texts, nothing, less than one and more than `MOST` are refused."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise BadAmount("An amount of points is a whole number of at least 1.")
    return value


def exponent(currency: str) -> int:
    """Decimal places of the minor unit by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` by weight in whole numbers: floors first, then one each to the largest remainders (ties: the earlier).

    >>> spread(10, [1, 1, 1])
    [4, 3, 3]
    """
    weight = sum(weights)
    if weight <= 0:
        return [0] * len(weights)
    shares = [total * one // weight for one in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % weight), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
