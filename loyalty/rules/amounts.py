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

_TODAY = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
    CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD
    JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
    SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_BEFORE = """
    ATS BEF BYR CUC CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MRO MTL NLG PTE ROL SIT SKK SLL STD TRL VEB VEF ZMK ZWL
"""  # what old orders may still name
_CURRENCIES = frozenset((_TODAY + _BEFORE).split())

MOST = 10**12
"""No posting is larger: sums of postings stay far from the end of bigint."""


class BadAmount(ValueError):
    """An amount of points is a whole number from 1 to `MOST`."""


def whole_amount(value: object) -> int:
    """The amount, or BadAmount: floats, booleans, texts, nothing, less than one and more than `MOST` are refused."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise BadAmount("An amount of points is a whole number of at least 1.")
    return value


def is_currency(code: str) -> bool:
    """Whether money has this code: three letters that stand for nothing are a slip, and would be paid as money."""
    return code in _CURRENCIES


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
