"""Every form filled with anything: a clear answer, never a 5xx, and a refusal changes nothing.

Forms are read from the pages themselves, so a new form is tried without being named here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.pages.addresses import OURS
from tests.pages.trial import ADDRESSES, BAD_TEXTS, Trial, sendable, values

# Wagtail leaves files of its previews to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

LONG = "老" * 350_000  # a megabyte


@dataclass
class Form:
    """A form on a page, as a browser would send it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


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


def test_forms_may_be_filled_with_anything(trial: Trial) -> None:
    forms = _forms(trial)
    assert len(forms) >= {"guest": 5, "member": 15, "manager": 40}[trial.role], sorted(forms)
    if trial.role == "manager":  # what members may fill in too is tried as a member
        known = _forms(Trial(trial.world, "member"))
        forms = {key: form for key, form in forms.items() if key not in known}
    for form in forms.values():
        ours = OURS.match(form.action.removeprefix("/")) is not None
        for what, sent in _spoilt(form, each=ours):
            trial.ask(
                f"{form.method.upper()} {form.action} {what}",
                lambda client, f=form, s=sent: (
                    client.get(f.action, s) if f.method == "get" else client.post(f.action, s)
                ),
                f"{form.action} {what.split('=')[0]}",
            )


def _forms(trial: Trial) -> dict[str, Form]:
    """All forms that this role meets, by address and names of fields."""
    found: dict[str, Form] = {}
    paths = [address.path(values(trial.world, address)) for address in ADDRESSES]
    for path in [*paths, f"{trial.world.open['topic']}", "/"]:
        answer = trial.ask(f"GET {path}", lambda client, p=path: _page(client, p))
        if answer is None or "text/html" not in answer.headers.get("Content-Type", "") or answer.streaming:
            continue
        reader = FormReader(path)
        reader.feed(answer.content.decode())
        for form in reader.forms:
            if form.action.startswith("/"):
                pattern = re.sub(r"\d+|-?[0-9a-z]{12}(?=/)", "*", form.action.split("?")[0])
                found.setdefault(f"{form.method} {pattern} {sorted(form.fields)}", form)
    return found


def _page(client: Client, path: str) -> Any:
    """Where a browser ends up that stays on this site; other sites' pages are not ours to try."""
    answer = client.get(path)
    for _hop in range(5):
        target = answer.headers.get("Location", "")
        if not target or urlsplit(target).netloc not in ("", "testserver", urlsplit(settings.SITE_URL).netloc):
            break
        answer = client.get(urljoin(path, target))
    return answer


def _spoilt(form: Form, *, each: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """What to send instead of what the form holds: all fields bad, and each alone."""
    yield "empty", {}
    yield "lists", {name: [value, "x", ""] for name, value in form.fields.items()}
    for name, bad in BAD_TEXTS.items():
        yield f"all={name}", dict.fromkeys(form.fields, sendable(bad))
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
        yield f"{key}={name}", {**form.fields, key: sendable(bad)}
    yield f"{key} missing", {name: value for name, value in form.fields.items() if name != key}
    if form.method == "post" and key != "csrfmiddlewaretoken":
        yield f"{key}=a megabyte", {**form.fields, key: LONG}
