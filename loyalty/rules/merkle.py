"""The Merkle root of a list, as RFC 9162 section 2.1 builds it: SHA-256, leaves and nodes told apart by their first byte."""

from collections.abc import Iterable
from hashlib import sha256

EMPTY = sha256(b"").hexdigest()
"""The root of nothing."""


def leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def root_of(leaves: Iterable[bytes]) -> tuple[str, int]:
    """The root, as hexadecimal digits, of leaves that were hashed already, and how many there were. Keeps log2(n) hashes.

    >>> root_of([])[0] == EMPTY
    True
    """
    peaks: list[tuple[int, bytes]] = []  # complete subtrees from left to right: (height, hash)
    count = 0
    for one in leaves:
        count += 1
        height, node = 0, one
        while peaks and peaks[-1][0] == height:
            node = sha256(b"\x01" + peaks.pop()[1] + node).digest()
            height += 1
        peaks.append((height, node))
    if not peaks:
        return EMPTY, 0
    node = peaks.pop()[1]
    while peaks:
        node = sha256(b"\x01" + peaks.pop()[1] + node).digest()
    return node.hex(), count


def seal_of(previous: str, day: str, root: str) -> str:
    """What binds a day to the one before: SHA-256 over 0x02, the seal before (empty for the first), the date and the root."""
    return sha256(b"\x02" + bytes.fromhex(previous) + day.encode() + bytes.fromhex(root)).hexdigest()
