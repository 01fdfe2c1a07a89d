"""The description of the API (OpenAPI 3.1), with what ninja cannot know: problems as their own media type, headers, scopes,
and an example for every request and answer."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from integrations.answers import MEDIA_TYPE
from integrations.api.shaping import describe
from integrations.authentication import KeyAuth
from integrations.problems import KINDS, Problem

KEY_REQUIRED = frozenset({"/redemptions", "/coupons", "/adjustments"})
NAMED: dict[str, str] = {
    "ref": "ext:tea-shop:c-1001",
    "line": "bx4q6uzdoopv3kfjm7ahs2wtye",
    "order_id": "ext:tea-shop:o-2001",
    "reward_id": "rew_9f3k2m5v7q1x",
    "redemption_id": "red_9f3k2m5v7q1x",
    "adjustment_id": "adj_9f3k2m5v7q1x",
    "transfer_id": "trf_9f3k2m5v7q1x",
}
"""Examples of path parameters; `code` is each resource's own."""
CODES = {"/earning-rules/": "purchase", "/coupons/": "AB3D-EFGH-JKMN-PQRS-T", "/problems/": "refused"}
SAMPLES: dict[str, Any] = {
    "member": "mem_9f3k2m5v7q1x", "external_id": "o-2001", "source": "tea-shop", "currency": "EUR", "title": "Not found",
    "detail": "Check the address and the id.", "type": "https://friends.example.com/api/v1/problems/not_found",
    "instance": "/api/v1/orders/ord_x", "status": 404, "state": "paid", "kind": "earn", "percent": 10,
}  # fmt: skip
"""Examples of fields by their name, where none is said at the field."""

_INTEGER = {"type": "integer"}
_TEXT = {"type": "string"}
_HEADERS = {
    "RateLimit-Limit": {"description": "Requests a minute of this key in this scope.", "schema": _INTEGER},
    "RateLimit-Remaining": {"description": "Those that are left.", "schema": _INTEGER},
    "RateLimit-Reset": {"description": "Seconds until there is room again.", "schema": _INTEGER},
    "X-Request-Id": {"description": "Yours, or one of ours; say it when something is wrong.", "schema": _TEXT},
    "Retry-After": {"description": "Seconds to wait, when waiting helps.", "schema": _INTEGER},
    "ETag": {"description": "For If-None-Match: what is unchanged is 304.", "schema": _TEXT},
    "Idempotency-Replayed": {"description": "`true` when this is the answer of the first time.", "schema": _TEXT},
}
_RATES = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_HEADERS_OF = {
    ("GET", False): (*_RATES, "ETag"),
    ("GET", True): ("X-Request-Id", "ETag"),
    ("POST", False): (*_RATES, "Idempotency-Replayed"),
}


class Door(NinjaAPI):
    """NinjaAPI whose description is what is answered."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._described: dict[tuple[Any, ...], OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """One description per language until the process ends: anybody may ask for it, and making it takes a second."""
        key = (path_prefix, tuple((path_params or {}).items()), get_language())
        if key not in self._described:
            self._described[key] = self._describe(path_prefix, path_params)
        return self._described[key]

    def _describe(self, path_prefix: str | None, path_params: dict[str, Any] | None) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        shapes = schema["components"]["schemas"]
        for path, operation in self._operations():
            for method in operation.methods:
                described = next(
                    item[method.lower()] for known, item in schema["paths"].items() if known.endswith("/v1" + path)
                )
                _complete(described, path, method, operation, shapes)
        schema["components"] |= {"headers": _HEADERS, "responses": _problems()}
        schema["components"]["securitySchemes"] = {
            "KeyAuth": {
                "type": "http",
                "scheme": "bearer",
                "description": "`ly_live_…` or `ly_test_…`, made in the console.",
            }
        }
        return schema

    def _operations(self) -> Iterator[tuple[str, Operation]]:
        for prefix, router in self._routers:
            for path, view in router.path_operations.items():
                for operation in view.operations:
                    yield prefix + path, operation


def _complete(described: dict[str, Any], path: str, method: str, operation: Operation, shapes: dict[str, Any]) -> None:
    scope = next((one.scope for one in operation.auth_callbacks if isinstance(one, KeyAuth)), "")
    if scope:
        described["description"] += f"\n\nScope: `{scope}`."
        described["x-scope"] = scope
    for parameter in described["parameters"]:
        if parameter["in"] == "path":
            code = next((value for start, value in CODES.items() if path.startswith(start)), "")
            parameter["example"] = code if parameter["name"] == "code" else NAMED[parameter["name"]]
    if method == "POST":
        required = path in KEY_REQUIRED
        described["parameters"].append(
            {
                "name": "Idempotency-Key", "in": "header", "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
                "description": "Made once, stored, and sent again with a retry; kept for 30 days."
                + (" Required unless dry_run=true." if required else ""),
            }
        )  # fmt: skip
    describe(described, shapes)
    for status in list(described["responses"]):
        if int(status) >= 400:
            described["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
        else:
            _answer(described["responses"][status], method, shapes, open_to_all=not scope)


def _answer(answer: dict[str, Any], method: str, shapes: dict[str, Any], *, open_to_all: bool) -> None:
    content = answer["content"]["application/json"]
    content["example"] = sample(content["schema"], shapes)
    answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS_OF[method, open_to_all]}


def _problems() -> dict[str, Any]:
    """One answer for each status that a problem may have."""
    answers = {}
    for status in sorted({kind.status for kind in KINDS.values()}):
        kinds = {code: kind for code, kind in KINDS.items() if kind.status == status}
        names = [*_RATES, "Retry-After"] if status in (409, 429, 503) else [*_RATES]
        answers[f"Problem{status}"] = {
            "description": "; ".join(f"`{code}`: {kind.title}" for code, kind in kinds.items()),
            "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemOut"},
                    "example": Problem(next(iter(kinds)), scope="orders:write").as_dict("/api/v1/orders"),
                }
            },
        }
    return answers


def sample(schema: dict[str, Any], shapes: dict[str, Any], name: str = "") -> Any:
    """A value of this schema, always the same one."""
    if "$ref" in schema:
        return sample(shapes[schema["$ref"].rpartition("/")[2]], shapes, name)
    said = [schema[key][0] for key in ("examples", "enum") if schema.get(key)]
    if said or "const" in schema:
        return said[0] if said else schema["const"]
    if inner := schema.get("anyOf", schema.get("allOf")):
        return sample(inner[0], shapes, name)
    kind = schema.get("type")
    if kind == "object":
        return {key: sample(value, shapes, key) for key, value in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], shapes, name)]
    return _plain(schema, name)


def _plain(schema: dict[str, Any], name: str) -> Any:
    kind = schema.get("type")
    if kind == "string":
        if schema.get("format") == "date-time":
            return "2026-03-01T10:00:00Z"
        said = SAMPLES.get(name)
        return said if isinstance(said, str) else name.replace("_", " ") or "text"
    if kind == "integer":
        said = SAMPLES.get(name)
        return said if isinstance(said, int) else 40
    return {"boolean": False, "null": None}.get(str(kind))
