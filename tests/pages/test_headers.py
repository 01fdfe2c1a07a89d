"""Each class of pages carries the safety headers, as a developer's site and as a production one."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from config import embedded

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[2]
Answers = dict[str, dict[str, Any]]

STATUS = {
    "public": 200, "public again": 200, "home": 200, "form": 200, "signed in": 200, "signed in, home": 200, "admin": 200,
    "django admin": 200, "404": 404, "404 signed in": 404, "403": 403, "403 form": 403, "405": 405, "redirect": 302,
    "redirect signed in": 301, "API": 200, "API 401": 401, "API 404": 404, "API 404 outside": 404, "health": 200,
    "feed": 200, "static": 200, "document": 200, "sign in": 302, "500": 500, "500 signed in": 500,
}  # fmt: skip
SIGNED_IN = ("signed in", "signed in, home", "admin", "django admin", "404 signed in", "403", "redirect signed in", "sign in", "500 signed in")  # fmt: skip
ADMIN = ("admin", "django admin", "403")
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
STRICT = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'", "media-src": "'self'",
    "manifest-src": "'self'", "worker-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "object-src": "'none'",
    "frame-src": "'none'", "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
    "trusted-types": "laoyou-cooked laoyou-worker",
}  # fmt: skip


def _ask(environment: dict[str, str]) -> Answers:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LAOYOU_HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.pages.probe"],
        cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-4000:]
    answers: Answers = json.loads(done.stdout)
    return answers


def _test_database() -> str:
    parts = urlsplit(embedded.database_url())
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


@pytest.fixture(scope="module", params=["development", "production"])
def site(request: pytest.FixtureRequest, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Answers]:  # fmt: skip
    environment = {"DATABASE_URL": _test_database(), "EMAIL_URL": "memory://", "MEDIA_ROOT": str(tmp_path_factory.mktemp("media"))}  # fmt: skip
    if request.param == "production":
        environment |= {
            "LAOYOU_ENV": "production", "SITE_URL": "https://friends.example.com", "SECRET_KEY": "k" * 25 + "0123456789" * 4,
            "VALKEY_URL": embedded.valkey_url(), "STATIC_ROOT": str(tmp_path_factory.mktemp("static")),
            "STAFF_SECOND_FACTOR": "false",
        }  # fmt: skip
    return request.param, _ask(environment)


def test_each_class_answers_as_it_should(site: tuple[str, Answers]) -> None:
    kind, answers = site
    wanted = STATUS | {
        "media": 200 if kind == "development" else 404,
        "to https": 200 if kind == "development" else 301,
    }
    assert {name: answer["status"] for name, answer in answers.items()} == wanted


def test_headers_that_everything_carries(site: tuple[str, Answers]) -> None:
    kind, answers = site
    missing = [
        f"{name}: {header}: {answer['headers'].get(header)}"
        for name, answer in answers.items()
        for header, value in EVERYWHERE.items()
        if answer["headers"].get(header) != value
    ]
    if kind == "production":
        secure = {name: answer for name, answer in answers.items() if name != "to https"}
        missing += [name for name, answer in secure.items() if answer["headers"].get("Strict-Transport-Security") != "max-age=63072000"]  # fmt: skip
        assert answers["to https"]["headers"]["Location"] == "https://friends.example.com/forum/"
    else:
        missing += [name for name, answer in answers.items() if "Strict-Transport-Security" in answer["headers"]]
    assert not missing, "\n".join(missing)


def test_frames(site: tuple[str, Answers]) -> None:
    for name, answer in site[1].items():
        if answer["headers"].get("Content-Type", "").startswith("text/html") and answer["status"] not in (301, 302):
            frame = answer["headers"].get("X-Frame-Options")
            assert frame == ("SAMEORIGIN" if name in ADMIN else "DENY"), name


def test_policies(site: tuple[str, Answers]) -> None:
    kind, answers = site
    seen = set()
    for name, answer in answers.items():
        if not answer["headers"].get("Content-Type", "").startswith("text/html") or answer["status"] in (301, 302):
            continue
        policy = _policy(answer)
        if name in ADMIN:
            assert policy["default-src"] == "'none'" and "'unsafe-inline'" not in policy["script-src"], name
            continue
        script = re.fullmatch(r"'nonce-([A-Za-z0-9+/=_-]{22,})' 'strict-dynamic'", policy["script-src"])
        assert script or policy["script-src"] == "'strict-dynamic'", (name, policy["script-src"])
        assert {key: policy.get(key) for key in STRICT} == STRICT, name
        assert ("upgrade-insecure-requests" in policy) == (kind == "production"), name
        assert "unsafe" not in answer["headers"]["Content-Security-Policy"], name
        if script:
            assert script[1] not in seen, f"{name}: a nonce was used twice"
            seen.add(script[1])
        used = set(re.findall(r'nonce="([^"]+)"', answer["body"]))
        assert used <= ({script[1]} if script else set()), name
        assert not re.search(r"<script(?![^>]*(?:nonce=|application/(?:ld\+)?json))", answer["body"]), name
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", answer["body"]), name
    assert len(seen) >= 5


def test_nothing_of_a_session_is_kept(site: tuple[str, Answers]) -> None:
    answers = site[1]
    for name in (*SIGNED_IN, "form"):
        kept = answers[name]["headers"].get("Cache-Control", "")
        assert {"private", "no-store"} <= {word.strip() for word in kept.split(",")}, (name, kept)
    for name in ("API", "API 401"):
        assert "private" in answers[name]["headers"]["Cache-Control"], name


def test_cookies(site: tuple[str, Answers]) -> None:
    kind, answers = site
    cookies = {name: cookie for answer in answers.values() for name, cookie in answer["cookies"].items()}
    production = kind == "production"
    names = {"__Host-sessionid", "__Host-csrf"} if production else {"sessionid", "csrftoken"}
    assert names <= set(cookies)
    for name in names:
        wanted = {"secure": True if production else "", "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}
        assert cookies[name] == wanted, name
    for name, cookie in cookies.items():
        assert cookie["samesite"] == "Lax", name
        assert bool(cookie["secure"]) == production, name


def test_files_cannot_act(site: tuple[str, Answers]) -> None:
    kind, answers = site
    document = answers["document"]["headers"]
    assert document["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in document["Content-Security-Policy"]
    if kind == "development":
        assert answers["media"]["headers"]["Content-Type"] == "image/png"
    assert "max-age" in answers["static"]["headers"]["Cache-Control"]


def test_errors_do_not_tell_what_happened(site: tuple[str, Answers]) -> None:
    for name in ("500", "500 signed in", "404", "403", "API 404"):
        assert "planted" not in site[1][name]["body"]
        assert "Traceback" not in site[1][name]["body"]


def _policy(answer: dict[str, Any]) -> dict[str, str]:
    text = answer["headers"].get("Content-Security-Policy", "")
    pairs = (part.strip().partition(" ") for part in text.split(";") if part.strip())
    return {key: value for key, _space, value in pairs}
