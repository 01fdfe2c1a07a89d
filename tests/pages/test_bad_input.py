"""Every address with senseless input: a clear answer, never a 5xx, and a refusal changes nothing.

Forms are read from the pages themselves, so a new form is tried without being named here.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.pages.addresses import Address, every_address
from tests.pages.world import World

# Wagtail leaves files of its previews to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

HUGE = "9" * 30
BAD_TEXTS = {
    "nothing": "",
    "NUL": "a\0b",
    "lone surrogate": "a\udce9\ud800b",
    "controls": "\r\n\x1b[31m‮ ﷽",
    "negative": "-1",
    "huge number": HUGE,
    "beyond bigint": "9223372036854775808",
    "no number": "１２e999NaN",
    "quotes": "'\";--<script>alert(1)</script>{{7*7}}%s%n",
}
LONG = "老" * 350_000  # a megabyte
BAD_PARTS = (
    "0",
    "-1",
    HUGE,
    "9223372036854775808",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "..%2F..%2Fetc",
    "a" * 3000,
    "%F0%9F%8D%B5",
    "'%20OR%201=1",
)
PARAMETERS = [
    "page",
    "p",
    "q",
    "before",
    "after",
    "reply",
    "member",
    "arm",
    "state",
    "reason",
    "returned",
    "unsubscribed",
    "stages",
    "holdout_percent",
    "expected_percent",
    "next",
    "cursor",
    "limit",
    "currency",
    "order",
    "ordering",
    "locale",
    "type",
    "search",
    "stage",
    "commerce",
    "social",
    "query",
]
# Who came by and when is noted whatever becomes of the request; tries of a password are counted.
NOTED = {"django_session", "usersessions_usersession", "integrations_apikey", "wagtailadmin_editingsession"}


@dataclass
class Form:
    """A form on a page, as a browser would send it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


COUNTED = {"integrations_shop"}
"""A shop's door counts what it refused."""


class FormReader(HTMLParser):
    """Collects the forms of a page with their fields."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms, self._open, self._select = path, [], None, ""  # type: ignore[var-annotated]
        self.forms: list[Form]
        self._open: Form | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = given.get("action", "").split("#")[0] or self.path
            if action.startswith("?"):
                action = self.path + action
            self._open = Form(action, given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is None or not given.get("name"):
            return
        elif tag == "input" and given.get("type") == "file":
            self._open.files.add(given["name"])
        elif tag in ("input", "textarea", "select", "button"):
            if (
                given.get("type") in ("radio", "checkbox")
                and "checked" not in given
                and given["name"] in self._open.fields
            ):
                return
            self._open.fields[given["name"]] = given.get("value", "")
            self._select = given["name"] if tag == "select" else ""
        elif tag == "option" and self._select and ("selected" in given or not self._open.fields[self._select]):
            self._open.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


class Trial:
    """One role's requests, each undone afterwards; what was wrong is collected."""

    def __init__(self, world: World, role: str) -> None:
        self.world, self.role, self.client = world, role, world.client(role)
        self.complaints: dict[str, str] = {}
        self.count = 0
        self._error = ""
        self._written: dict[str, int] | None = None
        got_request_exception.connect(self._note, weak=False, dispatch_uid=self)

    def _note(self, **_more: Any) -> None:
        lines = traceback.format_exc().strip().splitlines()
        ours = [line.strip() for line in lines if "/main/" in line or ("site-packages" not in line and "File" in line)]
        self._error = f"{lines[-1][:200]} | {ours[-1] if ours else ''}"

    def ask(self, what: str, send: Callable[[Client], Any], key: str = "") -> Any:
        """Send, look, undo. The same kind of fault is told once."""
        self.count += 1
        self._error = ""
        mark = transaction.savepoint()
        before = self._written if self._written is not None else _changes()
        self._written = None
        fault, answer = "", None
        try:
            answer = send(self.client)
            if not connection.needs_rollback:
                self._written = after = _changes()
                changed = {table for table in after if after[table] != before.get(table)} - NOTED
                fault = self._judge(answer, changed)
                if changed and not fault:
                    with connection.cursor() as cursor:  # what the commit itself would refuse
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            else:
                fault = self._judge(answer, set()) or "left a broken transaction"
        except DatabaseError as error:
            fault = f"broken transaction: {error} {self._error}"
        except Exception as error:
            fault = f"raised {type(error).__name__}: {error} {self._error}"
        connection.set_rollback(False)
        transaction.savepoint_rollback(mark)
        connection.run_on_commit.clear()
        if fault:
            self.complaints.setdefault(f"{key or what}: {fault[:60]}", ascii(f"{self.role} {what}: {fault}")[:400])
        return answer

    def _judge(self, answer: Any, changed: set[str]) -> str:
        if answer.status_code >= 500:
            return f"{answer.status_code} {self._error}"
        if answer.status_code == 405 and not answer.headers.get("Allow"):
            return "405 without Allow"
        if answer.status_code >= 400 and changed - COUNTED:
            return f"{answer.status_code}, and yet it changed {sorted(changed)}"
        return ""


