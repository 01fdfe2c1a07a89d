"""Pure calculation about people."""

import hashlib
import hmac


def bucket(key: str, member_id: int) -> int:
    """The member's place from 0 to 9,999 in the draw named `key`; stable, and independent between keys.

    First eight bytes, big-endian, of HMAC-SHA256(key, decimal member id), modulo 10,000. A share of p percent is
    `bucket < 100 * p`. One function for every holdout (campaigns, gift ladder, recall, mentors).
    """
    digest = hmac.new(key.encode(), str(member_id).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % 10_000
