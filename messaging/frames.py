"""What travels over the site's socket: reading a client's frame by a schema, and building ours.

The words are those of `config/static/laoyou/socket.js`, whose head describes the whole protocol.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LARGEST = 65_536
"""Bytes of a client's frame; uvicorn closes larger ones with 1009 before they are read (`--ws-max-size`)."""

SIGNED_OUT, NOT_ALLOWED, TOO_SLOW, TOO_FAST = 4001, 4003, 4008, 4029
"""Close codes of our own; the client knows from them when to come back."""

MEMBERS_ONLY = b"~"
"""In an envelope, instead of a seq: guests are not told."""

OPS = frozenset({"subscribe", "unsubscribe", "send", "read", "typing", "heartbeat"})
# Plain ASCII: these come back in answers and go into queries.
_STREAM = re.compile(r"[a-z_]{1,30}(:[A-Za-z0-9_-]{1,60})?")
_REF = re.compile(r"[A-Za-z0-9_-]{0,40}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LARGEST_SEQ = 2**53 - 1  # what JavaScript counts exactly


class BadFrame(Exception):
    """A frame that is not in the protocol. `ref` is the client's own reference, when it could be read."""

    def __init__(self, reason: str, ref: str = "") -> None:
        super().__init__(reason)
        self.ref = ref


@dataclass(frozen=True)
class Asked:
    """One frame of a client, every field of the promised type and length."""

    op: str
    stream: str = ""
    ref: str = ""
    client_id: str = ""
    since: int | None = None
    seq: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.stream.partition(":")[0]

    @property
    def key(self) -> str:
        return self.stream.partition(":")[2]


def parse(text: str) -> Asked:
    """A client's frame, or BadFrame. Unknown fields are ignored, so that an old server understands a new page."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not_json") from error
    if not isinstance(given, dict):
        raise BadFrame("not_an_object")
    ref = given.get("ref", "")
    if not isinstance(ref, str) or not _REF.fullmatch(ref):
        raise BadFrame("ref")
    op = given.get("op")
    if not isinstance(op, str) or op not in OPS:
        raise BadFrame("op", ref)
    return Asked(
        op=op,
        ref=ref,
        stream=_name(given.get("stream", ""), ref, required=op != "heartbeat"),
        client_id=_client_id(given.get("client_id", ""), ref, required=op == "send"),
        since=None if given.get("since") is None else _seq(given["since"], ref),
        seq=_seq(given.get("seq", 0), ref),
        data=_object(given.get("data", {}), ref),
        seqs={
            _name(name, ref, required=True): _seq(seq, ref) for name, seq in _object(given.get("seqs", {}), ref).items()
        },
    )


def frame(
    stream: str, type: str, data: dict[str, Any], *, seq: int | None = None, prev: int | None = None
) -> dict[str, Any]:
    """A frame of a stream. `prev` is the seq it follows on, given only where that is not `seq - 1` (repairs)."""
    built: dict[str, Any] = {"stream": stream, "seq": seq, "type": type, "data": data}
    if prev is not None:
        built["prev"] = prev
    return built


def encode(value: dict[str, Any]) -> str:
    """JSON as sent; built once per frame, whatever the number of its readers."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def envelope(value: dict[str, Any], *, members_only: bool = False) -> str:
    """A frame as processes tell it each other: its seq (or `-`), a space, and the JSON that readers get.

    `members_only`: a hint that names somebody, which guests are not told; its seq is `~`.
    """
    seq = value.get("seq")
    if members_only:
        return f"{MEMBERS_ONLY.decode()} {encode(value)}"
    return f"{'-' if seq is None else int(seq)} {encode(value)}"


def opened(payload: bytes) -> tuple[int | None, bytes]:
    """The seq and the JSON of an envelope, which nobody decodes. Raises ValueError for anything else."""
    seq, _space, text = payload.partition(b" ")
    if text[:1] != b"{":
        raise ValueError("not an envelope")
    return (None if seq in (b"-", MEMBERS_ONLY) else int(seq)), text


def wire(text: bytes) -> bytes:
    """A whole WebSocket text message from a server (RFC 6455, section 5.2: final, not masked, not compressed)."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


def texts(data: bytes) -> Iterator[tuple[str, int]]:
    """What `wire` built, one or several joined, as texts again with their sizes on the wire."""
    at = 0
    while at < len(data):
        begin, size = at + 2, data[at + 1]
        if size > 125:
            begin = at + (4 if size == 126 else 10)
            size = int.from_bytes(data[at + 2 : begin], "big")
        yield data[begin : begin + size].decode(), begin + size - at
        at = begin + size


def _name(value: Any, ref: str, *, required: bool) -> str:
    if not required and value == "":
        return ""
    if not isinstance(value, str) or not _STREAM.fullmatch(value):
        raise BadFrame("stream", ref)
    return value


def _client_id(value: Any, ref: str, *, required: bool) -> str:
    if not required and value == "":
        return ""
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise BadFrame("client_id", ref)
    return value


def _seq(value: Any, ref: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_SEQ:
        raise BadFrame("seq", ref)
    return value


def _object(value: Any, ref: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadFrame("data", ref)
    return value
