"""The whole house as a stranger runs it, for tests: `manage.py up` and a mail server."""

import email
import email.policy
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip


# Pages may take their time on a busy machine; what is there at once is not waited for.
expect.set_options(timeout=20_000)


def free_port() -> int:
    """A port that is free now, and so is the next one: pages take the first, sockets the second.

    From below those that systems give to whoever asks for any: nobody's connection takes it before it is used, or while
    a server that was stopped starts again.
    """
    while True:
        port = random.SystemRandom().randrange(10_240, 32_000, 2)
        with socket.socket() as pages, socket.socket() as sockets:
            try:
                pages.bind(("127.0.0.1", port))
                sockets.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@dataclass
class Post:
    """A mail server on loopback that keeps what it is given."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[attr-defined]
        self.mails.append(message)  # type: ignore[arg-type]
        return "250 Message accepted for delivery"

    def to(self, address: str, *, count: int = 1, seconds: float = 30) -> EmailMessage:
        """The `count`-th mail to an address; waits for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [mail for mail in self.mails if address in str(mail["To"])]
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.1)
        subjects = [(str(mail["To"]), str(mail["Subject"])) for mail in self.mails]
        raise AssertionError(f"No mail number {count} to {address} within {seconds} s; there are {subjects}")

    def code_for(self, address: str) -> str:
        """The sign-up code that was mailed."""
        text = self.to(address).get_body(("plain",)).get_content().replace("\r", "")  # type: ignore[union-attr]
        match = re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", text, re.M)
        assert match, text
        return match[1]


@dataclass
class House:
    """`manage.py up` in a data directory of its own."""

    home: Path
    mail_port: int = 0
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def environment(self, **extra: str) -> dict[str, str]:
        names = ("PATH", "HOME", "LANG", "TMPDIR")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        mine = {"LAOYOU_HOME": str(self.home), "SITE_URL": self.url}
        if self.mail_port:
            mine["EMAIL_URL"] = f"smtp://127.0.0.1:{self.mail_port}"
        mine["SOCKET_URL"] = f"ws://localhost:{self.port + 1}/ws/"
        return kept | mine | extra

    def start(self, *, demo: bool = False, **extra: str) -> None:
        """Run with these environment variables; an empty site, or the demonstration."""
        self.extra = extra
        with (self.home.parent / "up.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port), *(() if demo else ("--no-demo",))],
                cwd=ROOT,
                env=self.environment(**extra),
                stdout=log,
                stderr=log,
                text=True,
            )
        try:
            self.wait()
        except BaseException:
            self.stop()  # a fixture that fails has no end of its own
            raise

    def wait(self, seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, "`manage.py up` ended:\n" + (self.home.parent / "up.log").read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("Not ready:\n" + (self.home.parent / "up.log").read_text()[-4000:])

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)
        self.process = None

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the running site; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(**self.extra),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@contextmanager
def open_browser(*more: str) -> Iterator[Browser]:
    """Headless Chromium, for as long as the block runs; with `more` flags."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "This test needs Chromium. Run script/test, which finds or installs it, or set CHROMIUM=/path."
    # Playwright keeps an event loop in this thread, and Django would take every query for one inside it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=program, args=[*CHROMIUM_FLAGS, *more])
        yield browser
        browser.close()