def _changes() -> dict[str, int]:
    """How many rows this transaction wrote, by table: updates count like new rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


@pytest.fixture(params=["guest", "member", "manager"])
def trial(request: pytest.FixtureRequest, world: World) -> Iterator[Trial]:
    trial = Trial(world, request.param)
    logging.disable(logging.CRITICAL)  # refusals are what we are here for
    yield trial
    logging.disable(logging.NOTSET)
    got_request_exception.disconnect(dispatch_uid=trial)
    assert not trial.complaints, f"{len(trial.complaints)} of {trial.count}:\n" + "\n".join(trial.complaints.values())


# Wagtail's own fire drill, which always fails.
ADDRESSES = [address for address in every_address() if address.name != "wagtailadmin_error_test"]
OUR_ADDRESSES = [address for address in ADDRESSES if address.ours]


def _values(world: World, address: Address) -> dict[str, str]:
    return {**dict.fromkeys(address.nouns, "1"), **world.open}


def test_every_address_answers_every_method(trial: Trial) -> None:
    for address in ADDRESSES:
        path = address.path(_values(trial.world, address))
        for method in ("get", "head", "options", "put", "patch", "delete", "post") if address.ours else ("get", "head"):
            trial.ask(
                f"{method.upper()} {path}", lambda client, m=method, p=path: client.generic(m.upper(), p), address.route
            )


def test_parts_of_addresses_may_be_anything(trial: Trial) -> None:
    for address in OUR_ADDRESSES:
        for _part, noun in address.parts:
            for bad in BAD_PARTS:
                path = address.path({**_values(trial.world, address), noun: bad})
                for method in ("GET", "POST"):
                    trial.ask(
                        f"{method} {path[:80]}", lambda client, m=method, p=path: client.generic(m, p), address.route
                    )


def test_parameters_may_be_anything(trial: Trial) -> None:
    for address in OUR_ADDRESSES:
        path = address.path(_values(trial.world, address))
        for name, bad in BAD_TEXTS.items():
            sent = {parameter: _sendable(bad) for parameter in PARAMETERS}
            trial.ask(f"GET {path} with {name}", lambda client, p=path, s=sent: client.get(p, s), address.route)
            doubled = {parameter: [_sendable(bad), "1"] for parameter in PARAMETERS}
            trial.ask(f"GET {path} with lists", lambda client, p=path, s=doubled: client.get(p, s), address.route)
        raw = "&".join(f"{parameter}=%ED%A0%80%00%FF" for parameter in PARAMETERS)
        trial.ask(f"GET {path}?%FF", lambda client, p=path, r=raw: client.get(f"{p}?{r}"), address.route)


def test_forms_may_be_filled_with_anything(trial: Trial) -> None:
    forms = _forms(trial)
    assert len(forms) >= {"guest": 5, "member": 15, "manager": 40}[trial.role], sorted(forms)
    for form in forms.values():
        ours = not re.match(r"/(django-)?admin/(?!api-keys|win-back|care|customers|mail-limits)", form.action)
        for what, sent in _spoilt(form, each=ours):
            trial.ask(
                f"{form.method.upper()} {form.action} {what}",
                lambda client, f=form, s=sent: (
                    client.get(f.action, s) if f.method == "get" else client.post(f.action, s)
                ),
                f"{form.action} {what.split('=')[0]}",
            )


def test_bodies_may_be_anything(trial: Trial) -> None:
    bodies: Mapping[str, tuple[bytes, str]] = {
        "bad JSON": (b'{"a": ', "application/json"),
        "deep JSON": (b"[" * 20_000, "application/json"),
        "a list": (b"[1, 2]", "application/json"),
        "NUL in JSON": (
            json.dumps(dict.fromkeys(["raw", "text", "orders", "source"], "\0")).encode(),
            "application/json",
        ),
        "surrogates in JSON": (b'{"source": "\\ud800", "external_id": "\\udfff"}', "application/json"),
        "NaN": (b'{"totals": {"net": NaN}, "quantity": 1e999}', "application/json"),
        "no boundary": (b"anything", "multipart/form-data"),
        "a broken multipart": (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        "unknown charset": (b"a=b", "application/x-www-form-urlencoded; charset=klingon"),
        "bytes": (bytes(range(256)), "application/x-www-form-urlencoded"),
        "no type": (b"\xff\xfe", ""),
        "three megabytes": (b"a=" + b"b" * 3_000_000, "application/x-www-form-urlencoded"),
        "20,000 fields": (b"&".join(b"f%d=1" % n for n in range(20_000)), "application/x-www-form-urlencoded"),
    }
    headers = {"authorization": f"Bearer {trial.world.keys['full']}"} if trial.role == "manager" else {}
    for address in OUR_ADDRESSES:
        path = address.path(_values(trial.world, address))
        for name, (body, kind) in bodies.items():
            trial.ask(
                f"POST {path} {name}",
                lambda client, p=path, b=body, k=kind: client.generic("POST", p, b, k, headers=headers),
                address.route,
            )


def _forms(trial: Trial) -> dict[str, Form]:
    """All forms that this role meets, by address and names of fields."""
    found: dict[str, Form] = {}
    paths = [address.path(_values(trial.world, address)) for address in ADDRESSES]
    for path in [*paths, f"{trial.world.open['topic']}", "/"]:
        answer = trial.ask(f"GET {path}", lambda client, p=path: client.get(p, follow=True))
        if answer is None or "text/html" not in answer.headers.get("Content-Type", "") or answer.streaming:
            continue
        reader = FormReader(path)
        reader.feed(answer.content.decode())
        for form in reader.forms:
            if form.action.startswith("/"):
                pattern = re.sub(r"\d+|-?[0-9a-z]{12}(?=/)", "*", form.action.split("?")[0])
                found.setdefault(f"{form.method} {pattern} {sorted(form.fields)}", form)
    return found


def _spoilt(form: Form, *, each: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """What to send instead of what the form holds: all fields bad, and each alone."""
    yield "empty", {}
    yield "lists", {name: [value, "x", ""] for name, value in form.fields.items()}
    for name, bad in BAD_TEXTS.items():
        yield f"all={name}", dict.fromkeys(form.fields, _sendable(bad))
    if each:
        yield from _files(form)
        for key in form.fields:
            yield from _one_field(form, key)


def _files(form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in form.files:
        for name, content in {
            "empty": b"",
            "text": b"hello",
            "half a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        }.items():
            yield f"{file}={name} file", {**form.fields, file: SimpleUploadedFile("../a\0.png", content, "image/png")}


def _one_field(form: Form, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, bad in BAD_TEXTS.items():
        yield f"{key}={name}", {**form.fields, key: _sendable(bad)}
    yield f"{key} missing", {name: value for name, value in form.fields.items() if name != key}
    if form.method == "post" and key != "csrfmiddlewaretoken":
        yield f"{key}=a megabyte", {**form.fields, key: LONG}


def _sendable(text: str) -> Any:
    """The test client refuses to encode lone surrogates; a hostile one sends their bytes."""
    return text.encode("utf-8", "surrogatepass") if re.search("[\ud800-\udfff]", text) else text
