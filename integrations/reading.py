"""Reading a request's body: JSON as it should be, or a problem that points at what is not."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from integrations.problems import Flaw, Problem

MAX_BODY = 1024 * 1024


class JsonParser(Parser):
    """Stricter than the standard library: one meaning per name, no NaN, no text that PostgreSQL cannot keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise Problem("unsupported_media_type")
        if len(request.body) > MAX_BODY:
            raise Problem("body_too_large")
        return read_json(request.body)

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        values: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        refuse_unclean(values, root="")
        return values


def read_json(body: bytes) -> Any:
    """The value, or Problem malformed_json (nothing readable) or invalid (text that cannot be kept)."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Problem("malformed_json") from error
    if b"\\u" in body:  # raw control characters and raw surrogates are no JSON or no UTF-8: only escapes can smuggle
        refuse_unclean(value)
    return value


def refuse_unclean(value: Any, root: str = "/") -> None:
    """Raise Problem invalid when a text or a name holds NUL or half a surrogate pair."""
    flaws = [Flaw(root + pointer, "unclean_text", _UNCLEAN) for pointer in _unclean(value)]
    if flaws:
        raise Problem("invalid", errors=flaws[:50])


_UNCLEAN = _("Remove the NUL characters and the halves of surrogate pairs from this text.")


def is_clean(text: str) -> bool:
    """Whether PostgreSQL can keep it and UTF-8 can say it."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _unclean(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if not is_clean(value):
            yield path.removeprefix("/")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unclean(item, f"{path}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            if not is_clean(name):
                yield path.removeprefix("/")
            yield from _unclean(item, f"{path}/{escape(name)}")


def escape(name: str) -> str:
    """A name as part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")[:100]


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
