"""Everything that can go wrong in the API, by its stable code (RFC 9457). docs/api-errors.md is generated from here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its name, and what to do next."""

    status: int
    title: Words
    next_step: Words


KINDS: dict[str, Kind] = {
    "bad_request": Kind(400, _("The request could not be read"), _("Check the address and the headers.")),
    "malformed_json": Kind(
        400,
        _("The body is not JSON"),
        _("Send one JSON object in UTF-8, without NaN, without a name twice, nested at most a few levels."),
    ),
    "idempotency_key_missing": Kind(
        400,
        _("Idempotency-Key is missing"),
        _("Send an Idempotency-Key header: make it once, store it, and send the same one when you try again."),
    ),
    "idempotency_key_invalid": Kind(
        400, _("Idempotency-Key is not usable"), _("Use 1 to 255 printable ASCII characters, for example a UUID.")
    ),
    "bad_cursor": Kind(400, _("The cursor is not one of ours"), _("Start again without `cursor`.")),
    "unauthorized": Kind(
        401,
        _("No valid API key"),
        _("Send `Authorization: Bearer ly_live_…`. If the key was revoked or has expired, ask for a new one."),
    ),
    "scope_missing": Kind(403, _("The key may not do this"), _("Ask for a key with the scope {scope}.")),
    "source_not_allowed": Kind(
        403,
        _("The key does not speak for this source"),
        _("Nothing was written for “{source}”. Use that source's own key, or have a key made that names it."),
    ),
    "address_not_allowed": Kind(
        403,
        _("The key may not be used from here"),
        _("Call from one of the key's allowed addresses, or have them changed."),
    ),
    "not_found": Kind(404, _("Not found"), _("Check the address and the id.")),
    "method_not_allowed": Kind(405, _("This address does not take this method"), _("See the Allow header.")),
    "idempotency_key_in_progress": Kind(
        409,
        _("The same request is still running"),
        _("Wait a second and send it again with the same Idempotency-Key."),
    ),
    "conflict": Kind(409, _("Something else happened at the same moment"), _("Read it again and try again.")),
    "refused": Kind(
        409,
        _("This cannot be done now"),
        _("`errors` says why. Change what it names, or wait; nothing was posted."),
    ),
    "already_used": Kind(
        409,
        _("This name was used for something else"),
        _("Send exactly the same again for the same thing; take a new name for a new one. Nothing was posted."),
    ),
    "length_required": Kind(
        411, _("The body comes without its length"), _("Send Content-Length instead of Transfer-Encoding: chunked.")
    ),
    "body_too_large": Kind(413, _("The body is too large"), _("Send at most 1 MB; split a batch.")),
    "unsupported_media_type": Kind(
        415, _("The body is not sent as JSON"), _("Send the header `Content-Type: application/json`.")
    ),
    "invalid": Kind(422, _("Some fields cannot be accepted"), _("Correct what `errors` points at and send it again.")),
    "idempotency_key_reused": Kind(
        422,
        _("Idempotency-Key was used for another request"),
        _("Use a new key for a new request; the same key only for exactly the same method, path and body."),
    ),
    "rate_limited": Kind(429, _("Too many requests"), _("Wait as long as Retry-After says. Batches count once.")),
    "too_many_guesses": Kind(
        429,
        _("Too many codes that nobody has"),
        _("Wait as long as Retry-After says, and ask only for codes that a customer showed you."),
    ),
    "internal_error": Kind(
        500, _("We made a mistake"), _("Nothing was stored. Try again; if it stays, tell us the X-Request-Id.")
    ),
    "unavailable": Kind(503, _("We cannot answer at the moment"), _("Try again as Retry-After says.")),
}

_BY_STATUS = {400: "bad_request", 401: "unauthorized", 403: "bad_request", 404: "not_found", 405: "method_not_allowed",
              413: "body_too_large", 415: "unsupported_media_type", 429: "rate_limited", 503: "unavailable"}  # fmt: skip


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one field. `pointer` is an RFC 6901 JSON pointer into the body, or a parameter's name."""

    pointer: str
    code: str
    detail: Words


class Problem(Exception):
    """An answer that is not what was asked for. `code` is one of KINDS."""

    def __init__(
        self,
        code: str,
        detail: Words = "",
        *,
        errors: Sequence[Flaw] = (),
        headers: Mapping[str, str] | None = None,
        **words: str,
    ) -> None:
        super().__init__(code)
        self.code, self.kind = code, KINDS[code]
        self.detail = detail or str(self.kind.next_step).format(**words)
        self.errors, self.headers = tuple(errors), dict(headers or {})

    @property
    def status(self) -> int:
        return self.kind.status

    def as_dict(self, instance: str = "") -> dict[str, Any]:
        """The members of RFC 9457, and ours: code and errors."""
        body: dict[str, Any] = {
            "type": f"{settings.SITE_URL}/api/v1/problems/{self.code}",
            "title": str(self.kind.title),
            "status": self.status,
            "detail": str(self.detail),
            "code": self.code,
        }
        if instance:
            body["instance"] = instance
        if self.errors:
            body["errors"] = [
                {"pointer": flaw.pointer, "code": flaw.code, "detail": str(flaw.detail)} for flaw in self.errors
            ]
        return body


def for_status(status: int) -> Problem:
    """The problem for an answer that something below or above us gave with a bare status."""
    return Problem(_BY_STATUS.get(status, "internal_error" if status >= 500 else "bad_request"))
