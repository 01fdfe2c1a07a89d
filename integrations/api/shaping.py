"""What a caller wants of an answer: some fields, the things that ids name, another direction, how many there are in all.

Source: specs/integrations.md, 4. Expanding needs the scope that reading the thing by itself needs.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.responses import NinjaJSONEncoder
from pydantic import BaseModel, Field

from integrations import orders, wallets
from integrations.api.asking import caller_of
from integrations.cursors import MOST_COUNTED
from integrations.problems import Flaw, Problem

NAMES = ("fields", "expand")
LIST_NAMES = (*NAMES, "sort", "count")

Fields = Annotated[
    str, Field(max_length=500, description="Only these fields, with commas between them. Empty: all of them.")
]
Expand = Annotated[
    str, Field(max_length=100, description="Instead of these ids the things themselves, with commas between them.")
]


class Shape(Schema):
    """Of one thing."""

    fields: Fields = ""
    expand: Expand = ""


class ListShape(Shape):
    """Of a list of things."""

    sort: Annotated[
        Literal["-recorded", "recorded"], Field(description="What came here last first, or what came first.")
    ] = "-recorded"
    count: Annotated[
        bool,
        Field(
            description=f"Also `total`: how many there are in all. Counted up to {MOST_COUNTED:,}; `total_capped` says that "
            "there are more."
        ),
    ] = False

    @property
    def oldest(self) -> bool:
        return self.sort == "recorded"


class LedgerShape(Shape):
    """Of a member's movements: always newest first, because each has the balance after it."""


_PERSON = ("members:read", "MemberOut", wallets.named)
_ORDER = ("orders:read", "OrderReadOut", orders.named)
Finder = Callable[[Sequence[str]], Mapping[str, BaseModel]]
EXPANDS: dict[str, dict[str, tuple[str, str, Finder]]] = {
    "OrderReadOut": {"member": _PERSON},
    "RedemptionOut": {"member": _PERSON},
    "AdjustmentOut": {"member": _PERSON},
    "TransferOut": {"sender": _PERSON, "receiver": _PERSON},
    "ReferralOut": {"inviter": _PERSON, "friend": _PERSON, "order": _ORDER},
    "MovementOut": {"order": _ORDER},
    "MemberOut": {},
}
"""Which ids of which thing can be expanded: the scope it needs, the shape it gets, where it is found."""


def shaped(
    request: HttpRequest, out: BaseModel, shape: Shape, *, count: Callable[[], int] | None = None
) -> BaseModel | HttpResponse:
    """The answer as it was asked for; `out` itself when nothing special was. Raises Problem for fields that are not there."""
    counts = isinstance(shape, ListShape) and shape.count
    if not (shape.fields or shape.expand or counts):
        return out
    body = out.model_dump()
    listed = isinstance(body.get("data"), list)
    items: list[dict[str, Any]] = body["data"] if listed else [body]
    kind = _kind(out, listed)
    wanted = _parted(shape.fields, kind.model_fields, "fields")
    expanded = _parted(shape.expand, EXPANDS[kind.__name__], "expand")
    for name in expanded:
        if not wanted or name in wanted:
            _expand(request, items, name, *EXPANDS[kind.__name__][name])
    if wanted:
        items = [{name: item[name] for name in wanted} for item in items]
    answer: dict[str, Any] = body | {"data": items} if listed else items[0]
    if counts and count is not None:
        total = count()
        answer |= {"total": min(total, MOST_COUNTED), "total_capped": total > MOST_COUNTED}
    return JsonResponse(answer, encoder=NinjaJSONEncoder)


def _kind(out: BaseModel, listed: bool) -> type[BaseModel]:
    if not listed:
        return type(out)
    inner: type[BaseModel] = type(out).model_fields["data"].annotation.__args__[0]  # type: ignore[union-attr]
    return inner


def _parted(text: str, known: Mapping[str, object], parameter: str) -> list[str]:
    """The names in a list with commas, each once, in the order of the request. Raises Problem for one that is not known."""
    names = list(dict.fromkeys(part.strip() for part in text.split(","))) if text else []
    if unknown := [name for name in names if name not in known]:
        words = (
            _("“%(name)s” cannot be named here. Choose from: %(known)s.") if known else _("Nothing can be named here.")
        )
        said = words % {"name": unknown[0][:40], "known": ", ".join(known)}
        raise Problem("invalid", errors=[Flaw(parameter, "unknown_name", said)])
    return names


def _expand(
    request: HttpRequest, items: list[dict[str, Any]], name: str, scope: str, _shape: str, find: Finder
) -> None:
    if scope not in caller_of(request).scopes:
        raise Problem("scope_missing", scope=scope)
    found = find([item[name] for item in items if item[name] is not None])
    for item in items:
        if item[name] in found:
            item[name] = found[item[name]].model_dump()


def describe(described: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Say in the description what may be named, and that a shaped answer has only what was asked for."""
    parameters = {one["name"]: one for one in described["parameters"]}
    if "fields" not in parameters:
        return
    content = described["responses"][200]["content"]["application/json"]
    whole = content["schema"]["$ref"].rpartition("/")[2]
    data = shapes[whole]["properties"].get("data")
    kind = data["items"]["$ref"].rpartition("/")[2] if data else whole
    expands = EXPANDS[kind]
    _name_known(parameters["fields"], shapes[kind]["properties"])
    _name_known(parameters["expand"], expands)
    if not expands:
        described["parameters"].remove(parameters["expand"])
    part = {
        name: {"anyOf": [value, {"$ref": f"#/components/schemas/{expands[name][1]}"}]} if name in expands else value
        for name, value in shapes[kind]["properties"].items()
    }
    item = {"type": "object", "properties": part, "additionalProperties": False, "minProperties": 1}
    if data:
        ends = {name: value for name, value in shapes[whole]["properties"].items() if name != "data"}
        counts = {"total": {"type": "integer"}, "total_capped": {"type": "boolean"}} if "count" in parameters else {}
        item = {
            "type": "object",
            "properties": {"data": {"type": "array", "items": item}, **ends, **counts},
            "required": shapes[whole]["required"],
            "additionalProperties": False,
        }
    item["description"] = "With `fields`, `expand` or `count`: what was asked for."
    content["schema"] = {"anyOf": [content["schema"], item]}


def _name_known(parameter: dict[str, Any], known: Mapping[str, object]) -> None:
    one = "(" + "|".join(known) + ")"
    parameter["schema"]["pattern"] = f"^({one}(,{one})*)?$"
    parameter["description"] += " From: " + ", ".join(f"`{name}`" for name in known) + "."
    parameter["schema"].pop("description", None)
