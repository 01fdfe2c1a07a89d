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
